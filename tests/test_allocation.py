"""The setting of the C library: asked for within, put back at the end, and worth the trouble."""

import subprocess
import sys

import pytest

from tutor_nmt import allocation
from tutor_nmt.allocation import M_MMAP_THRESHOLD, M_TRIM_THRESHOLD, NEVER, USUAL, memory_reused


class Library:
    """glibc, as far as it is asked."""

    def __init__(self):
        self.asked = []

    def mallopt(self, name: int, value: int) -> int:
        self.asked.append((name, value))
        return 1

    def malloc_trim(self, pad: int) -> None:
        self.asked.append("trimmed")


def test_memory_is_kept_within_and_given_back_at_the_end_even_after_an_error(monkeypatch):
    library = Library()
    monkeypatch.setattr(allocation, "_glibc", lambda: library)
    with pytest.raises(InterruptedError), memory_reused():
        assert library.asked == [(M_MMAP_THRESHOLD, NEVER), (M_TRIM_THRESHOLD, NEVER)]
        raise InterruptedError
    assert library.asked[2:] == [(M_MMAP_THRESHOLD, USUAL), (M_TRIM_THRESHOLD, 2 * USUAL), "trimmed"]


def test_where_there_is_no_glibc_nothing_is_asked(monkeypatch):
    monkeypatch.setattr(sys, "platform", "darwin")
    assert allocation._glibc() is None
    with memory_reused():
        pass


COUNT_FAULTS = """
import resource, torch
from contextlib import nullcontext
from tutor_nmt.allocation import memory_reused

def faults(scope, tensors=11):
    with scope:
        for _ in range(tensors):
            torch.ones(2**24)  # until the heap has grown
        before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
        for _ in range(tensors):
            torch.ones(2**24)  # 64 MiB
        return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before

print(faults(nullcontext()), faults(memory_reused()))
"""


@pytest.mark.skipif(allocation._glibc() is None, reason="the setting is glibc's")
def test_within_a_large_tensor_needs_no_fresh_pages():
    before, within = map(int, subprocess.check_output([sys.executable, "-c", COUNT_FAULTS], text=True).split())
    assert within < before / 4
