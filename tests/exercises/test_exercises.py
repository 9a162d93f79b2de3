"""The exercises: a solution earns all points, an untouched cell none, and no plausible wrong answer keeps its points.

A wrong answer is a text to put for another in the solution, or a whole solution of its own. They stand in the module
of their chapter beside this file, by task and by what somebody must have thought. Answers that are right without being
the source's stand in right_answers.py, and must lose nothing.
"""

import importlib.util
from functools import cache
from pathlib import Path

import pytest
from instructors.notebooks import (
    Marker,
    draw,
    grade_id,
    is_automatic,
    read,
    replace_texts,
    sources,
    student_version,
    tasks,
    to_text,
    variants,
)

HERE = Path(__file__).resolve().parent
BOOK = HERE.parent.parent / "book" / "exercises"
LEAST_TASKS, LEAST_WRONG = 5, 4
CHAPTERS = sorted(sources())


@cache
def source(chapter):
    return read(sources()[chapter])


@cache
def marker(chapter):
    return Marker(source(chapter))


def beside(name):
    """The module of this name that lies beside this file."""
    spec = importlib.util.spec_from_file_location(name, HERE / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@cache
def wrong_answers(chapter):
    """WRONG of tests/exercises/wrong_CHAPTER.py: {task: {what was thought: answer}}."""
    return beside(f"wrong_{chapter}").WRONG


def automatic(chapter):
    return {name: cells for name, cells in tasks(source(chapter)).items() if is_automatic(cells)}


def solution(chapter, task):
    return next(cell.source for cell in automatic(chapter)[task] if cell.metadata.nbgrader.solution)


def answer_of(chapter, task, wrong):
    """The text of a wrong answer: given whole, or as (old, new), …, each old text standing once in the solution."""
    if isinstance(wrong, str):
        return wrong
    text = solution(chapter, task)
    for old, new in zip(wrong[::2], wrong[1::2], strict=True):
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in the solution of {task}"
        text = text.replace(old, new)
    return text


ALL_TASKS = [(chapter, task) for chapter in CHAPTERS for task in automatic(chapter)]
ALL_WRONG = [
    pytest.param(chapter, task, wrong, id=f"{chapter}-{task}-{what}")
    for chapter in CHAPTERS
    for task, several in wrong_answers(chapter).items()
    for what, wrong in several.items()
]
ALL_RIGHT = [
    pytest.param(chapter, task, right, id=f"{chapter}-{task}-{what}")
    for chapter, by_task in beside("right_answers").RIGHT.items()
    for task, several in by_task.items()
    for what, right in several.items()
]
ALL_CHOICES = [
    pytest.param(chapter, number, choice, id=f"{chapter}-{variant['of']}-{choice}")
    for chapter in CHAPTERS
    for number, variant in enumerate(variants(source(chapter)))
    for choice in range(len(variant["choices"]))
]


@pytest.mark.parametrize(("chapter", "task"), ALL_TASKS)
def test_the_solution_earns_all_points(chapter, task):
    earned, possible, said = marker(chapter).points(task)
    assert (earned, said) == (possible, []) and possible > 0


@pytest.mark.parametrize(("chapter", "task", "right"), ALL_RIGHT)
def test_an_answer_that_is_right_in_another_way_earns_all_points(chapter, task, right):
    for _ in range(3):  # what is hidden draws its numbers, and must not depend on them
        earned, possible, said = marker(chapter).points(task, right)
        assert (earned, said) == (possible, [])


@pytest.mark.parametrize(("chapter", "task"), ALL_TASKS)
def test_an_untouched_cell_earns_nothing(chapter, task):
    (untouched,) = (cell for cell in student_version(source(chapter)).cells if grade_id(cell) == task)
    assert "raise NotImplementedError()" in untouched.source
    assert marker(chapter).points(task, untouched.source)[0] == 0


@pytest.mark.parametrize(("chapter", "task", "wrong"), ALL_WRONG)
def test_a_wrong_answer_loses_its_points(chapter, task, wrong):
    """It may pass what a student sees, and then earns that point; what is hidden finds it out."""
    answer = answer_of(chapter, task, wrong)
    compile(answer, "<answer>", "exec")  # it is wrong, and not mistyped
    earned, possible, said = marker(chapter).points(task, answer)
    assert said and earned <= possible / 2


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_enough_tasks_and_enough_wrong_answers(chapter):
    wrong = wrong_answers(chapter)
    assert len(automatic(chapter)) >= LEAST_TASKS
    assert wrong.keys() == automatic(chapter).keys()
    assert all(len(several) >= LEAST_WRONG for several in wrong.values())


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_there_is_an_open_question_with_a_guide(chapter):
    (question,) = (cells for cells in tasks(source(chapter)).values() if not is_automatic(cells))
    (cell,) = question
    assert "Marking guide" in cell.source and cell.metadata.nbgrader.points >= 3


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_every_task_has_checks_to_see_and_checks_to_come(chapter):
    for task, cells in automatic(chapter).items():
        names = [grade_id(cell) for cell in cells]
        assert names == [task, f"{task}-check", f"{task}-hidden"]
        assert "### BEGIN HIDDEN TESTS" in cells[2].source and "### BEGIN SOLUTION" in cells[0].source
        assert cells[2].metadata.nbgrader.points > cells[1].metadata.nbgrader.points


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_the_book_holds_the_student_version(chapter):
    path = BOOK / f"{chapter}.ipynb"
    assert path.read_text(encoding="utf-8") == to_text(student_version(source(chapter))), (
        "run `make exercises`, which writes the student versions anew"
    )


def test_the_book_holds_no_other_exercises():
    assert sorted(path.stem for path in BOOK.glob("*.ipynb")) == CHAPTERS


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_nothing_that_solves_a_task_reaches_students(chapter):
    text = to_text(student_version(source(chapter)))
    assert not any(mark in text for mark in ("BEGIN SOLUTION", "HIDDEN TESTS", "Marking guide", '"variants"'))


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_a_variant_of_something_can_be_drawn(chapter):
    assert len(variants(source(chapter))) >= 2
    drawn = {to_text(draw(source(chapter), seed)) for seed in range(12)}
    assert len(drawn) >= 4 and to_text(source(chapter)) not in drawn
    assert to_text(draw(source(chapter), 3)) == to_text(draw(source(chapter), 3))


@pytest.mark.parametrize(("chapter", "number", "choice"), ALL_CHOICES)
def test_every_variant_can_be_solved_and_an_untouched_one_earns_nothing(chapter, number, choice):
    notebook = read(sources()[chapter])
    replace_texts(notebook, variants(notebook)[number]["choices"][choice])
    marked, untouched = Marker(notebook), student_version(notebook)
    stubs = {grade_id(cell): cell.source for cell in untouched.cells if grade_id(cell)}
    for task in automatic(chapter):
        earned, possible, said = marked.points(task)
        assert (earned, said) == (possible, [])
        assert marked.points(task, stubs[task])[0] == 0
