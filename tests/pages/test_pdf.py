"""The book on paper: a few pages printed into one PDF hold their text, and nothing that only a screen has a use for."""

import os
import shutil
import subprocess
import sys

import pytest
from built import HTML, ROOT, in_the_book
from pypdf import PdfReader

CHAPTERS = ["book/06_decoder", "book/14_chinese_english_for_real", "book/glossary"]
PARTS = ["The model", "Beyond", "Back"]
SCRIPT = ROOT / ".ci" / "pdf.py"


@pytest.fixture(scope="module")
def pdf(chromium, tmp_path_factory) -> PdfReader:
    path = tmp_path_factory.mktemp("pdf") / "book.pdf"
    run = subprocess.run([sys.executable, SCRIPT, "--output", path, *CHAPTERS], capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    assert str(path) in run.stdout
    return PdfReader(path)


@pytest.fixture(scope="module")
def texts(pdf) -> list[str]:
    return [page.extract_text() for page in pdf.pages]


def flat(text: str) -> str:
    return " ".join(text.split())


def test_each_chapter_begins_where_its_bookmark_leads(pdf, texts):
    tops = [one for one in pdf.outline if not isinstance(one, list)]
    below = [one[0] for one in pdf.outline if isinstance(one, list)]
    assert [one.title for one in tops] == PARTS
    starts = [pdf.get_destination_page_number(one) for one in below]
    assert starts == sorted(set(starts)) and starts[0] == 0
    for bookmark, start in zip(below, starts, strict=True):
        assert flat(texts[start]).startswith(flat(bookmark.title))


def test_text_code_and_numbers_of_pages_are_there(texts):
    everything = flat(" ".join(texts))
    for said in ("teacher forcing", "class ", "import torch", "Prerequisites", "assert "):
        assert said in everything
    for number, text in enumerate(texts, start=1):
        assert text.split()[-1] == str(number)


def test_nothing_is_there_that_only_a_screen_has_a_use_for(texts):
    everything = flat(" ".join(texts))
    html = (HTML / f"{CHAPTERS[0]}.html").read_text(encoding="utf-8")
    for button in ("Skip to main content", "Contents", "By The tutor_nmt authors", "Print to PDF"):
        assert button in html and button not in everything
    assert everything.count("Translate in five minutes") < 3  # every side bar would name it


def test_chinese_is_printed_where_there_is_a_font_for_it(texts):
    asked = shutil.which("fc-list") and subprocess.run(["fc-list", ":lang=zh"], capture_output=True, text=True)
    if not asked or not asked.stdout.strip():
        pytest.skip("no Chinese font is installed here: what is printed has boxes in place of the characters")
    assert sum("\u4e00" <= letter <= "\u9fff" for letter in "".join(texts)) > 100


def test_links_stay_in_the_book_or_lead_to_the_published_one(pdf):
    links = [link.get_object() for page in pdf.pages for link in page.get("/Annots", ())]
    addresses = [str(link["/A"]["/URI"]) for link in links if "/A" in link]
    assert addresses and not [address for address in addresses if not address.startswith("https://")]
    pages = {page.indirect_reference.idnum for page in pdf.pages}
    inside = [link["/Dest"] for link in links if "/Dest" in link]
    assert inside and all(place[0].idnum in pages for place in inside)


def test_title_and_language_are_said(pdf):
    assert pdf.metadata.title == "Neural machine translation, piece by piece"
    assert pdf.trailer["/Root"]["/Lang"] == "en"


def test_without_chromium_it_says_so(tmp_path):
    run = subprocess.run(
        [sys.executable, SCRIPT], capture_output=True, text=True, env=os.environ | {"PATH": str(tmp_path)}
    )
    assert run.returncode == 1
    assert run.stderr.startswith("pdf: Chromium prints the book") and "Traceback" not in run.stderr


def test_all_pages_of_the_book_are_printed_in_its_order():
    import importlib.util

    import yaml

    spec = importlib.util.spec_from_file_location("pdf", SCRIPT)
    pdf = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(pdf)
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
    assert [f"{chapter.name}.html" for chapter in pdf.chapters(toc)] == in_the_book()
