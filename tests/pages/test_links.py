"""The built pages as files: every link and anchor leads somewhere, pictures have words, no page weighs too much."""

from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from built import HTML, in_the_book

BUILT = sorted(path for path in HTML.rglob("*.html") if "_static" not in path.parts)
MOST_BYTES = 1_500_000


class Page(HTMLParser):
    """What a page refers to, what can be referred to in it, and its pictures without words."""

    def __init__(self, text: str):
        super().__init__()
        self.links, self.files, self.ids, self.wordless, self.steps = [], [], set(), [], {}
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        about = dict(attributes)
        self.ids |= {about[key] for key in ("id", "name") if about.get(key)}
        if tag in ("a", "area") and about.get("href"):
            self.links.append(about["href"])
            self.steps |= {kind: about["href"] for kind in ("left-prev", "right-next") if kind in _words(about)}
        for key in ("src", "href", "data"):
            if tag in ("img", "script", "link", "source", "iframe", "object") and about.get(key):
                self.files.append(about[key])
        if tag == "img" and not (about.get("alt") or "").strip() and about.get("role") != "presentation":
            self.wordless.append(about.get("src", "")[:80])


def _words(about: dict[str, str | None]) -> list[str]:
    return (about.get("class") or "").split()


@cache
def read(path: Path) -> Page:
    return Page(path.read_text(encoding="utf-8"))


def broken(path: Path, link: str) -> str | None:
    """Why a link from a page leads nowhere, or None: links to elsewhere are not followed."""
    parts = urlsplit(link)
    if parts.scheme or parts.netloc:
        return f"{link} leads to a file of this machine" if parts.scheme == "file" else None
    target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
    if not target.is_file():
        return f"{link}: there is no such file"
    if parts.fragment and target.suffix == ".html" and unquote(parts.fragment) not in read(target).ids:
        return f"{link}: nothing there has this id"
    return None


every_file = pytest.mark.parametrize("path", BUILT, ids=lambda path: path.relative_to(HTML).as_posix())


@every_file
def test_every_link_and_anchor_leads_somewhere(path):
    page = read(path)
    wrong = {broken(path, link) for link in [*page.links, *page.files] if link != "#"} - {None}
    assert wrong == set()


@every_file
def test_every_picture_has_words(path):
    assert read(path).wordless == []


@pytest.mark.parametrize("name", in_the_book())
def test_no_page_weighs_more_than_one_and_a_half_megabytes(name):
    path = HTML / name
    pictures = {(path.parent / unquote(link)).resolve() for link in read(path).files if "_images/" in link}
    weight = path.stat().st_size + sum(picture.stat().st_size for picture in pictures)
    assert weight <= MOST_BYTES


def test_previous_and_next_go_through_the_book_in_its_order():
    names = in_the_book()
    for number, name in enumerate(names):
        steps = {kind: (HTML / name).parent / link for kind, link in read(HTML / name).steps.items()}
        found = {kind: path.resolve().relative_to(HTML.resolve()).as_posix() for kind, path in steps.items()}
        around = {"left-prev": number - 1, "right-next": number + 1}
        assert found == {kind: names[there] for kind, there in around.items() if 0 <= there < len(names)}, name


@pytest.mark.parametrize(
    ("link", "reason"),
    [
        ("b.html", None),
        ("b.html#here", None),
        ("#top", None),
        ("https://example.org/x#y", None),
        ("c.html", "no such file"),
        ("b.html#there", "has this id"),
        ("#bottom", "has this id"),
        ("file:///tmp/x", "of this machine"),
    ],
)
def test_a_link_that_leads_nowhere_is_caught(tmp_path, link, reason):
    (tmp_path / "a.html").write_text("<p id='top'>", encoding="utf-8")
    (tmp_path / "b.html").write_text("<p id='here'>", encoding="utf-8")
    found = broken(tmp_path / "a.html", link)
    assert found is None if reason is None else reason in found


def test_a_picture_without_words_is_caught():
    assert Page("<img src='a.png' alt=' '><img src='b.png'><img src='c.png' alt='c'>").wordless == ["a.png", "b.png"]
