"""The rules that every notebook of the book keeps, and for each rule a notebook that breaks it."""

import copy
import gzip
import html
import json
import os
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOKS = sorted(path for path in (ROOT / "book").rglob("*.ipynb") if ".ipynb_checkpoints" not in path.parts)
EXERCISES = ROOT / "book" / "exercises"
MAX_CELL_LINES = 30
MIN_COMPARED = 0.6

MACHINE_PATH = re.compile(r"(?<![\w.])/(?:root|home|work|tmp|Users|var|opt|content)/|[A-Z]:\\\\?Users")
MYST = re.compile(r"^\s*(?::::+|(?:```+|~~~+)\s*\{)|\{[a-z][\w:-]*\}`|^\(\S+\)=\s*$|^\+\+\+", re.M)
LINK = re.compile(r"!?\[[^\]]*\]\(\s*<?([^)\s>]+)|^\s*\[[^\]^][^\]]*\]:\s*(\S+)|(?:href|src)=[\"']([^\"']+)", re.M)
PROGRESS = re.compile(r"\d+%\|.*\||\d+/\d+ \[\d\d:\d\d|it/s\b|[█▏▎▍▌▋▊▉]|\r|\w*Warning: ")
MAGIC = re.compile(r"^\s*(?:[%!?]|[\w.]+\?{1,2}\s*$|[\w, ]+ = [%!])")


def text_of(value: str | list[str]) -> str:
    """The notebook format stores a text as one string or as a list of lines."""
    return value if isinstance(value, str) else "".join(value)


def code_cells(notebook: dict) -> list[dict]:
    return [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]


def markdown(notebook: dict) -> str:
    """All Markdown of a notebook, without what stands in code fences and code spans."""
    text = "\n\n".join(text_of(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "markdown")
    text = re.sub(r"^(```+)(?!\s*\{).*?^\1\s*$", "", text, flags=re.M | re.S)
    return re.sub(r"(?<![`}])(`+)(?!`).+?(?<!`)\1(?!`)", "``", text)


def outputs_of(cell: dict) -> list[tuple[str, str]]:
    """The texts that a cell has stored, each with its kind: `("text/plain", "3")`, `("stream", "…")`."""
    found = []
    for output in cell["outputs"]:
        if output["output_type"] == "stream":
            found.append(("stream", text_of(output["text"])))
        elif output["output_type"] == "error":
            found.append(("error", "\n".join([output["ename"], output["evalue"], *output["traceback"]])))
        for kind, data in output.get("data", {}).items():
            found.append((kind, json.dumps(data) if kind.endswith("json") else text_of(data)))
    return found


def tags(cell: dict) -> set[str]:
    return set(cell["metadata"].get("tags", []))


def is_compared(cell: dict) -> bool:
    """Whether a wrong result in a cell fails `make test`: a stored text is compared, or the cell asserts."""
    if tags(cell) & {"nbval-skip"}:
        return False
    if re.search(r"^\s*(?:assert\b|with pytest\.raises\b)", text_of(cell["source"]), re.M):
        return True
    kinds = {kind for kind, text in outputs_of(cell) if not re.fullmatch(r"<Figure size .*>", text.strip())}
    return bool(kinds - {"image/png", "image/jpeg"}) and not tags(cell) & {
        "nbval-ignore-output",
        "raises-exception",
    }


# Each rule takes a notebook and yields what is wrong with it, one line each; its name is the rule.


def rule_plain_markdown_only(notebook):
    for match in MYST.finditer(markdown(notebook)):
        yield f"{match[0].strip()!r} is a directive or role, which Colab shows raw; write plain Markdown"


def rule_absolute_links(notebook):
    for match in LINK.finditer(markdown(notebook)):
        target = next(filter(None, match.groups()))
        if not target.startswith(("https://", "#", "mailto:")):
            yield f"link to {target!r}: in Colab a single file is open, so write the whole https:// address"


def rule_no_remote_images(notebook):
    for match in re.finditer(
        r"!\[[^\]]*\]\(\s*(https?:[^)\s]+)|<img[^>]+src=[\"'](https?:[^\"']+)", markdown(notebook)
    ):
        yield f"image {match[1] or match[2]}: the page would load it from elsewhere"


def rule_executed_from_the_top(notebook):
    counts = [cell["execution_count"] for cell in code_cells(notebook)]
    if counts != list(range(1, len(counts) + 1)):
        yield f"execution counts are {counts}; run `make notebooks`"


def rule_no_empty_cells(notebook):
    for number, cell in enumerate(notebook["cells"]):
        if not text_of(cell["source"]).strip():
            yield f"cell {number} is empty"


def rule_exceptions_are_asserted(notebook):
    for cell in code_cells(notebook):
        raised = any(output["output_type"] == "error" for output in cell["outputs"])
        if raised or "raises-exception" in tags(cell):
            yield "nbval does not require the exception: catch it, print it, and assert that it was raised"


def rule_no_magics_or_commands(notebook):
    for number, cell in enumerate(code_cells(notebook)):
        for line in text_of(cell["source"]).splitlines():
            install = number == 0 and line.startswith("    %pip install --quiet ")
            if MAGIC.match(line) and not install:
                yield f"{line.strip()!r}: a failing magic or command passes in silence; use Python"


def rule_no_stderr_progress_or_warning(notebook):
    for cell in code_cells(notebook):
        for output in cell["outputs"]:
            if output.get("name") == "stderr":
                yield f"stderr is stored: {text_of(output['text'])[:60]!r}"
        for kind, text in outputs_of(cell):
            if kind.startswith("application/vnd.jupyter.widget"):
                yield "a widget is stored, which loads scripts from elsewhere; turn the progress bar off"
            elif not kind.startswith("image/") and (match := PROGRESS.search(text)):
                yield f"{match[0]!r} looks like a progress bar or a warning, which differs between machines"


def rule_no_path_of_a_machine(notebook):
    for cell in notebook["cells"]:
        texts = [text_of(cell["source"])]
        texts += (
            [text for kind, text in outputs_of(cell) if not kind.startswith("image/p")] if "outputs" in cell else []
        )
        for text in texts:
            if match := MACHINE_PATH.search(text):
                yield f"{text[match.start() : match.start() + 40]!r} is a path of somebody's machine"


def rule_no_timing_metadata(notebook):
    for cell in notebook["cells"]:
        for key in {"execution", "ExecuteTime", "collapsed", "scrolled"} & set(cell["metadata"]):
            yield f"cell metadata {key!r} changes with each run; run `make notebooks`"
    if "version" in notebook["metadata"].get("language_info", {}):
        yield "the version of Python is stored; run `make notebooks`"


def rule_enough_cells_are_compared(notebook):
    cells = code_cells(notebook)
    compared = sum(map(is_compared, cells))
    if compared < MIN_COMPARED * len(cells):
        yield f"{compared} of {len(cells)} code cells are compared or assert; {MIN_COMPARED:.0%} must"


def rule_nothing_is_skipped(notebook):
    for cell in code_cells(notebook):
        if "nbval-skip" in tags(cell):
            yield "a cell is tagged nbval-skip and would never run; ignore its output instead"


def rule_short_cells(notebook):
    for cell in code_cells(notebook):
        if (lines := len(text_of(cell["source"]).splitlines())) > MAX_CELL_LINES:
            yield f"a cell of {lines} lines; {MAX_CELL_LINES} are the limit"


def rule_images_have_alternative_text(notebook):
    for cell in code_cells(notebook):
        if any(kind.startswith("image/") for kind, _ in outputs_of(cell)):
            if not cell["metadata"].get("mystnb", {}).get("image", {}).get("alt", "").strip():
                yield f'no text for the figure {start_of(cell)}: metadata "mystnb": {{"image": {{"alt": …}}}}'
        for kind, text in outputs_of(cell):
            if kind == "text/html" and re.search(r"<img(?![^>]*\balt=)", text):
                yield f"an <img> without alt at {start_of(cell)}"
            if kind == "text/html" and re.search(r"<svg(?![^>]*\b(?:aria-label|aria-labelledby|aria-hidden)=)", text):
                yield f"an <svg> without aria-label at {start_of(cell)}"
    if re.search(r"!\[\s*\]\(", markdown(notebook)):
        yield "an image in the text without alternative text"


def rule_opens_with_title_minutes_and_prerequisites(notebook):
    first = notebook["cells"][0]
    text = text_of(first["source"])
    if first["cell_type"] != "markdown" or not re.match(r"# \S", text):
        yield "the first cell does not start with a title, `# …`"
    if not re.search(r"\bminutes?\b", text):
        yield "the first cell does not say how many minutes the chapter takes"
    if not re.search(r"prerequisite|\bneeded before\b|\bbefore you (?:start|begin)\b|\byou need\b", text, re.I):
        yield "the first cell does not say what is needed before (Prerequisites: …)"


def rule_no_trailing_semicolon(notebook):
    for cell in code_cells(notebook):
        if text_of(cell["source"]).rstrip().endswith(";"):
            yield f"{start_of(cell)} ends in `;`, which nbval does not honour; end a plot with plt.show()"


def start_of(cell: dict) -> str:
    return repr(text_of(cell["source"])[:40])


RULES = {name.removeprefix("rule_"): rule for name, rule in list(globals().items()) if name.startswith("rule_")}


# Exercises wait for answers, so nothing is stored of them; tests/exercises runs what is to be done in them.
OF_CHAPTERS = {"executed_from_the_top", "enough_cells_are_compared"}


def rules_for(path):
    return RULES.keys() - OF_CHAPTERS if path.parent == EXERCISES else RULES


@pytest.mark.parametrize(
    ("path", "rule"),
    [
        pytest.param(path, rule, id=f"{path.parent.name}-{path.stem}-{rule}")
        for path in NOTEBOOKS
        for rule in sorted(rules_for(path))
    ],
)
def test_notebook_keeps_the_rule(path, rule):
    wrong = list(RULES[rule](json.loads(path.read_text(encoding="utf-8"))))
    assert not wrong, "\n".join([path.name, *wrong])


def test_there_is_a_notebook_to_check():
    listed = re.findall(r"(?:file|root): (\S+)", (ROOT / "_toc.yml").read_text(encoding="utf-8"))
    missing = [name for name in listed if not list(ROOT.glob(f"{name}.*"))]
    assert NOTEBOOKS and not missing, f"_toc.yml lists chapters that are not there: {missing}"
    unlisted = {path.relative_to(ROOT).with_suffix("").as_posix() for path in NOTEBOOKS} - set(listed)
    assert not unlisted, f"no reader will find these chapters, they are not in _toc.yml: {unlisted}"


# A notebook that keeps all rules, and for each rule the changes that break it.


def markdown_cell(source: str) -> dict:
    return {"cell_type": "markdown", "metadata": {}, "source": source}


def code_cell(source: str, *outputs: dict, **metadata) -> dict:
    return {
        "cell_type": "code",
        "execution_count": 1,
        "metadata": metadata,
        "source": source,
        "outputs": [*outputs],
    }


def shown(**data: str) -> dict:
    """A displayed output, its kinds written with `_` for `/`: `shown(text_plain="3")`."""
    return {
        "output_type": "display_data",
        "metadata": {},
        "data": {kind.replace("_", "/").replace("svg/xml", "svg+xml"): text for kind, text in data.items()},
    }


def printed(text: str, name: str = "stdout") -> dict:
    return {"output_type": "stream", "name": name, "text": text}


def good_notebook(*added: dict) -> dict:
    cells = [
        markdown_cell(
            "# A title\n\n10 minutes. Prerequisites: none.\n"
            "[Colab](https://example.org/x), `{note}`, `../x`, $x_{t}$.\n"
        ),
        code_cell('import importlib.util\nif False:\n    %pip install --quiet "tutor-nmt @ git+https://x"'),
        markdown_cell("Five `{cite}` pieces, a [place](#below).\n\n```python\n!ls\n[a](b)\n```\n"),
        code_cell("1 + 1", shown(text_plain="2")),
        code_cell("assert 3 % 2 == 1"),
        code_cell("print(5)", printed("5\n")),
        *copy.deepcopy(added),
    ]
    for count, cell in enumerate((cell for cell in cells if cell["cell_type"] == "code"), start=1):
        cell["execution_count"] = cell["execution_count"] and count
    return {
        "cells": cells,
        "metadata": {"language_info": {"name": "python"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def never_run() -> dict:
    return code_cell("x = 1") | {"execution_count": None}


PNG, ALT = (
    {"image_png": "iVBO", "text_plain": "<Figure size 7x5 with 1 Axes>"},
    {"image": {"alt": "A line that falls."}},
)
ERROR = {"output_type": "error", "ename": "ValueError", "evalue": "no", "traceback": ["ValueError: no"]}
BREAKS = {
    "plain_markdown_only": [
        markdown_cell(":::{note}\nx\n:::"),
        markdown_cell("```{exercise}\nx\n```"),
        markdown_cell("as {cite}`bahdanau2015` says"),
        markdown_cell("(a-label)=\n## Head"),
    ],
    "absolute_links": [
        markdown_cell("[next](01_data_cleaning.ipynb)"),
        markdown_cell("[next]\n\n[next]: ../README.md"),
        markdown_cell('<a href="x.html">x</a>'),
        markdown_cell("![A figure](figure.png)"),
    ],
    "no_remote_images": [markdown_cell("![Badge](https://example.org/badge.svg)")],
    "executed_from_the_top": [never_run()],
    "no_empty_cells": [markdown_cell("  \n"), code_cell("")],
    "exceptions_are_asserted": [code_cell("f()", ERROR), code_cell("f()", tags=["raises-exception"])],
    "no_magics_or_commands": [
        code_cell("!ls"),
        code_cell("%matplotlib inline"),
        code_cell("%%time\nf()"),
        code_cell("%pip install --quiet x"),
        code_cell("files = !ls"),
        code_cell("print?"),
    ],
    "no_stderr_progress_or_warning": [
        code_cell("f()", printed("x", "stderr")),
        code_cell("f()", printed(" 50%|█████     | 5/10 [00:01<00:01, 4.9it/s]")),
        code_cell("f()", printed("x.py:3: UserWarning: careful")),
        code_cell("f()", shown(**{"application_vnd.jupyter.widget-view+json": "{}"})),
    ],
    "no_path_of_a_machine": [
        code_cell("f()", printed("saved to /home/ada/model")),
        code_cell("f()", shown(text_plain="PosixPath('/tmp/x1/model')")),
        code_cell("open('/Users/ada/x')"),
        markdown_cell("Look into /root/data."),
    ],
    "no_timing_metadata": [
        code_cell("x = 1", execution={"iopub.status.busy": "2026"}),
        code_cell("x", collapsed=True),
    ],
    "enough_cells_are_compared": [
        [code_cell("x = 1")] * 4,
        [code_cell("plot()", shown(**PNG), mystnb=ALT)] * 4,
        [code_cell("1", shown(text_plain="1"), tags=["nbval-ignore-output"])] * 4,
    ],
    "nothing_is_skipped": [code_cell("x = 1", tags=["nbval-skip"])],
    "short_cells": [code_cell("x = 1\n" * 31)],
    "images_have_alternative_text": [
        code_cell("plot()", shown(**PNG)),
        code_cell("plot()", shown(image_svg_xml="<svg/>")),
        code_cell("plot()", shown(**PNG), mystnb={"image": {"alt": " "}}),
        code_cell("view()", shown(text_html="<img src='data:'>")),
        code_cell("view()", shown(text_html="<svg width='3'></svg>")),
    ],
    "no_trailing_semicolon": [code_cell("plot();\n")],
}


def test_every_rule_has_a_notebook_that_breaks_it():
    assert set(BREAKS) | {"opens_with_title_minutes_and_prerequisites"} == set(RULES)


@pytest.mark.parametrize("rule", RULES)
def test_a_good_notebook_keeps_the_rule(rule):
    figure = code_cell("plot()", shown(**PNG), mystnb=ALT)
    view = code_cell("view()", shown(text_html="<svg role='img' aria-label='Weights'></svg><img alt='x' src='data:'>"))
    assert list(RULES[rule](good_notebook(figure, view))) == []


@pytest.mark.parametrize(("rule", "cells"), [(rule, bad) for rule, breaks in BREAKS.items() for bad in breaks])
def test_a_notebook_that_breaks_the_rule_is_caught(rule, cells):
    assert list(RULES[rule](good_notebook(*(cells if isinstance(cells, list) else [cells]))))


@pytest.mark.parametrize(
    "first",
    ["A text. 10 minutes. Prerequisites: none.", "# Title\nPrerequisites: none.", "# Title\n\n10 minutes."],
)
def test_a_first_cell_without_title_minutes_or_prerequisites_is_caught(first):
    notebook = good_notebook()
    notebook["cells"][0]["source"] = first
    assert len(list(RULES["opens_with_title_minutes_and_prerequisites"](notebook))) == 1


# No corpus sentence: neither in a notebook nor in any other text of the repository.

# Shorter sentences are anybody's: six words about a dog in the snow are written again by whoever needs an example.
WINDOW = {"words": 7, "characters": 8}


def words(text: str) -> list[str]:
    """Words in lower case, without punctuation and markup; in Chinese each character is one."""
    return re.findall(r"[\u4e00-\u9fff]|[^\W\u4e00-\u9fff]+", html.unescape(re.sub(r"<[^>]+>", " ", text)).lower())


def window_of(line: list[str]) -> int:
    """How many words or characters a sentence must have to be anybody's."""
    chinese = sum("\u4e00" <= word <= "\u9fff" for word in line) * 2 > len(line)
    return WINDOW["characters" if chinese else "words"]


def index(lines: list[str]) -> dict[tuple[str, ...], set[tuple[str, ...]]]:
    """Sentences by their first words, those left out that are too short to be recognised."""
    found = {}
    for line in map(words, lines):
        if len(line) >= (window := window_of(line)):
            found.setdefault(tuple(line[:window]), set()).add(tuple(line))
    return found


def quotations(text: str, sentences: dict[tuple[str, ...], set[tuple[str, ...]]]) -> set[str]:
    """The sentences of an index that occur in a text, whatever its case, punctuation and markup."""
    here, found = words(text), set()
    for start in range(len(here)):
        for window in WINDOW.values():
            for line in sentences.get(tuple(here[start : start + window]), ()):
                if tuple(here[start : start + len(line)]) == line:
                    found.add(" ".join(line))
    return found


@cache
def corpus_sentences() -> dict[tuple[str, ...], set[tuple[str, ...]]]:
    data = Path(os.environ["TUTOR_NMT_DATA"])
    lines = []
    for path in sorted((data / "multi30k").glob("*/*")):
        opened = gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8")
        with opened as file:
            lines += file
    with gzip.open(data / "tatoeba" / "cmn-eng.tsv.gz", "rt", encoding="utf-8") as file:
        lines += (column for line in file for column in line.split("\t")[:2])
    return index(lines)


def repository_texts() -> list[Path]:
    """All texts in which a sentence could be quoted, records excepted.

    A record holds what a system wrote, and a good system writes some sentences as the reference has them.
    """
    suffixes = {".py", ".md", ".ipynb", ".json", ".txt", ".tsv", ".html", ".yml", ".toml", ".cff"}
    folders = ("book", "src", "tests", ".ci", ".github")
    files = [*ROOT.glob("*"), *(path for folder in folders for path in (ROOT / folder).rglob("*"))]
    return sorted(path for path in files if path.suffix in suffixes and path.is_file() and "records" not in path.parts)


def texts_in(path: Path) -> str:
    """What a reader of a file reads; of a notebook, its cells and their outputs but no pictures."""
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".ipynb":
        return text
    pieces = []
    for cell in json.loads(text)["cells"]:
        pieces.append(text_of(cell["source"]))
        if cell["cell_type"] == "code":
            pieces += [output for kind, output in outputs_of(cell) if kind not in ("image/png", "image/jpeg")]
    return "\n".join(pieces)


@pytest.mark.corpus("multi30k")
@pytest.mark.corpus("multi30k-tokenized")
@pytest.mark.corpus("tatoeba-zh-en")
def test_no_corpus_sentence_is_quoted_anywhere():
    wrong = []
    for path in repository_texts():
        for sentence in quotations(texts_in(path), corpus_sentences()):
            wrong.append(f"{path.relative_to(ROOT)} quotes the sentence that begins {' '.join(sentence.split()[:3])!r}")
    assert not wrong, "\n".join(wrong)


def test_a_quoted_sentence_is_caught_whatever_its_case_and_markup():
    sentences = index(["Seven green kites rise over the hill.", "Too short.", "七只绿色的风筝飞过山丘。"])
    assert quotations("<b>seven</b> green kites rise OVER the hill", sentences)
    assert quotations("text: 七只绿色的风筝飞过山丘", sentences)
    assert quotations("Seven green kites rise over the hills. Too short.", sentences) == set()
