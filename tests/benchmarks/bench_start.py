"""How long one waits before anything happens: `make bench`."""

import subprocess
import sys
from statistics import median

CODE = """
import time, torch
started = time.perf_counter()
from tutor_nmt.translator import Translator
print(time.perf_counter() - started)
"""


def test_the_package_adds_little_to_the_time_torch_needs_to_import(benchmark, results):
    seconds = []

    def start():
        seconds.append(float(subprocess.check_output([sys.executable, "-c", CODE], text=True)))

    benchmark.pedantic(start, rounds=5, warmup_rounds=1)
    results["import_seconds"] = median(seconds)
    assert results["import_seconds"] <= 0.15
