"""Grading, from submissions to a table: what is handed in right, wrong, broken or hostile each becomes a clear row."""

import csv
import json
from copy import deepcopy
from functools import cache

import pytest
from instructors.grade import Limits, Row, as_csv, faults, grade
from instructors.notebooks import SOURCES, draw, grade_id, read, sources, student_version
from instructors.release import release_drawn
from instructors.sandbox import missing

CHAPTER, OTHER = "08_attention", "01_data_cleaning"


@cache
def released(chapter=CHAPTER):
    return student_version(read(sources()[chapter]))


def solved(chapter=CHAPTER, source=None, **answers):
    """A student version with the solutions put in, or other answers by the task's name."""
    source = source or read(sources()[chapter])
    solutions = {grade_id(cell): cell.source for cell in source.cells if grade_id(cell)}
    notebook = deepcopy(student_version(source))
    for cell in notebook.cells:
        about = cell.metadata.get("nbgrader", {})
        if about.get("solution") and cell.cell_type == "code":
            cell.source = answers.get(grade_id(cell).replace("-", "_"), solutions[grade_id(cell)])
    return notebook


def hand_in(folder, student, notebook, chapter=CHAPTER):
    path = folder / student / f"{chapter}.ipynb"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(notebook if isinstance(notebook, str) else json.dumps(notebook), encoding="utf-8")


def named(notebook, name):
    return next(cell for cell in notebook.cells if grade_id(cell) == name)


def twice():
    notebook = solved()
    notebook.cells.append(deepcopy(named(notebook, "context")))
    return notebook


def retyped():
    notebook = solved()
    cell = named(notebook, "context")
    cell.cell_type = "markdown"
    del cell["outputs"], cell["execution_count"]
    return notebook


def without(name):
    notebook = solved()
    notebook.cells = [cell for cell in notebook.cells if grade_id(cell) != name]
    return notebook


def points(task, chapter=CHAPTER):
    cells = [cell for cell in released(chapter).cells if grade_id(cell).startswith(f"{task}-")]
    return sum(cell.metadata.nbgrader.points for cell in cells)


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """Submissions of all kinds, graded once: the rows by student, and the folder of results."""
    folder = tmp_path_factory.mktemp("class")
    given = folder / "given"
    hand_in(given, "Ada", solved())
    hand_in(given, "Bob", released())
    hand_in(given, "Cy", twice())
    hand_in(given, "Di", retyped())
    hand_in(given, "Ed", without("context-hidden"))
    hand_in(given, "Flo", '{"cells": [')
    (given / "Gus").mkdir()
    (given / "Hal").mkdir()
    (given / "Hal" / f"{CHAPTER}.ipynb").symlink_to(given / "Ada" / f"{CHAPTER}.ipynb")
    theirs = (given / "Ada" / f"{CHAPTER}.ipynb").as_posix()
    hostile = solved(
        looks_at=f"print(open({theirs!r}).read())",
        scaled_scores=f"open({(folder / 'mine').as_posix()!r}, 'w').write('x')",
        weights_of="import socket\nsocket.create_connection(('192.0.2.1', 80), 3)",
        additive_scores="hoard = [bytearray(2**28) for _ in range(100)]",
        context="while True:\n    pass",
    )
    hand_in(given, "Ira", hostile)
    hand_in(given, "Jo", solved(spread="import os\nos._exit(0)"))
    tampered = solved(context=named(released(), "context").source)
    named(tampered, "context-hidden").source = "pass"
    hand_in(given, "Kim", tampered)
    said = []
    limits = Limits(cell_seconds=20, seconds=400, memory=2 * 2**30)  # a busy machine must not fail this
    rows = grade(given, folder / "results", limits=limits, log=said.append)
    assert len(said) == len(rows)
    return {row.student: row for row in rows}, folder


def test_everybody_has_a_row(graded):
    rows, folder = graded
    assert list(rows) == ["Ada", "Bob", "Cy", "Di", "Ed", "Flo", "Gus", "Hal", "Ira", "Jo", "Kim"]
    with open(folder / "results" / "grades.csv", newline="", encoding="utf-8") as table:
        kept = list(csv.DictReader(table))
    assert [row["student"] for row in kept] == list(rows)
    assert float(kept[0]["points"]) == float(kept[0]["of"]) > 0
    assert float(kept[0]["to mark by hand"]) == rows["Ada"].by_hand


def test_a_solution_earns_all_and_an_untouched_notebook_nothing(graded):
    rows, _ = graded
    assert rows["Ada"].points == rows["Ada"].of and rows["Ada"].note == ""
    assert rows["Bob"].points == 0 and rows["Bob"].state == "graded"
    assert rows["Ada"].by_hand > 0, "the open question waits for a person"


@pytest.mark.parametrize(
    ("student", "why"),
    [
        ("Cy", "context is there 2 times"),
        ("Di", "context was made a markdown cell"),
        ("Ed", "context-hidden is missing"),
        ("Flo", "cannot be read as a notebook"),
        ("Gus", "nothing was handed in"),
        ("Hal", "is a link"),
        ("Jo", "ended itself"),
    ],
)
def test_what_cannot_be_graded_says_why(graded, student, why):
    rows, _ = graded
    assert rows[student].state == "not graded" and rows[student].points == 0 and why in rows[student].note


@pytest.mark.skipif(bool(missing()), reason="; ".join(missing()))
def test_a_hostile_notebook_loses_those_tasks_alone_and_does_no_harm(graded):
    rows, folder = graded
    row = rows["Ira"]
    assert row.state == "graded" and row.points == points("spread")
    for sign in (
        "outside its folder (looks-at)",
        "outside its folder (scaled-scores)",
        "network (weights-of)",
        "memory than it may have (additive-scores)",
        "longer than it may (context)",
    ):
        assert sign in row.note
    assert not (folder / "mine").exists()


def test_checks_that_were_changed_are_put_back(graded):
    rows, _ = graded
    assert rows["Kim"].points == rows["Kim"].of - points("context")


def test_whoever_was_graded_gets_a_page(graded):
    rows, folder = graded
    for student, row in rows.items():
        page = folder / "results" / "feedback" / student / CHAPTER / f"{CHAPTER}.html"
        assert page.is_file() == (row.state == "graded")


def test_a_second_chapter_and_a_drawn_assignment_are_graded_too(tmp_path):
    release_drawn(OTHER, 7, tmp_path / "drawn")
    drawn = read(tmp_path / "drawn" / "source" / OTHER / f"{OTHER}.ipynb")
    assert drawn == draw(read(sources()[OTHER]), 7)
    hand_in(tmp_path / "given", "Ada", solved(OTHER, drawn), OTHER)
    hand_in(tmp_path / "given", "Bob", student_version(drawn), OTHER)
    ada, bob = grade(tmp_path / "given", tmp_path / "results", tmp_path / "drawn" / "source")
    assert ada.points == ada.of > 0 and bob.points == 0


def test_grades_of_before_are_never_overwritten(tmp_path):
    hand_in(tmp_path / "given", "Ada", solved())
    (tmp_path / "results").mkdir()
    (tmp_path / "results" / "grades.csv").write_text("precious")
    with pytest.raises(ValueError, match="is not empty"):
        grade(tmp_path / "given", tmp_path / "results")
    assert (tmp_path / "results" / "grades.csv").read_text() == "precious"


def test_sources_that_are_not_there_are_one_clear_error(tmp_path):
    hand_in(tmp_path / "given", "Ada", solved())
    with pytest.raises(ValueError, match="is no folder of sources"):
        grade(tmp_path / "given", tmp_path / "results", tmp_path / "nowhere")


@pytest.mark.parametrize("kind", ["missing", "empty", "file"])
def test_no_submissions_is_one_clear_error(tmp_path, kind):
    given = tmp_path / "given"
    if kind == "empty":
        given.mkdir()
    if kind == "file":
        given.write_text("x")
    with pytest.raises(ValueError, match="one folder a student"):
        grade(given, tmp_path / "results")
    assert not (tmp_path / "results").exists()


def test_a_table_holds_no_formula():
    row = Row("=cmd()", CHAPTER, 1, 2, 0, "graded", "-note")
    (_, line) = csv.reader(as_csv([row]).splitlines())
    assert line[0] == "'=cmd()" and line[-1] == "'-note"


def test_an_untouched_and_a_solved_notebook_have_no_faults():
    assert faults(released(), released()) == faults(solved(), released()) == []


def test_cells_of_ones_own_are_no_fault():
    notebook = solved()
    notebook.cells.insert(3, deepcopy(notebook.cells[2]))
    notebook.cells[3].metadata.pop("nbgrader", None)
    assert faults(notebook, released()) == []


def test_sources_lie_in_nbgraders_layout():
    assert all(path.parent.parent == SOURCES for path in sources().values())
