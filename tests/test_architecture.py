"""Imports run downwards only: the table of rooms, and what each may import, held against the source."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parent.parent / "src" / "tutor_nmt"
MAX_LINES = 260
# Rooms that may be longer, each with its reason.
LONGER = {
    "__main__": 600,  # the place where every option of every command is spelt out
    "catalogue": 440,  # a list of which one reads the entry one needs
    "experiments": 285,  # one run, from a corpus to a record, in the order in which it happens
    "search": 300,  # a dozen small functions on one idea; to part them would hide that they are one
    "translator": 290,  # one class, and each of its methods is a few lines: translate, explain, save, load
    "training": 300,  # from one update to all epochs: a chapter follows it from top to bottom
}

TEXT = {"captions", "challenge", "dialogue", "files", "pairs", "sources", "corpora", "noise", "normalization"}
TEXT |= {"cleaning", "subtitles", "vocabulary"}
NETWORK = {"attention", "dropout", "recurrence", "encoder", "decoder", "transformer", "multihead", "positions"}
MAY_IMPORT = {
    # what computes, in words
    "device": set(),
    # a bar for whoever waits
    "progress": set(),
    # lines to be rewritten in any room, found by its name and imported by none
    "mistakes": set(),
    "captions": set(),
    # written whole or not at all
    "files": set(),
    # sentence pairs from files, and splits that do not leak
    # normalization: a test in the other Chinese script would leak
    "pairs": {"normalization"},
    # the known corpora; hands on what `pairs` has
    "corpora": {"captions", "dialogue", "pairs", "progress", "sources"},
    # a table: where the known corpora lie, and on what terms
    "sources": set(),
    # hand-written pairs, a small domain to adapt to
    "dialogue": {"pairs"},
    "noise": {"pairs", "corpora"},
    # from a line to the same line, repaired: of pairs it knows nothing
    "normalization": set(),
    "cleaning": {"pairs", "corpora", "normalization"},
    # what stands on the screen beside what is said
    "subtitles": {"cleaning", "normalization", "pairs"},
    "vocabulary": {"files"},
    # hand-written captions with hand-made links: captions for `Token`, vocabulary for how lines are cut into words
    "challenge": {"captions", "vocabulary"},
    "batching": {"pairs", "corpora", "vocabulary"},
    "attention": set(),
    # a GRU with a faster way back
    "recurrence": {"dropout"},
    # dropout that draws fewer random numbers
    "dropout": set(),
    "encoder": {"attention", "dropout", "recurrence"},
    # encoder: the kinds of recurrent layer, CELLS
    "decoder": {"attention", "dropout", "encoder"},
    # where a word stands
    "positions": set(),
    # attention in several heads
    "multihead": {"attention"},
    "transformer": {"attention", "dropout", "multihead", "positions"},
    # batching and vocabulary: it is called with a batch and counts no padding
    "model": NETWORK | {"batching", "vocabulary"},
    "search": set(),
    # the likeliest sentence of all
    "exact": {"search"},
    # what search found, in words
    "translation": {"search"},
    "losses": set(),
    # a setting of the C library, in a scope
    "allocation": set(),
    # several processes, each with its share of every batch
    "distributed": {"batching"},
    # weights and running state on disk, of whatever module
    "checkpoints": {"files"},
    # search: validation by BLEU decodes freely, and for nothing else
    "training": {"batching", "model", "search", "losses", "allocation", "checkpoints", "distributed", "progress"},
    # where shipped translators lie
    "pretrained": set(),
    "translator": TEXT | {"batching", "model", "search", "exact", "translation", "checkpoints", "pretrained"},
    # a trained translator to go on from, and whether it fits
    "adaptation": {"checkpoints", "model", "pretrained", "translator"},
    # attention between words: a translator's weights under teacher forcing, from pieces to words by their characters
    "alignments": {"batching", "captions", "challenge", "normalization", "pairs", "translator", "vocabulary"},
    "evaluation": set(),
    # a view of HTML is saved as a page
    "visualization": {"files"},
    # a page of both: what was found, and views of it
    "explanations": {"translation", "visualization"},
}
# train_translator and its recipes: all below it and evaluation, but it draws nothing
MAY_IMPORT["experiments"] = set(MAY_IMPORT) - {"visualization"}
# a trained translator in eight bits
MAY_IMPORT["quantization"] = {"model", "translator"}
# and as programs for a server without this package
MAY_IMPORT["serving"] = NETWORK | {"files", "model", "search", "translator", "vocabulary"}
# named experiments
MAY_IMPORT["catalogue"] = {"experiments", "model", "training"}
# what came out of them
MAY_IMPORT["records"] = set(MAY_IMPORT) - {"visualization"}
# one translator, searched in many ways
MAY_IMPORT["sweeps"] = {"corpora", "evaluation", "experiments", "pretrained", "translator"}
# several translators that vote
MAY_IMPORT["ensembles"] = {"evaluation", "experiments", "model", "records", "translator"}
# rungs from records
MAY_IMPORT["ladder"] = {"ensembles", "records"}
MAY_IMPORT["__main__"] = set(MAY_IMPORT)
MAY_IMPORT["__init__"] = set()

# Rooms that must not know torch at all, wherever in them the import stands.
WITHOUT_TORCH = TEXT | {"evaluation", "visualization", "progress"}
# What every room may take from `vocabulary`: four numbers, so that no digit stands in for them anywhere.
RESERVED_IDS = {"PAD_ID", "UNK_ID", "BOS_ID", "EOS_ID"}
BAD_NAMES = {"utils", "util", "helpers", "common", "misc", "tools"}


def room_of(path: Path) -> str:
    """The room a file belongs to: a folder is one room, `captions/german.py -> "captions"`."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported_modules(source: str, package: str = "tutor_nmt") -> set[str]:
    """Dotted names of all that a source imports, inside functions too; relative imports are made absolute."""
    names = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            parts = package.split(".")
            base = ".".join(parts[: len(parts) - node.level + 1]) if node.level else ""
            module = ".".join(filter(None, [base, node.module]))
            # `from tutor_nmt import search` imports a room by its name.
            imported = {alias.name for alias in node.names}
            if module == "tutor_nmt":
                names |= {f"{module}.{name}" for name in imported}
            elif module != "tutor_nmt.vocabulary" or not imported <= RESERVED_IDS:
                names.add(module)
    return names


def forbidden_imports(room: str, source: str, package: str = "tutor_nmt") -> set[str]:
    """The imports in a room's source that the table does not allow."""
    found = imported_modules(source, package)
    rooms = {name.split(".")[1] for name in found if name.startswith("tutor_nmt.")} - {room}
    others = {name.split(".")[0] for name in found} - {"tutor_nmt"}
    wrong = {name for name in rooms if name in MAY_IMPORT and name not in MAY_IMPORT[room]}
    wrong |= others & {"torch"} if room in WITHOUT_TORCH else set()
    wrong |= others & {"matplotlib"} if room != "visualization" else set()
    return wrong


def code_lines(source: str) -> int:
    """Lines of a module without its word lists: a top-level assignment of plain data counts as one line."""
    count = len(source.splitlines())
    for node in ast.parse(source).body:
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            try:
                ast.literal_eval(node.value)
            except ValueError:
                continue
            count -= node.end_lineno - node.lineno
    return count


def without_docstring(source: str) -> list[str]:
    """Public functions, classes and methods that have no docstring."""
    missing = []

    def visit(body: list[ast.stmt], prefix: str) -> None:
        for node in body:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                if node.name.startswith("_") or "overload" in map(ast.unparse, node.decorator_list):
                    continue
                if ast.get_docstring(node) is None:
                    missing.append(prefix + node.name)
                # A protocol's methods are named, not written; what they promise stands in its own docstring.
                is_protocol = isinstance(node, ast.ClassDef) and "Protocol" in map(ast.unparse, node.bases)
                if isinstance(node, ast.ClassDef) and not is_protocol:
                    visit(node.body, f"{prefix}{node.name}.")

    visit(ast.parse(source).body, "")
    return missing


SOURCES = sorted(PACKAGE.rglob("*.py"))
every_module = pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(PACKAGE)))


@every_module
def test_each_module_is_a_room_of_the_design(path):
    room = room_of(path)
    assert room not in BAD_NAMES, f"{room} says nothing about what it holds"
    assert room in MAY_IMPORT, f"{room} has no floor yet: give it a line in MAY_IMPORT and in the design"


@every_module
def test_imports_run_downwards_only(path):
    package = ".".join(["tutor_nmt", *path.relative_to(PACKAGE).parts[:-1]])
    wrong = forbidden_imports(room_of(path), path.read_text(encoding="utf-8"), package)
    assert not wrong, f"{room_of(path)} may not import {sorted(wrong)}"


@every_module
def test_public_functions_and_classes_have_docstrings(path):
    assert without_docstring(path.read_text(encoding="utf-8")) == []


@every_module
def test_modules_read_in_one_sitting(path):
    lines = code_lines(path.read_text(encoding="utf-8"))
    assert lines <= LONGER.get(room_of(path), MAX_LINES), (
        f"{lines} lines: a second idea has arrived, give it a room of its own"
    )


def first_to_load(package: str, modules: list[str]) -> str:
    """The first of some modules whose import in a fresh Python brings a package along, or nothing."""
    program = (
        "import importlib, sys\n"
        f"for name in {modules!r}:\n"
        "    importlib.import_module(name)\n"
        f"    if {package!r} in sys.modules:\n"
        "        print(name)\n"
        "        break\n"
    )
    run = subprocess.run([sys.executable, "-W", "error", "-c", program], capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    return run.stdout.strip()


def importable(rooms: set[str]) -> list[str]:
    """Dotted names of those rooms that exist, the package itself first."""
    there = {room_of(path) for path in SOURCES} & rooms - {"__init__", "__main__"}
    return ["tutor_nmt", *sorted(f"tutor_nmt.{room}" for room in there)]


def test_importing_the_text_rooms_leaves_torch_out():
    assert first_to_load("torch", importable(WITHOUT_TORCH)) == ""


def test_importing_any_room_but_visualization_leaves_matplotlib_out():
    assert first_to_load("matplotlib", importable(set(MAY_IMPORT) - {"visualization"})) == ""


def test_the_subprocess_check_sees_a_package_that_is_loaded():
    assert first_to_load("json", ["tutor_nmt", "json"]) == "json"


def test_the_table_itself_has_no_circle():
    done = set()
    while len(done) < len(MAY_IMPORT):
        ready = {room for room, below in MAY_IMPORT.items() if room not in done and below - {room} <= done}
        assert ready, f"these rooms import each other: {sorted(set(MAY_IMPORT) - done)}"
        done |= ready


@pytest.mark.parametrize(
    ("room", "source", "wrong"),
    [
        ("search", "from tutor_nmt.model import TranslationModel", {"model"}),
        ("search", "from .model import TranslationModel", {"model"}),
        ("search", "from . import model", {"model"}),
        ("pairs", "from .corpora import load_corpus", {"corpora"}),
        ("normalization", "from .pairs import SentencePair", {"pairs"}),
        ("checkpoints", "from .model import TranslationModel", {"model"}),
        ("training", "from .experiments import Recipe", {"experiments"}),
        ("experiments", "from .evaluation import bleu\nfrom .checkpoints import History", set()),
        ("search", "def f():\n    import tutor_nmt.model", {"model"}),
        ("vocabulary", "def f():\n    import torch.nn", {"torch"}),
        ("training", "from matplotlib import pyplot", {"matplotlib"}),
        ("training", "from .vocabulary import PAD_ID, EOS_ID", set()),
        ("training", "from .vocabulary import PAD_ID, WordVocabulary", {"vocabulary"}),
        ("training", "from tutor_nmt.batching import Batch\nfrom tutor_nmt import search", set()),
    ],
)
def test_an_import_that_runs_upwards_is_caught(room, source, wrong):
    assert forbidden_imports(room, source) == wrong


def test_a_module_inside_a_folder_may_import_its_own_room_and_no_other():
    source = "from .german import sentence\nfrom ..model import TranslationModel"
    assert forbidden_imports("captions", source, "tutor_nmt.captions") == {"model"}


def test_word_lists_are_not_counted_as_code():
    assert code_lines("WORDS = [\n    'a',\n    'b',\n]\nx = f()\n") == 2


def test_a_missing_docstring_is_caught():
    source = 'class A:\n    """Has one."""\n\n    def f(self): ...\n\n    def _g(self): ...\n\n\ndef h(): ...\n'
    assert without_docstring(source) == ["A.f", "h"]
