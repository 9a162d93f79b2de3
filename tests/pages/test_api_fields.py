"""What book/_extensions/api_pages.py adds to autodoc reaches the built API pages."""

import re
from html import unescape

from built import HTML


def described(name: str, page: str) -> str:
    """The entry of an object on a page, as text."""
    text = (HTML / "book" / "api" / page).read_text(encoding="utf-8")
    entry = re.search(rf'<dt class="sig[^>]*id="{re.escape(name)}">.*?</dd></dl>', text, flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", "", entry[0])).split())


def test_what_stands_beside_a_field_is_said_of_it_and_nothing_else():
    entry = described("tutor_nmt.search.Candidate", "search.html")
    assert "kept – in the beam of the next step, or finished" in entry
    assert "Alias for field" not in (HTML / "book" / "api" / "search.html").read_text(encoding="utf-8")


def test_a_signature_says_what_the_source_says():
    assert "weights: ArrayLike" in described("tutor_nmt.evaluation.links_from_weights", "judging.html")
    for page in (HTML / "book" / "api").glob("*.html"):
        text = page.read_text(encoding="utf-8")
        assert "_SupportsArray" not in text and "&lt;function" not in text and "PosixPath" not in text
        assert "~tutor_nmt" not in text and "~torch" not in text


def test_every_entry_leads_to_its_line_in_the_repository():
    text = (HTML / "book" / "api" / "search.html").read_text(encoding="utf-8")
    source = (HTML.parents[1] / "src" / "tutor_nmt" / "search.py").read_text(encoding="utf-8").splitlines()
    (line,) = re.findall(
        r'src/tutor_nmt/search\.py#L(\d+)"[^#]*?</a><a class="headerlink" href="#[\w.]*\.beam_search"', text
    )
    assert source[int(line) - 1].startswith("def beam_search(")
