"""Plant each bug of tests/mutations in a copy of the package and see its tests fail: `.ci/mutations.py [NAME ...]`.

Ends with 1 if a bug survives its tests, can no longer be planted, or breaks a test in another way than by failing it,
or if a test fails without any bug.
"""

import multiprocessing
import os
import shutil
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "src" / "tutor_nmt"
BUGS = ROOT / "tests" / "mutations"
AT_ONCE = 2
SECONDS_AT_MOST = 120  # of one run of pytest
# One thread each, no colours, no bytecode, and of pytest's plug-ins only the one that is needed.
QUIET = {"OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1", "PYTHONDONTWRITEBYTECODE": "1", "TUTOR_NMT_PROGRESS": "0"}
QUIET |= {"PY_COLORS": "0", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
PLUGINS = ["-p", "only_the_copy", "-p", "_hypothesis_pytestplugin", "-p", "no:cacheprovider", "--hypothesis-seed=0"]
# Loaded once, in a process from which every run is forked; of this package nothing is.
PRELOADED = ["pytest", "hypothesis", "sacrebleu", "sentencepiece", "safetensors.torch", "torch", "torch._dynamo"]
FORKS = multiprocessing.get_context("forkserver")
# A plug-in of pytest, so that no run can by mistake test the installed package: exit code 4 if it would.
GUARD = """
import os, pathlib, pytest, tutor_nmt

def pytest_configure(config):
    found, wanted = (pathlib.Path(p).resolve() for p in (tutor_nmt.__file__, os.environ["TUTOR_NMT_COPY"]))
    if not found.is_relative_to(wanted):
        raise pytest.UsageError(f"tests would import {found}, not the copy in {wanted}")
"""


@dataclass(frozen=True)
class Bug:
    """A file of tests/mutations: in `file`, the lines `old` become `new`, and one of `tests` must notice."""

    name: str
    bug: str  # what goes wrong, and why people write it
    file: str  # below src/tutor_nmt
    tests: tuple[str, ...]  # node ids, from the repository's root
    old: str  # whole lines that stand there once
    new: str

    @classmethod
    def read(cls, path: Path) -> "Bug":
        """One bug from its TOML file; ValueError names the file if a key is missing or unknown."""
        try:
            content = tomllib.loads(path.read_text(encoding="utf-8"))
            if not content["tests"]:
                raise ValueError("no test is meant to notice it")
            return cls(path.stem, **content | {"tests": tuple(content["tests"])})
        except (ValueError, TypeError, KeyError) as error:
            raise ValueError(f"{path.name}: {error}; it needs the keys bug, file, tests, old, new") from error

    def planted(self, source: str) -> str:
        """The file with the bug in it; ValueError unless `old` stands there exactly once, as whole lines."""
        found = f"\n{source}".count(f"\n{self.old}")
        if found != 1 or not self.old.endswith("\n"):
            raise ValueError(f"its old lines stand {found} times in {self.file}, not once; write them anew")
        wrong = f"\n{source}".replace(f"\n{self.old}", f"\n{self.new}")[1:]
        if self.file.endswith(".py"):
            compile(wrong, self.file, "exec")
        return wrong


@dataclass(frozen=True)
class Outcome:
    """What pytest said: its exit code, and the tests that did not pass."""

    code: int | None  # None: stopped by the clock
    failed: tuple[str, ...]  # by an assertion or an error within the test
    broken: tuple[str, ...]  # not collected, or without their fixtures
    skipped: tuple[str, ...]
    seconds: float
    output: str


@contextmanager
def copy_of_the_package() -> Iterator[Path]:
    """A folder with the package and the guard in it, to put first on the path."""
    with tempfile.TemporaryDirectory(prefix="tutor_nmt_bug_") as folder:
        shutil.copytree(PACKAGE, Path(folder, "tutor_nmt"), ignore=shutil.ignore_patterns("__pycache__"))
        Path(folder, "only_the_copy.py").write_text(GUARD, encoding="utf-8")
        yield Path(folder)


def run_tests(tests: Sequence[str], copy: Path, path: Path | None = None) -> Outcome:
    """Run pytest on these tests with the package in `copy`, up to the first failure."""
    report, log = copy / "report.xml", copy / "output.txt"
    arguments = ["-x", *PLUGINS, f"--basetemp={copy / 'tmp'}", f"--junitxml={report}", *tests]
    started = time.perf_counter()
    process = FORKS.Process(target=run_pytest, args=(arguments, copy, path or copy, log))
    process.start()
    process.join(SECONDS_AT_MOST)
    if process.exitcode is None:
        process.kill()
        process.join()
        return Outcome(None, (), (), (), time.perf_counter() - started, "")
    cases = ElementTree.parse(report).iter("testcase") if report.is_file() else ()
    found: dict[str, list[str]] = {"failure": [], "error": [], "skipped": []}
    for case in cases:
        for kind, names in found.items():
            if case.find(kind) is not None:
                names.append(case.get("name", "?"))
    seconds, output = time.perf_counter() - started, log.read_text(encoding="utf-8", errors="replace")
    return Outcome(process.exitcode, *map(tuple, found.values()), seconds, output)


def run_pytest(arguments: Sequence[str], copy: Path, path: Path, log: Path) -> None:
    """In a process of its own: pytest with `path` before all other places to import from, for its children too."""
    with log.open("w", encoding="utf-8") as opened:
        os.dup2(opened.fileno(), 1)
        os.dup2(opened.fileno(), 2)
    # hypothesis would keep the examples that a bug fails on, and try them in every later run of the real tests
    os.environ |= {"TUTOR_NMT_COPY": str(copy), "HYPOTHESIS_STORAGE_DIRECTORY": str(copy / "hypothesis")}
    os.environ["PYTHONPATH"] = str(path)
    sys.path.insert(0, str(path))
    os.chdir(ROOT)
    import pytest  # only here: whoever looks up the names of the bugs needs none of it

    sys.exit(pytest.main(list(arguments)))


def try_bug(bug: Bug) -> tuple[bool, str, float]:
    """(noticed, by which test or why not, seconds) of one bug."""
    with copy_of_the_package() as copy:
        path = copy / "tutor_nmt" / bug.file
        try:
            path.write_text(bug.planted(path.read_text(encoding="utf-8")), encoding="utf-8")
        except (OSError, SyntaxError, ValueError) as error:
            return False, f"CANNOT BE PLANTED: {error}", 0.0
        outcome = run_tests(bug.tests, copy)
    if outcome.code == 1 and outcome.failed and not outcome.broken:
        return True, outcome.failed[0], outcome.seconds
    if outcome.code == 0:
        return False, f"SURVIVED {', '.join(bug.tests)}", outcome.seconds
    if outcome.code is None:  # a test that would hang in place of failing says nothing to whoever waits for it
        return False, f"TIME-OUT after {SECONDS_AT_MOST} s", outcome.seconds
    broken = ", ".join(outcome.broken) or "pytest"
    return False, f"BROKE {broken} (exit code {outcome.code}):\n{outcome.output}", outcome.seconds


def try_control(tests: Sequence[str]) -> tuple[bool, str, float]:
    """(passed, what happened, seconds) of tests on a copy without a bug: what fails there proves nothing."""
    with copy_of_the_package() as copy:
        outcome = run_tests(tests, copy)
    if outcome.code == 0 and not outcome.skipped:
        return True, "passes without a bug", outcome.seconds
    what = f"SKIPS {', '.join(outcome.skipped)}" if outcome.code == 0 else f"FAILS (exit code {outcome.code})"
    return False, f"{what} without a bug:\n{outcome.output}", outcome.seconds


def guard_notices() -> bool:
    """Whether a run that would test the installed package in place of the copy is refused."""
    with copy_of_the_package() as copy:
        elsewhere = copy / "elsewhere"
        elsewhere.mkdir()
        shutil.move(copy / "only_the_copy.py", elsewhere)
        outcome = run_tests([], copy, path=elsewhere)
    return outcome.code == 4 and "not the copy" in outcome.output


def main(names: Sequence[str]) -> int:
    """Try the bugs of these names, or all, and print a table of who noticed what."""
    try:
        bugs = [Bug.read(path) for path in sorted(BUGS.glob("*.toml"))]
    except ValueError as error:
        print(error)
        return 2
    if unknown := set(names) - {bug.name for bug in bugs}:
        print(f"no bug is called {', '.join(sorted(unknown))}; there are {', '.join(bug.name for bug in bugs)}")
        return 2
    bugs = [bug for bug in bugs if not names or bug.name in names]
    by_file: dict[str, dict[str, None]] = {}
    for bug in bugs:
        for test in bug.tests:
            by_file.setdefault(test.partition("::")[0], {})[test] = None
    started, wrong = time.perf_counter(), []
    os.environ |= QUIET
    FORKS.set_forkserver_preload(PRELOADED)
    if not guard_notices():
        print("the guard is asleep: a run on the installed package was not refused")
        return 1
    width = max(map(len, [*by_file, *(bug.name for bug in bugs)]))
    print(f"{'without a bug':<{width}}  {'seconds':>7}  outcome", flush=True)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for name, (good, said, seconds) in zip(by_file, pool.map(try_control, by_file.values()), strict=True):
            wrong += [] if good else [name]
            print(f"{name:<{width}}  {seconds:>7.1f}  {said}", flush=True)
        print(f"\n{'bug':<{width}}  {'seconds':>7}  caught by", flush=True)
        for bug, (good, said, seconds) in zip(bugs, pool.map(try_bug, bugs), strict=True):
            wrong += [] if good else [bug.name]
            print(f"{bug.name:<{width}}  {seconds:>7.1f}  {said}", flush=True)
    noticed = f"{len(bugs) - sum(bug.name in wrong for bug in bugs)} of {len(bugs)} planted bugs noticed"
    print(f"\n{noticed}, {time.perf_counter() - started:.0f} s")
    if wrong:
        print(f"look at: {', '.join(wrong)}")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
