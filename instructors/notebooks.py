"""Exercise notebooks: the source with solutions, the student version made of it, and a variant drawn from a seed.

A source is in nbgrader's format: a task has a cell for its solution (`grade_id` NAME), whose answer stands between
`### BEGIN SOLUTION` and `### END SOLUTION`, and cells that check it: NAME-check, which students see, and NAME-hidden,
whose tests stand between `### BEGIN HIDDEN TESTS` and `### END HIDDEN TESTS`. An open question is a Markdown cell that
holds its marking guide as solution.
"""

import contextlib
import io
import random
from collections.abc import Mapping
from copy import deepcopy
from pathlib import Path

import nbformat
from IPython.core.inputtransformer2 import TransformerManager
from nbformat import NotebookNode
from nbgrader import preprocessors

SOURCES = Path(__file__).resolve().parent / "source"
# What nbgrader's `generate_assignment` does to a source, but for its database; hidden tests go last of all, since the
# checksums of cells are to be those of the source.
TO_STUDENT = ("LockCells", "ClearSolutions", "ClearOutput", "CheckCellMetadata", "ComputeChecksums")
TO_STUDENT += ("ClearHiddenTests", "ClearMarkScheme", "ComputeChecksums", "CheckCellMetadata")


def sources() -> dict[str, Path]:
    """The source of each chapter's exercises by its name: "08_attention" -> …/08_attention/08_attention.ipynb."""
    return {path.stem: path for path in sorted(SOURCES.glob("*/*.ipynb")) if path.stem == path.parent.name}


def source_of(chapter: str) -> Path:
    """The source by a chapter's name or by its number alone, "08"; ValueError lists those there are."""
    found = [path for name, path in sources().items() if chapter in (name, name.split("_")[0])]
    if not found:
        raise ValueError(f"no exercises are called {chapter!r}; there are {', '.join(sources())}")
    return found[0]


def read(path: Path) -> NotebookNode:
    """A notebook from its file."""
    return nbformat.read(path, as_version=4)


def to_text(notebook: NotebookNode) -> str:
    """What its file holds."""
    return nbformat.writes(notebook) + "\n"


def student_version(source: NotebookNode) -> NotebookNode:
    """The notebook as students get it: without solutions, hidden tests, guides, outputs and other variants."""
    notebook, resources = deepcopy(source), {}
    notebook.metadata.pop("tutor_nmt", None)
    for name in TO_STUDENT:
        notebook, resources = getattr(preprocessors, name)().preprocess(notebook, resources)
    return notebook


def draw(source: NotebookNode, seed: int) -> NotebookNode:
    """The source with one choice of each of its variants, drawn by `seed`; what changes is replaced throughout.

    `source.metadata.tutor_nmt.variants` lists {"of": what varies, "choices": [{old text: new text, …}, …]}. What stands
    in the published source is no choice: its solution is known.
    """
    chance, notebook = random.Random(seed), deepcopy(source)
    for variant in variants(source):
        replace_texts(notebook, chance.choice(variant["choices"]))
    return notebook


def variants(source: NotebookNode) -> list[dict]:
    """What varies in a source, and how."""
    return source.metadata.get("tutor_nmt", {}).get("variants", [])


def replace_texts(notebook: NotebookNode, texts: Mapping[str, str]) -> None:
    """Put new texts for old ones in every cell, all at once; ValueError if an old one stands nowhere."""
    for old in texts:
        if not any(old in cell.source for cell in notebook.cells):
            raise ValueError(f"{old!r} stands in no cell of the notebook; a variant must change something")
    for cell in notebook.cells:
        marks = {old: f"\0{number}\0" for number, old in enumerate(texts)}
        for old, mark in marks.items():
            cell.source = cell.source.replace(old, mark)
        for old, mark in marks.items():
            cell.source = cell.source.replace(mark, texts[old])


def grade_id(cell: NotebookNode) -> str:
    """The name of a cell that nbgrader knows; "" of others."""
    return cell.metadata.get("nbgrader", {}).get("grade_id", "")


def task_of(cell: NotebookNode) -> str:
    """The task that a cell belongs to, its solution or one of its checks; "" of a cell that all tasks share."""
    about = cell.metadata.get("nbgrader", {})
    if not (about.get("grade") or about.get("solution")):
        return ""
    return about["grade_id"].removesuffix("-check").removesuffix("-hidden")


def tasks(notebook: NotebookNode) -> dict[str, list[NotebookNode]]:
    """The cells of each task, by its name: the one for the solution, then the checks."""
    found: dict[str, list[NotebookNode]] = {}
    for cell in notebook.cells:
        if task_of(cell):
            found.setdefault(task_of(cell), []).append(cell)
    return found


def is_automatic(cells: list[NotebookNode]) -> bool:
    """Whether a task is marked by checks, and not by a person."""
    return all(cell.cell_type == "code" for cell in cells)


class Marker:
    """Marks answers in this process, quickly and trusting them: what all tasks share is run once.

    For tests of the exercises themselves; submissions are graded by `grade`, apart and with limits.
    """

    def __init__(self, notebook: NotebookNode):
        self.cells, self.shared = tasks(notebook), {"__name__": "__main__"}
        for cell in notebook.cells:
            if cell.cell_type == "code" and not task_of(cell):
                _run(cell.source, self.shared)

    def points(self, task: str, answer: str | None = None) -> tuple[float, float, list[str]]:
        """Points earned, points to be had, and what the failed checks said, of a task with `answer` for its solution.

        Like nbgrader: a cell that fails stops nothing, a check that fails earns nothing.
        """
        names, earned, possible, said = dict(self.shared), 0.0, 0.0, []
        for cell in self.cells[task]:
            about, failure = cell.metadata.nbgrader, None
            text = answer if about.solution and answer is not None else cell.source
            try:
                _run(text, names)
            except Exception as error:  # whatever a student wrote
                failure = f"{type(error).__name__}: {error}"
            if about.grade:
                possible += about.points
                earned += 0 if failure else about.points
                if failure:
                    said.append(failure)
        return earned, possible, said


def _run(text: str, names: dict) -> None:
    code = compile(TransformerManager().transform_cell(text), "<cell>", "exec")
    with contextlib.redirect_stdout(io.StringIO()):
        exec(code, names)
