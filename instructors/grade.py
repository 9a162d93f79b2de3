"""Grade submissions, without a server: `python -m instructors.grade SUBMISSIONS --output DIR`.

SUBMISSIONS holds a folder a student, and in it CHAPTER.ipynb or CHAPTER/CHAPTER.ipynb, as nbgrader and most course
servers hand them over. DIR gets grades.csv, a row for each student and chapter, and pages of feedback. nbgrader does
the grading; each submission is a process of its own in a temporary folder, and the code in it runs in the sandbox.
Nothing that a submission holds or does ends the run: what cannot be graded is a row that says why.
"""

import argparse
import csv
import io
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import warnings
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import nbformat
import psutil
from nbformat import NotebookNode
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.utils import setenv

from tutor_nmt.files import write_atomically

from .kernel import write_config, write_kernel
from .notebooks import SOURCES, grade_id, read, student_version
from .sandbox import MEMORY, missing

COLUMNS = ("student", "chapter", "points", "of", "to mark by hand", "state", "note")
STUDENT, COURSE = "student", Path(__file__).resolve().parent.parent
# How a failure that tells of a limit looks in an executed notebook.
SIGNS = {
    "CellTimeoutError": "a cell ran longer than it may",
    "PermissionError": "a cell reached for a file outside its folder",
    "MemoryError": "a cell asked for more memory than it may have",
    "can't allocate memory": "a cell asked for more memory than it may have",
    "Network is unreachable": "a cell tried to reach the network",
    "Name or service not known": "a cell tried to reach the network",
    "Temporary failure in name resolution": "a cell tried to reach the network",
    "File too large": "a cell wrote a file larger than it may be",
}


class Row(NamedTuple):
    """What became of one submission: `by_hand` are points that a person gives, `state` is "graded" or "not graded"."""

    student: str
    chapter: str
    points: float
    of: float
    by_hand: float
    state: str
    note: str


class Limits(NamedTuple):
    """What a submission may use: seconds for a cell and for all of it, bytes of memory."""

    cell_seconds: int = 30
    seconds: int = 300
    memory: int = MEMORY


USUAL = Limits()


def grade(
    submissions: Path,
    output: Path,
    sources: Path = SOURCES,
    limits: Limits = USUAL,
    log: Callable[[str], None] = lambda message: None,
) -> list[Row]:
    """Grade every student's notebook for every source; ValueError if there is nothing to be graded.

    `output` must be new or empty. Its grades.csv is renewed after each submission, so that a run broken off loses none.
    """
    if not sources.is_dir():
        raise ValueError(f"{sources} is no folder of sources; name the `source` that `make assignments` wrote")
    students = sorted(path for path in submissions.iterdir() if path.is_dir()) if submissions.is_dir() else []
    chapters = sorted(path for path in sources.iterdir() if (path / f"{path.name}.ipynb").is_file())
    wanted = [chapter for chapter in chapters if any(_submitted(student, chapter.name) for student in students)]
    if not wanted:
        names = ", ".join(f"{chapter.name}.ipynb" for chapter in chapters)
        raise ValueError(f"{submissions} holds no folder with one of {names} in it; give it one folder a student")
    if output.exists() and any(output.iterdir()):
        raise ValueError(f"{output} is not empty; name a new folder, so that no earlier grades are lost")
    rows = []
    programs = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"  # nbgrader calls alembic
    place = "/tmp" if Path("/tmp").is_dir() else None  # a short path, as names of sockets must be
    with setenv(PATH=programs), tempfile.TemporaryDirectory(prefix="g", dir=place) as folder:
        for chapter in wanted:
            prepared = _prepare(Path(folder) / chapter.name, chapter)
            for student in students:
                rows.append(_grade_one(student, chapter.name, prepared, output, limits))
                write_atomically(output / "grades.csv", as_csv(rows).encode())
                log(f"{rows[-1].student} {rows[-1].chapter}: {rows[-1].points:g} of {rows[-1].of:g} {rows[-1].note}")
    return rows


def as_csv(rows: list[Row]) -> str:
    """The rows as a table that spreadsheets read; a text that would be taken for a formula is quoted."""
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow(COLUMNS)
    for row in rows:
        writer.writerow([f"'{value}" if str(value)[:1] in ("=", "+", "-", "@") else value for value in row])
    return written.getvalue()


def faults(submission: NotebookNode, released: NotebookNode) -> list[str]:
    """What in a submission's cells would lead nbgrader astray, in words; empty if it can be graded."""
    wanted = {grade_id(cell): cell for cell in released.cells if grade_id(cell)}
    times = Counter(grade_id(cell) for cell in submission.cells if grade_id(cell))
    found = [f"the cell {name} is there {times[name]} times" for name in wanted if times[name] > 1]
    found += [f"the cell {name} is missing" for name in wanted if not times[name]]
    for cell in submission.cells:
        there = wanted.get(grade_id(cell))
        if there is not None and cell.cell_type != there.cell_type:
            found.append(
                f"the cell {grade_id(cell)} was made a {cell.cell_type} cell, it must be a {there.cell_type} cell"
            )
    return found


def _submitted(student: Path, chapter: str) -> Path | None:
    """A student's notebook of a chapter; None if there is none."""
    for path in (student / f"{chapter}.ipynb", student / chapter / f"{chapter}.ipynb"):
        if path.exists() or path.is_symlink():
            return path
    return None


def _prepare(course: Path, chapter: Path) -> Path:
    """nbgrader's folder for a chapter, with its database filled from the source; copied for each submission."""
    place = course / "source" / chapter.name
    place.mkdir(parents=True)
    shutil.copy(chapter / f"{chapter.name}.ipynb", place)
    write_config(course, 0)
    said = _nbgrader(course, ["generate_assignment", chapter.name, "--create"], os.environ, 120)
    if said is not None:
        raise RuntimeError(f"nbgrader cannot make an assignment of {chapter.name}: {said}")
    return course


def _grade_one(student: Path, chapter: str, prepared: Path, output: Path, limits: Limits) -> Row:
    possible, by_hand = _possible(prepared, chapter)

    def refused(why: str) -> Row:
        return Row(student.name, chapter, 0, possible, by_hand, "not graded", why)

    path = _submitted(student, chapter)
    if path is None:
        return refused("nothing was handed in")
    if path.is_symlink() or not path.is_file():
        return refused("what was handed in is a link or a folder and not a file")
    released = student_version(read(prepared / "source" / chapter / f"{chapter}.ipynb"))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of cells with one id: `faults` says it in words that help
            wrong = faults(nbformat.read(path, as_version=4), released)
    except Exception as error:  # whatever stands in a file that somebody sent
        return refused(f"it cannot be read as a notebook: {type(error).__name__}")
    if wrong:
        return refused("; ".join(wrong))
    with tempfile.TemporaryDirectory(prefix="g", dir=prepared.parent) as folder:
        course = Path(folder) / "c"
        shutil.copytree(prepared, course)
        place = course / "submitted" / STUDENT / chapter
        place.mkdir(parents=True)
        shutil.copy(path, place / f"{chapter}.ipynb")
        write_config(course, limits.cell_seconds)
        environment = os.environ | write_kernel(course)
        environment |= {"TUTOR_NMT_SECONDS": str(limits.seconds), "TUTOR_NMT_MEMORY": str(limits.memory)}
        environment |= {"PYTHONPATH": str(COURSE), "OMP_NUM_THREADS": "1", "TUTOR_NMT_PROGRESS": "0"}
        said = _nbgrader(course, ["autograde", chapter, "--create"], environment, limits.seconds)
        if said is not None:
            return refused(said)
        said = _nbgrader(course, ["generate_feedback", chapter], os.environ, 120)
        pages = output / "feedback" / student.name
        if said is None:
            shutil.copytree(course / "feedback" / STUDENT / chapter, pages / chapter)
        executed = course / "autograded" / STUDENT / chapter / f"{chapter}.ipynb"
        notes = _signs(read(executed)) + ([f"no page of feedback: {said}"] if said else [])
        with Gradebook(f"sqlite:///{course / 'gradebook.db'}", "exercises") as book:
            try:
                graded = book.find_submission_notebook(chapter, chapter, STUDENT)
            except MissingEntry:
                return refused("nbgrader kept no grades")
            points = sum(one.auto_score or 0 for one in graded.grades if not one.needs_manual_grade)
        return Row(student.name, chapter, points, possible, by_hand, "graded", "; ".join(notes))


def _possible(prepared: Path, chapter: str) -> tuple[float, float]:
    """The points to be had from checks, and those that a person gives."""
    notebook, found = read(prepared / "source" / chapter / f"{chapter}.ipynb"), [0.0, 0.0]
    for cell in notebook.cells:
        about = cell.metadata.get("nbgrader", {})
        if about.get("grade"):
            found[bool(about.get("solution"))] += about["points"]
    return found[0], found[1]


def _signs(executed: NotebookNode) -> list[str]:
    found = []
    for cell in executed.cells:
        for output in cell.get("outputs", []):
            if output.output_type == "error":
                text = f"{output.ename}: {output.evalue}"
                found += [
                    f"{meaning} ({grade_id(cell) or 'a cell'})" for sign, meaning in SIGNS.items() if sign in text
                ]
    return list(dict.fromkeys(found))


def _nbgrader(course: Path, arguments: list[str], environment, seconds: int) -> str | None:
    """Run nbgrader in `course`; None if it went well, or what to say about it."""
    command = [sys.executable, "-m", "nbgrader", *arguments]
    process = subprocess.Popen(
        command,
        cwd=course,
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        said, _ = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        _end(process)
        return f"it ran longer than {seconds} seconds"
    if process.returncode == 0:
        return None
    if "DeadKernelError" in said or "Kernel died" in said:
        return "its program ended itself, or was ended for want of memory or processor time"
    errors = re.findall(r"^[ \t]*([\w.]*(?:Error|Exception|Timeout)\b.*)$", said, re.M)
    return f"nbgrader gave up on it: {errors[-1] if errors else 'without a word'}"


def _end(process: subprocess.Popen) -> None:
    """End a process and all that it started."""
    try:
        everyone = psutil.Process(process.pid).children(recursive=True)
    except psutil.NoSuchProcess:
        everyone = []
    os.killpg(process.pid, signal.SIGKILL)
    for one in everyone:
        try:
            one.kill()
        except psutil.NoSuchProcess:
            pass
    process.communicate()


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m instructors.grade", description=__doc__.split(":")[0])
    parser.add_argument("submissions", type=Path, help="a folder with a folder a student")
    parser.add_argument("--output", type=Path, required=True, help="a new folder for grades.csv and feedback")
    parser.add_argument("--source", type=Path, default=SOURCES, help="of assignments that were drawn: their `source`")
    parser.add_argument("--cell-seconds", type=int, default=USUAL.cell_seconds)
    parser.add_argument("--seconds", type=int, default=USUAL.seconds, help="for a submission")
    parser.add_argument("--memory", type=float, default=MEMORY / 2**30, help="GiB for a submission")
    given = parser.parse_args()
    limits = Limits(given.cell_seconds, given.seconds, int(given.memory * 2**30))
    for lack in missing():
        print(f"This system cannot keep submissions from their surroundings. {lack}", flush=True)
    try:
        rows = grade(given.submissions, given.output, given.source, limits, lambda message: print(message, flush=True))
    except ValueError as error:
        parser.error(str(error))
    print(f"{len(rows)} rows in {given.output / 'grades.csv'}")


if __name__ == "__main__":
    main()
