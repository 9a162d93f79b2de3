"""What stands in for Colab: one notebook file alone in an empty folder, beside packages that must stay as they are.

An environment is made that holds what Colab brings (torch, numpy, matplotlib, a kernel) and not the course's package.
The first cell installs it from a repository that holds this tree, all other cells run after it. What is missing, pip
fetches: without an index of packages there is nothing to be tested here.
"""

import json
import os
import shutil
import subprocess
import sys
import venv
from datetime import datetime
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from test_repository import REF, ROOT, URL

CONSTRAINTS = ROOT / ".ci" / "colab.txt"
BROUGHT = ("torch", "numpy", "matplotlib", "ipykernel", "nbclient", "pip")
ALONE = ("00_translate_in_five_minutes.ipynb", "02_vocabulary.ipynb")
EXERCISES = "exercises/08_attention.ipynb"
SECONDS_TO_INSTALL = 60
RUN = """
import sys, nbclient, nbformat
name, allowed = sys.argv[1:]
notebook = nbformat.read(name, as_version=4)
nbclient.NotebookClient(notebook, timeout=300, allow_errors=bool(allowed), kernel_name="python3").execute()
nbformat.write(notebook, name)
"""


def with_dependencies(names) -> dict[str, metadata.Distribution]:
    """What is installed here under these names, and all that it needs."""
    found, wanted = {}, [*names]
    while wanted:
        name = canonicalize_name(wanted.pop())
        if name not in found:
            found[name] = metadata.distribution(name)
            needs = map(Requirement, found[name].requires or [])
            wanted += [need.name for need in needs if need.marker is None or need.marker.evaluate({"extra": ""})]
    return found


def index_answers() -> bool:
    """Whether pip can fetch a package, a very small one."""
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "pip",
            "install",
            "--dry-run",
            "--ignore-installed",
            "--no-deps",
            "--quiet",
            "portalocker",
        ],
        capture_output=True,
    )
    return done.returncode == 0


@pytest.fixture(scope="module")
def index():
    if not index_answers():
        reason = "pip can fetch nothing here: an installation into Colab is not tried"
        if os.environ.get("TUTOR_NMT_REQUIRE_INDEX") == "1":
            pytest.fail(f"{reason}, and this run must try it", pytrace=False)
        pytest.skip(reason)


@pytest.fixture(scope="module")
def machine(index, tmp_path_factory):
    """Run a Python program as on a machine of Colab's kind; where it stands, and what it brings."""
    folder = tmp_path_factory.mktemp("colab")
    brought, repository = folder / "brought", folder / "repository"
    distributions = with_dependencies(BROUGHT)
    brought.mkdir()
    for distribution in distributions.values():
        for top in {path.parts[0] for path in distribution.files} - {"..", "__pycache__"}:
            if not (brought / top).exists():  # several distributions may share a folder
                (brought / top).symlink_to(distribution.locate_file(top))
    venv.create(folder / "python", with_pip=False)
    python = folder / "python" / "bin" / "python"
    (own,) = (folder / "python").glob("lib/python*/site-packages")
    # A path beside its own: pip counts what lies there as installed, and can never remove it.
    (own / "brought.pth").write_text(f"{brought}\n", encoding="utf-8")
    committed(repository)
    environment = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "TUTOR_NMT_DATA")}
    environment |= {
        "HOME": str(folder / "home"),
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": f"url.{repository.as_uri()}.insteadOf",
        "GIT_CONFIG_VALUE_0": URL,
    }
    (folder / "home").mkdir()

    def run(*arguments, cwd=folder) -> str:
        done = subprocess.run([python, *arguments], cwd=cwd, env=environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr[-3000:]
        return done.stdout

    return run, own, set(distributions)


def committed(repository: Path) -> None:
    """Make a repository of one commit that holds this tree as it lies here, at the course's reference."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    for name in filter(None, listed.stdout.decode().split("\0")):
        if (ROOT / name).is_file():
            (repository / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, repository / name)
    git = ["git", "-c", "user.name=Test", "-c", "user.email=test@example.org"]
    for command in (
        [*git, "init", "--quiet", f"--initial-branch={REF}"],
        [*git, "add", "--all", "--force"],
        [*git, "commit", "--quiet", "--message=This tree"],
    ):
        subprocess.run(command, cwd=repository, check=True)


def executed(machine, name: str, folder: Path, allow_errors: bool = False):
    """Run a notebook of the book, copied alone into an empty folder: its code cells."""
    run, *_ = machine
    alone = folder / Path(name).name
    shutil.copyfile(ROOT / "book" / name, alone)
    run("-c", RUN, alone.name, "yes" if allow_errors else "", cwd=folder)
    assert not allow_errors or [path.name for path in folder.iterdir()] == [alone.name]
    return [cell for cell in json.loads(alone.read_text("utf-8"))["cells"] if cell["cell_type"] == "code"]


def seconds(cell) -> float:
    """How long a cell ran."""
    times = cell["metadata"]["execution"]
    begun, ended = (datetime.fromisoformat(times[name]) for name in ("iopub.execute_input", "shell.execute_reply"))
    return (ended - begun).total_seconds()


def test_nothing_that_is_there_would_be_replaced(machine):
    run, _, brought = machine
    report = run("-m", "pip", "install", "--quiet", "--dry-run", "--report", "-", f"tutor-nmt @ git+{URL}@{REF}")
    new = {canonicalize_name(item["metadata"]["name"]) for item in json.loads(report)["install"]}
    assert "tutor-nmt" in new and not new & brought


def test_the_first_cell_installs_the_package_in_a_minute_and_the_next_one_does_not_do_it_again(
    machine, tmp_path, slowness
):
    run, own, brought = machine
    assert not list(own.glob("tutor_nmt*")), "this test must be the first that executes a notebook"
    cells = executed(machine, ALONE[0], tmp_path)
    others = os.getloadavg()[0] / os.cpu_count()  # where several programs share a core, each of them waits
    assert seconds(cells[0]) <= SECONDS_TO_INSTALL * max(slowness(), others)
    installed = {canonicalize_name(one.metadata["Name"]) for one in metadata.distributions(path=[str(own)])}
    assert "tutor-nmt" in installed and not installed & brought
    assert "".join(cells[0]["outputs"][-1]["text"]).startswith(("No GPU found", "GPU found"))


@pytest.mark.parametrize("name", ALONE[1:])
def test_a_chapter_runs_alone_in_an_empty_folder(machine, name, tmp_path):
    cells = executed(machine, name, tmp_path)
    assert all(cell["execution_count"] for cell in cells)
    assert seconds(cells[0]) < SECONDS_TO_INSTALL / 4, "the package is there already"


def test_exercises_run_alone_and_stop_at_nothing_but_what_is_to_be_done(machine, tmp_path):
    cells = executed(machine, EXERCISES, tmp_path, allow_errors=True)
    errors = [output for cell in cells for output in cell["outputs"] if output["output_type"] == "error"]
    assert {error["ename"] for error in errors} <= {"NotImplementedError", "AssertionError", "NameError"}
    assert not [output for output in cells[0]["outputs"] + cells[1]["outputs"] if output["output_type"] == "error"]


def resolved(wanted: Path) -> subprocess.CompletedProcess:
    """What uv chooses for Colab's Python where Colab's versions must stay."""
    uv = shutil.which("uv", path=os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]))
    assert uv, "uv is needed to choose versions for another Python; it stands in requirements.txt"
    options = ["--quiet", "--no-header", "--no-annotate", "--python-version", "3.13", "--python-platform", "linux"]
    command = [uv, "pip", "compile", wanted, "--constraint", CONSTRAINTS, *options]
    return subprocess.run(command, capture_output=True, text=True)


def test_the_package_resolves_against_what_colab_brings(index):
    done = resolved(ROOT / "pyproject.toml")
    assert done.returncode == 0, done.stderr
    brings = CONSTRAINTS.read_text("utf-8").splitlines()
    needed = {line for line in brings if not line.startswith(("#", "ipython"))}
    assert len(needed) == 4 and needed <= {*done.stdout.split()}


def test_a_dependency_that_would_replace_what_colab_brings_is_noticed(index, tmp_path):
    (tmp_path / "wanted.txt").write_text("numpy>=2.2\n", encoding="utf-8")
    done = resolved(tmp_path / "wanted.txt")
    assert done.returncode != 0 and "numpy" in done.stderr
