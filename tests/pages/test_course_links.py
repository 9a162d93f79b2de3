"""In the built pages chapters lead to each other, not to the repository, and a term at first use to the glossary."""

import html
import re
import sys
from pathlib import Path

import pytest
from built import HTML, ROOT

BUILT = HTML / "book"
CHAPTERS = sorted(BUILT.glob("[0-9][0-9]_*.html"))
TERM = re.compile(r'<a class="term[^"]*" href="([^"]*)" title="([^"]*)">([^<]*)</a>')

sys.path.append(str(ROOT / "book" / "_extensions"))
from course_links import spellings  # noqa: E402


def article(page: Path) -> str:
    """What a page says, without what stands around it."""
    text = page.read_text(encoding="utf-8")
    return text[text.index("<article") : text.index("</article>")]


@pytest.mark.parametrize("page", sorted(BUILT.rglob("*.html")), ids=lambda page: page.stem)
def test_no_link_leaves_the_book_for_one_of_its_own_pages(page):
    left = re.findall(r'href="(https://github\.com/[^"]*/blob/[^"]*/book/[^"]*\.(?:ipynb|md))"', article(page))
    assert left == []


@pytest.mark.parametrize("page", CHAPTERS, ids=lambda page: page.stem)
def test_each_term_is_linked_at_its_first_use_and_nowhere_else(page):
    text = article(page)
    links = TERM.findall(text)
    targets = [target for target, _, _ in links]
    assert len(targets) == len({*targets}) >= 3
    glossary = (BUILT / "glossary.html").read_text(encoding="utf-8")
    for target, meaning, word in links:
        assert target.startswith("glossary.html#") and f'id="{target.partition("#")[2]}"' in glossary
        assert meaning and html.unescape(meaning) in html.unescape(re.sub(r"<[^>]+>", "", glossary)), word


@pytest.mark.parametrize("word", ["padding", "decoder", "batch"])
def test_it_is_the_first_paragraph_with_the_word_that_has_the_link(word):
    paragraphs = re.findall(r"<p>.*?</p>", article(BUILT / "05_encoder.html"), flags=re.S)
    without_code = [re.sub(r"<code.*?</code>", "", one, flags=re.S) for one in paragraphs]
    first = next(one for one in without_code if re.search(rf"\b{word}\b", re.sub(r"<[^>]+>", "", one)))
    assert f"#term-{word}" in first


@pytest.mark.parametrize(
    ("term", "written"),
    [
        ("padding", ["padding"]),
        ("byte-pair encoding (BPE)", ["byte-pair encoding", "BPE"]),
        ("source, target", []),
    ],
)
def test_how_a_term_may_be_written(term, written):
    assert spellings(term) == written
