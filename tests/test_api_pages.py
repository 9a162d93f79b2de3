"""The API pages forget no module: each room of the package has its section, and each page its place in the book."""

import importlib
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PAGES = [ROOT / "book" / "api.md", *sorted((ROOT / "book" / "api").glob("*.md"))]
TEXT = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)
SHOWN = re.findall(r"^\.\. automodule:: (\S+)$", TEXT, flags=re.MULTILINE)
OWN_ONLY = re.findall(r"^\.\. automodule:: (\S+)\n   :members:\n   :ignore-module-all:$", TEXT, flags=re.MULTILINE)


def rooms(package: Path) -> set[str]:
    """Dotted names of a package's rooms: a file each, or a folder that says itself what it offers."""
    found = {path.name.removesuffix(".py") for path in package.glob("*") if path.suffix in ("", ".py")}
    found = {name for name in found if (package / f"{name}.py").exists() or (package / name / "__init__.py").exists()}
    return {package.name, *(f"{package.name}.{name}" for name in found if name == "__main__" or name[0] != "_")}


def test_every_room_of_the_package_stands_on_the_api_pages_and_once():
    assert len(SHOWN) == len(set(SHOWN))
    missing = rooms(ROOT / "src" / "tutor_nmt") - set(SHOWN)
    assert missing == set(), "give each a section in book/api: what chapter builds it, and an automodule"


def test_a_room_that_has_no_section_is_caught(tmp_path):
    package = tmp_path / "tutor_nmt"
    for name in (
        "__init__.py",
        "__main__.py",
        "new.py",
        "_hidden.py",
        "folder/__init__.py",
        "folder/inner.py",
        "data/x",
    ):
        (package / name).parent.mkdir(parents=True, exist_ok=True)
        (package / name).touch()
    assert rooms(package) == {"tutor_nmt", "tutor_nmt.__main__", "tutor_nmt.new", "tutor_nmt.folder"}


@pytest.mark.parametrize("name", OWN_ONLY)
def test_what_a_room_hands_on_is_shown_where_it_is_from(name):
    module = importlib.import_module(name)
    others = {getattr(module, one).__module__ for one in module.__all__ if hasattr(getattr(module, one), "__module__")}
    shown = {where for where in others if where in SHOWN or where.rpartition(".")[0] in SHOWN}
    assert others == shown


def test_each_page_says_which_chapter_builds_a_room_and_stands_in_the_book():
    in_the_book = set(re.findall(r"file: (book/api\S*)", (ROOT / "_toc.yml").read_text(encoding="utf-8")))
    assert in_the_book == {page.relative_to(ROOT).with_suffix("").as_posix() for page in PAGES}
    for page in PAGES[1:]:
        sections = re.split(r"^## ", page.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
        assert sections
        for section in sections:
            said = section.split("```")[0].split("\n\n", 1)[1]
            assert re.search(r"[Cc]hapters? |\(\.\./00_", said), f"{page.name}: {section.split()[0]}"
