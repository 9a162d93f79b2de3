"""One result for each line of the table, kept with what computed it: the last runs, the newest first."""

import json
import platform
from pathlib import Path

import pytest
import torch

from tutor_nmt.device import hardware
from tutor_nmt.experiments import commit_of_this_code

RESULTS = Path(__file__).with_name("results.json")
KEPT = 5  # runs: one machine in different states, or several machines


@pytest.fixture(scope="session")
def results():
    """Figures by name; written to results.json when all benches have run, whether or not they reached their goals."""
    torch.set_num_threads(1)
    found: dict[str, float] = {}
    yield found
    runs = json.loads(RESULTS.read_text(encoding="utf-8"))
    if set(runs[0]["figures"]) - set(found):
        return  # only some were asked for
    about = {
        "command": "make bench",
        "commit": commit_of_this_code(),
        "hardware": hardware(torch.device("cpu")),
        "versions": {"python": platform.python_version(), "torch": torch.__version__},
    }
    runs = [about | {"figures": found}, *runs][:KEPT]
    RESULTS.write_text(json.dumps(runs, indent=1) + "\n", encoding="utf-8")
