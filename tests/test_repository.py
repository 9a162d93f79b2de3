"""One address for the course: every Colab link, launch button and install cell agrees with pyproject.toml."""

import importlib.util
import json
import re
import shutil
import tomllib
from pathlib import Path

import pytest

import tutor_nmt

ROOT = Path(__file__).resolve().parent.parent
FORK = ("https://github.com/Some-University/nmt.course-2026", "term/2026-autumn")


def load_script(name: str):
    """Import a script of .ci, which is no package."""
    spec = importlib.util.spec_from_file_location(f"ci_{name}", ROOT / ".ci" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


repository = load_script("repository")
URL, REF = repository.current(ROOT)
SLUG = repository.slug(URL)
NOTEBOOKS = sorted(path for path in (ROOT / "book").rglob("*.ipynb") if ".ipynb_checkpoints" not in path.parts)
PAGES = [ROOT / "README.md", *sorted((ROOT / "book").rglob("*.md"))]
every_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)

COLAB = re.compile(r"https://colab\.research\.google\.com/github/[^\s)\"'\\<>]+")
INSTALLS = re.compile(r"git\+https://[^\s\"'\\)]+")


def install_cell(url: str, ref: str) -> str:
    """The first code cell of every notebook."""
    return (
        "# Colab: install the course's package where it is missing; what is already there stays as it is.\n"
        "import importlib.util\n"
        "\n"
        'if importlib.util.find_spec("tutor_nmt") is None:\n'
        f'    %pip install --quiet "tutor-nmt @ git+{url}@{ref}"\n'
        "from tutor_nmt.device import what_was_found\n"
        "\n"
        "print(what_was_found())"
    )


def colab_link(url: str, ref: str, path: str) -> str:
    """The address at which Colab opens a file of the repository."""
    return f"https://colab.research.google.com/github/{repository.slug(url)}/blob/{ref}/{path}"


def disagreements(root: Path, url: str, ref: str) -> list[str]:
    """What in a tree does not agree with an address and a reference, one line each."""
    wrong = []
    notebooks = [root / path.relative_to(ROOT) for path in NOTEBOOKS]
    for path in notebooks:
        name = path.relative_to(root).as_posix()
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        code = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
        if not code or code[0] != install_cell(url, ref):
            wrong.append(f"{name}: the first code cell is not the install cell")
        if colab_link(url, ref, name) not in "".join(cells[0]["source"]):
            wrong.append(f"{name}: the first cell has no link that opens this chapter in Colab")
    for path in [*notebooks, *(root / page.relative_to(ROOT) for page in PAGES)]:
        if path.is_file():
            wrong += strays(path.read_text(encoding="utf-8"), path.name, url, ref)
    config = (root / "_config.yml").read_text(encoding="utf-8")
    if re.findall(r"^  url: (.*)$", config, flags=re.M) != [url]:
        wrong.append("_config.yml: repository.url")
    if re.findall(r"^  branch: (.*)$", config, flags=re.M) != [ref]:
        wrong.append("_config.yml: repository.branch")
    if f'repository-code: "{url}"' not in (root / "CITATION.cff").read_text(encoding="utf-8"):
        wrong.append("CITATION.cff: repository-code")
    links = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]["urls"]
    allowed = (url, repository.pages(repository.slug(url)))
    wrong += [f"pyproject.toml: {name}" for name, link in links.items() if not link.startswith(allowed)]
    return wrong


def strays(text: str, name: str, url: str, ref: str) -> list[str]:
    """Colab links and installs in a text that lead to another address or reference."""
    colab = f"https://colab.research.google.com/github/{repository.slug(url)}/blob/{ref}/"
    install = f"git+{url}@{ref}"
    links = [f"{name}: {link}" for link in COLAB.findall(text) if not link.startswith(colab)]
    return links + [f"{name}: {found}" for found in INSTALLS.findall(text) if found != install]


def copy_of_the_tree(target: Path) -> Path:
    """Copy all files in which the address may stand."""
    for path in repository.places(ROOT):
        destination = target / path.relative_to(ROOT)
        destination.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, destination)
    return target


def contents(root: Path) -> dict[str, bytes]:
    """All files below a folder, by name."""
    return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def test_every_link_and_install_cell_agrees_with_pyproject():
    assert disagreements(ROOT, URL, REF) == []


def test_moving_to_a_fork_and_a_tag_moves_everything_and_moving_back_restores_the_bytes(tmp_path):
    root = copy_of_the_tree(tmp_path)
    original = contents(root)
    changed = {str(path.relative_to(root)) for path in repository.move(root, FORK)}
    assert {"pyproject.toml", "_config.yml", "CITATION.cff"} <= changed
    assert {str(path.relative_to(ROOT)) for path in NOTEBOOKS} <= changed
    assert repository.current(root) == FORK
    assert disagreements(root, *FORK) == []
    left = [name for name, data in contents(root).items() if SLUG.encode() in data]
    assert left == [], "the old address still stands here"
    repository.move(root, (URL, REF))
    assert contents(root) == original


def test_no_file_outside_the_known_places_holds_the_address():
    known = {*repository.places(ROOT), Path(__file__).resolve()}
    folders = [ROOT / name for name in (".ci", ".github", "book", "src", "tests")]
    suffixes = {".py", ".yml", ".md", ".ipynb", ".toml", ".html", ".js", ".css", ".sh", ""}
    here = [path for folder in folders for path in folder.rglob("*") if path.suffix in suffixes and path.is_file()]
    left_alone = {"__pycache__", ".ipynb_checkpoints", ".ruff_cache", "pretrained", "records"}
    here = [path for path in here if not left_alone & {*path.parts}]
    assert [path for path in here if path not in known and SLUG in path.read_text(encoding="utf-8")] == []


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("https://github.com/a/b", "https://github.com/c/d"),
        ("see https://github.com/a/b.", "see https://github.com/c/d."),
        ("git clone https://github.com/a/b.git", "git clone https://github.com/c/d.git"),
        ("git+https://github.com/a/b@main", "git+https://github.com/c/d@v1"),
        ("git+https://github.com/a/b.git@main", "git+https://github.com/c/d.git@v1"),
        ("https://github.com/a/b/blob/main/x.py", "https://github.com/c/d/blob/v1/x.py"),
        ("https://github.com/a/b/blob/0a1b2c3/x.py", "https://github.com/c/d/blob/0a1b2c3/x.py"),
        ("https://github.com/a/b/blob/main-2/x.py", "https://github.com/c/d/blob/main-2/x.py"),
        ("https://github.com/a/b/issues", "https://github.com/c/d/issues"),
        ("https://raw.githubusercontent.com/a/b/main/x", "https://raw.githubusercontent.com/c/d/v1/x"),
        (
            "https://colab.research.google.com/github/a/b/blob/main/x.ipynb",
            "https://colab.research.google.com/github/c/d/blob/v1/x.ipynb",
        ),
        ("https://a.github.io/b/", "https://c.github.io/d/"),
        ("https://github.com/a/b-notes and https://github.com/a/b.old", None),
        ("the main branch of another: https://github.com/x/y/blob/main/z", None),
        ("  branch: main", "  branch: v1"),
        ('ref = "main"', 'ref = "v1"'),
    ],
)
def test_an_address_moves_where_it_is_ours_and_nowhere_else(before, after):
    old, new = ("https://github.com/a/b", "main"), ("https://github.com/c/d", "v1")
    assert repository.moved(before, old, new) == (before if after is None else after)
    assert repository.moved(repository.moved(before, old, new), new, old) == before


@pytest.mark.parametrize("url", ["http://github.com/a/b", "https://github.com/a", "https://example.org/a/b"])
def test_an_address_that_colab_cannot_open_is_refused(url, tmp_path):
    root = copy_of_the_tree(tmp_path)
    original = contents(root)
    with pytest.raises(ValueError, match="OWNER/NAME"):
        repository.move(root, (url, "main"))
    assert contents(root) == original


@pytest.mark.parametrize("ref", ["", "a b", '"', "-x", "a@b"])
def test_a_reference_that_breaks_a_link_is_refused(ref, tmp_path):
    with pytest.raises(ValueError, match="branch or tag"):
        repository.move(copy_of_the_tree(tmp_path), (URL, ref))


def test_a_link_to_another_repository_is_noticed():
    fork = colab_link(*FORK, "book/x.ipynb")
    assert strays(f"[Colab]({fork}) pip install git+{FORK[0]}@main", "x.md", URL, REF) == [
        f"x.md: {fork}",
        f"x.md: git+{FORK[0]}@main",
    ]


def test_the_version_is_the_same_everywhere():
    citation = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert f"version: {tutor_nmt.__version__}\n" in citation


def test_the_package_sets_lower_bounds_only_and_every_pin_is_exact():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert all(re.fullmatch(r"[\w-]+>=[\d.]+", need) for need in project["dependencies"])
    pins = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    pins = [line for line in pins if line and not line.startswith("#")]
    assert all(re.fullmatch(r"[\w-]+==[\w.]+", pin) for pin in pins)
    pinned = {pin.split("==")[0] for pin in pins}
    needed = [*project["dependencies"], *project["optional-dependencies"]["test"]]
    assert {need.split(">=")[0] for need in needed} <= pinned


def test_a_corpus_that_is_missing_is_named_and_fails_where_it_was_promised(tmp_path):
    import conftest

    assert "not set" in conftest.missing_corpus("multi30k", {})
    assert "holds no" in conftest.missing_corpus("multi30k", {"TUTOR_NMT_DATA": str(tmp_path)})
    for name, file in conftest.CORPORA.items():
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file).touch()
        assert conftest.missing_corpus(name, {"TUTOR_NMT_DATA": str(tmp_path)}) is None
    assert conftest.must_have_corpora({"CI": "true"}, beside=tmp_path)
    assert not conftest.must_have_corpora({"CI": "true"}, beside=tmp_path / "absent")
    assert conftest.must_have_corpora({"TUTOR_NMT_REQUIRE_DATA": "1"}, beside=tmp_path / "absent")
    assert not conftest.must_have_corpora({}, beside=tmp_path)


def small_notebook(path: Path, *sources: str) -> Path:
    """Write a notebook of some code cells, with the timing that an interactive run leaves behind."""
    cell = {"cell_type": "code", "execution_count": 7, "outputs": []}
    timing = {"execution": {"iopub.status.busy": "2026-01-01T00:00:00Z"}}
    cells = [cell | {"id": f"cell-{n}", "metadata": timing, "source": source} for n, source in enumerate(sources)]
    notebook = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    path.write_text(json.dumps(notebook), encoding="utf-8")
    return path


def test_executing_a_notebook_again_changes_no_byte_and_leaves_no_trace_of_the_machine(tmp_path):
    path = small_notebook(tmp_path / "x.ipynb", "for i in range(50):\n    print(i, flush=True)", "import sys; 2 + 3")
    notebooks = load_script("notebooks")
    notebooks.execute(path)
    first = path.read_bytes()
    stored = json.loads(first)
    assert [cell["execution_count"] for cell in stored["cells"]] == [1, 2]
    assert [cell["metadata"] for cell in stored["cells"]] == [{}, {}]
    assert [len(cell["outputs"]) for cell in stored["cells"]] == [1, 1]
    assert "version" not in stored["metadata"]["language_info"]
    notebooks.execute(path)
    assert path.read_bytes() == first


def test_a_notebook_that_fails_is_left_as_it_was(tmp_path):
    path = small_notebook(tmp_path / "x.ipynb", "1 / 0")
    before = path.read_bytes()
    with pytest.raises(Exception, match="ZeroDivisionError"):
        load_script("notebooks").execute(path)
    assert path.read_bytes() == before
