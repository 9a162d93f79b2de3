"""What all tests share: one thread, seeds, and corpora that are either there or said to be missing."""

import os
import random
import sys
import time
from pathlib import Path

import pytest

# Before torch is imported, this decides on its threads; results then do not depend on the number of cores.
os.environ.setdefault("OMP_NUM_THREADS", "1")

# The file by which a corpus below TUTOR_NMT_DATA is recognised.
CORPORA = {
    "multi30k": "multi30k/raw/train.de.gz",
    "multi30k-tokenized": "multi30k/tok/train.lc.norm.tok.de",
    "tatoeba-zh-en": "tatoeba/cmn-eng.tsv.gz",
}
# Seconds that the work of `slowness` takes on a quiet core of the machine the course was measured on.
QUIET_SECONDS = 0.13
BESIDE_THE_REPOSITORY = Path(__file__).resolve().parents[2] / "shared" / "data"


def missing_corpus(name: str, environment: dict[str, str]) -> str | None:
    """Why a corpus cannot be read, or None where it can."""
    folder = environment.get("TUTOR_NMT_DATA")
    if not folder:
        return f"corpus {name} is not at hand: TUTOR_NMT_DATA is not set"
    if not (Path(folder) / CORPORA[name]).is_file():
        return f"corpus {name} is not at hand: TUTOR_NMT_DATA={folder} holds no {CORPORA[name]}"
    return None


def must_have_corpora(environment: dict[str, str], beside: Path = BESIDE_THE_REPOSITORY) -> bool:
    """Whether a missing corpus is a failure: where it was promised, no check is skipped in silence."""
    in_ci = environment.get("CI") == "true" and beside.is_dir()
    return in_ci or environment.get("TUTOR_NMT_REQUIRE_DATA") == "1"


def pytest_runtest_setup(item: pytest.Item) -> None:
    for marker in item.iter_markers("corpus"):
        (name,) = marker.args
        if name not in CORPORA:
            raise pytest.UsageError(f"{item.nodeid} asks for corpus {name!r}; there are {', '.join(CORPORA)}")
        reason = missing_corpus(name, os.environ)
        if reason and must_have_corpora(os.environ):
            pytest.fail(f"{reason}, and this run must have it", pytrace=False)
        if reason:
            pytest.skip(reason)


@pytest.fixture(autouse=True)
def seeded():
    """Start each test from the same random state, whatever ran before it."""
    random.seed(0)
    if "torch" in sys.modules:
        sys.modules["torch"].manual_seed(0)


@pytest.fixture
def slowness():
    """Measures by how much this machine is slower, now, than a quiet one, at least 1: budgets of time are for that one.

    Call it before and after what is timed: a core is shared with others, and no clock tells how much of it they took.
    """

    def measure() -> float:
        chance, seen = random.Random(0), {}
        started = time.process_time()
        for number in range(200_000):
            words = f"{chance.randrange(1000)} {number % 7}"
            seen[words] = seen.get(words, 0) + len(words.split())
        return max(1.0, (time.process_time() - started) / QUIET_SECONDS)

    return measure


@pytest.fixture
def generator():
    """A seeded `torch.Generator`, for tests that draw tensors."""
    import torch

    return torch.Generator().manual_seed(0)
