"""Write student versions: `python -m instructors.release` renews those of the book, with `--chapter` draws a variant.

    python -m instructors.release                                        # book/exercises, from all sources
    python -m instructors.release --chapter 08 --seed 4711 --output DIR  # an assignment of one's own

The second writes DIR/source, which holds the solutions and is what `grade` needs, and DIR/release, which is for
students. Whoever knows the seed can draw the same again: keep it to yourself.
"""

import argparse
from pathlib import Path

from tutor_nmt.files import write_atomically

from .notebooks import draw, read, source_of, sources, student_version, to_text

BOOK = Path(__file__).resolve().parent.parent / "book" / "exercises"


def release_book() -> None:
    """Renew every student version of the book."""
    BOOK.mkdir(exist_ok=True)
    for name, path in sources().items():
        write_atomically(BOOK / f"{name}.ipynb", to_text(student_version(read(path))).encode())


def release_drawn(chapter: str, seed: int, output: Path) -> None:
    """Draw an assignment and write its two notebooks, in nbgrader's layout; ValueError if one is there already."""
    path = source_of(chapter)
    notebook = draw(read(path), seed)
    written = {
        output / kind / path.stem / path.name: version
        for kind, version in (("source", notebook), ("release", student_version(notebook)))
    }
    for place in written:
        if place.exists():
            raise ValueError(f"{place} is there already; name another folder, or remove it")
    for place, version in written.items():
        place.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(place, to_text(version).encode())


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m instructors.release", description=__doc__.split(":")[0])
    parser.add_argument("--chapter", help="its name or number; without it the book's student versions are renewed")
    parser.add_argument("--seed", type=int, help="draws the variant")
    parser.add_argument("--output", type=Path, help="a folder")
    given = parser.parse_args()
    if given.chapter is None:
        release_book()
    elif given.seed is None or given.output is None:
        parser.error("--chapter needs --seed and --output")
    else:
        try:
            release_drawn(given.chapter, given.seed, given.output)
        except ValueError as error:
            parser.error(str(error))


if __name__ == "__main__":
    main()
