"""Print the built book into one PDF: `make pdf`, after `make book`. Chromium prints, pypdf binds.

    python .ci/pdf.py [--output FILE] [PAGE …]

PAGE is a name as in _toc.yml (`book/08_attention`); without any, all of them are printed, in the order of the book.
Chinese needs a font that has it: on Debian and Ubuntu the package fonts-noto-cjk.
"""

import argparse
import io
import shutil
import sys
import tomllib
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

import yaml
from playwright.sync_api import Page, sync_playwright
from pypdf import PageObject, PdfReader, PdfWriter
from pypdf.generic import ArrayObject, BooleanObject, DictionaryObject, FloatObject, NameObject, NullObject
from pypdf.generic import TextStringObject as Text

ROOT = Path(__file__).resolve().parent.parent
HTML = ROOT / "_build" / "html"
PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
MARGINS = {"top": "18mm", "bottom": "20mm", "left": "18mm", "right": "18mm"}
TYPESET = "() => document.querySelectorAll('.math:not(:has(mjx-container))').length === 0"
# A page number below each page, on sheets that are laid over those of the book.
NUMBERS = """<!doctype html><style>@page {{ size: A4; margin: 0 }} body {{ margin: 0; font: 9pt sans-serif }}
div {{ height: 297mm; position: relative; break-after: page; overflow: hidden }}
span {{ position: absolute; bottom: 9mm; width: 100%; text-align: center }}</style>{sheets}"""


class Chapter(NamedTuple):
    """A page of the book: its name, how deep it stands below the front page, and the caption of its part."""

    name: str
    depth: int
    part: str | None = None


def chapters(toc: dict) -> list[Chapter]:
    """All pages of a table of contents in their order."""
    found = [Chapter(toc["root"], 0)]

    def add(entries: list[dict], depth: int, part: str | None) -> None:
        for entry in entries:
            found.append(Chapter(entry["file"], depth, part))
            add(entry.get("sections", []), depth + 1, part)

    for part in toc["parts"]:
        add(part["chapters"], 1, part["caption"])
    return found


def printed(page: Page, name: str) -> tuple[str, PdfReader]:
    """The title of a built page, and the page on paper."""
    page.goto((HTML / f"{name}.html").as_uri())
    page.wait_for_function(TYPESET)
    title = page.evaluate("document.querySelector('article h1').firstChild.textContent.trim()")
    return title, PdfReader(io.BytesIO(page.pdf(format="A4", margin=MARGINS, print_background=True)))


def bind(pages: list[tuple[Chapter, str, PdfReader]], published: str) -> PdfWriter:
    """One PDF with bookmarks; links between its pages stay inside, all others lead to the published book."""
    writer, starts, bookmarks, part = PdfWriter(), {}, {}, None
    for chapter, title, reader in pages:
        start = len(writer.pages)
        starts[chapter.name] = start
        writer.append(reader, import_outline=False)
        if chapter.part != part:
            part = chapter.part
            bookmarks[0] = writer.add_outline_item(title=chapter.part, page_number=start)
        under = bookmarks.get(chapter.depth - 1) if chapter.depth else None
        bookmarks[chapter.depth] = writer.add_outline_item(title=title, page_number=start, parent=under)
    for chapter, _, reader in pages:
        there = reader.named_destinations
        for page in writer.pages[starts[chapter.name] : starts[chapter.name] + len(reader.pages)]:
            for link in (one.get_object() for one in page.get("/Annots", ())):
                _lead(link, chapter, reader, there, writer, starts, published)
    return writer


def _lead(
    link: DictionaryObject, chapter: Chapter, reader, there, writer, starts: dict[str, int], published: str
) -> None:
    """Make a link hold anywhere that names a file of this machine, or an anchor that other chapters have too."""
    if isinstance(name := link.get("/Dest"), str):
        if place := there.get(name):
            number = starts[chapter.name] + reader.get_destination_page_number(place)
            link[NameObject("/Dest")] = _place(writer.pages[number], place.top)
        return
    action = link.get("/A", {})
    parts = urlsplit(str(action.get("/URI", "")))
    if parts.scheme != "file":
        return
    path = Path(unquote(parts.path))
    inside = path.relative_to(HTML).as_posix() if path.is_relative_to(HTML) else ""
    if (name := inside.removesuffix(".html")) in starts:
        del link["/A"]
        link[NameObject("/Dest")] = _place(writer.pages[starts[name]], None)
    else:
        fragment = f"#{parts.fragment}" if parts.fragment else ""
        action[NameObject("/URI")] = Text(f"{published}{inside}{fragment}")


def _place(page: PageObject, top: float | None) -> ArrayObject:
    height = NullObject() if top is None else FloatObject(top)
    return ArrayObject([page.indirect_reference, NameObject("/XYZ"), NullObject(), height, NullObject()])


def number(writer: PdfWriter, page: Page) -> None:
    """Write a number below each page."""
    sheets = "".join(f"<div><span>{count}</span></div>" for count in range(1, len(writer.pages) + 1))
    page.set_content(NUMBERS.format(sheets=sheets))
    numbers = PdfReader(io.BytesIO(page.pdf(format="A4", prefer_css_page_size=True)))
    for sheet, below in zip(writer.pages, numbers.pages, strict=False):  # the last sheet's break adds an empty one
        sheet.merge_page(below)
        sheet.compress_content_streams()  # unpacked by the merging, they would weigh three quarters of the file


def main() -> None:
    """Print, bind, number, and say where the book lies."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pages", nargs="*", metavar="PAGE", help="a page by its name in _toc.yml; without: all")
    parser.add_argument("--output", type=Path, default=ROOT / "_build" / "pdf" / "tutor-nmt.pdf")
    options = parser.parse_args()
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    if program is None:
        sys.exit(f"pdf: Chromium prints the book, and none of {', '.join(PROGRAMS)} is installed here")
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
    chosen = [chapter for chapter in chapters(toc) if not options.pages or chapter.name in options.pages]
    if unknown := set(options.pages) - {chapter.name for chapter in chosen}:
        sys.exit(f"pdf: _toc.yml has no page {min(unknown)}")
    for chapter in chosen:
        if not (HTML / f"{chapter.name}.html").is_file():
            sys.exit(f"pdf: {chapter.name} is not built: make book")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    config = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))
    with sync_playwright() as playwright:
        flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        browser = playwright.chromium.launch(executable_path=program, args=flags)
        page = browser.new_context(offline=True, color_scheme="light").new_page()
        page.set_default_timeout(120_000)
        writer = bind([(chapter, *printed(page, chapter.name)) for chapter in chosen], project["urls"]["Documentation"])
        number(writer, page)
        browser.close()
    writer.add_metadata({"/Title": config["title"], "/Author": config["author"], "/Subject": project["description"]})
    writer.root_object[NameObject("/Lang")] = Text("en")
    preferences = DictionaryObject({NameObject("/DisplayDocTitle"): BooleanObject(True)})
    writer.root_object[NameObject("/ViewerPreferences")] = preferences
    writer.page_mode = "/UseOutlines"
    writer.compress_identical_objects()
    options.output.parent.mkdir(parents=True, exist_ok=True)
    writer.write(options.output)
    megabytes = options.output.stat().st_size / 1e6
    print(f"The book on paper, {len(writer.pages)} pages, {megabytes:.1f} MB: {options.output}")


if __name__ == "__main__":
    main()
