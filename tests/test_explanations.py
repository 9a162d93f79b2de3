"""The page of `translate --explain`: the same answers as without it, and for each line the views of how they came."""

import re

import pytest

from test_attention_view import Node, Page
from test_command_line import process, run, said_in_one_line
from test_files import nearly_full
from test_translator import untrained
from tutor_nmt import explanations
from tutor_nmt.explanations import views_of
from tutor_nmt.translator import Translator
from tutor_nmt.visualization import AttentionView, SearchView

LINES = b"the red dog\n\nno old bird sees <b>the</b> house\n"


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    """A folder with a translator that was never trained: what it says does not matter here."""
    folder = tmp_path_factory.mktemp("model")
    untrained(seed=3).save(folder)
    return folder


def explained(model, path, *options, stdin: bytes = LINES) -> Node:
    """The page that the command wrote, the answers being those it gives without a page."""
    ran = run("translate", "--model", model, "--explain", path, *options, stdin=stdin)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out == run("translate", "--model", model, *options, stdin=stdin).out
    return Page(path.read_text(encoding="utf-8")).root


def titles(root: Node, kind: str) -> list[str]:
    return [view.attributes["aria-label"] for view in root.all("div", class_=f"tutor-nmt-{kind}")]


def test_each_line_has_the_look_of_its_best_translation_and_its_search(model, tmp_path):
    root = explained(model, tmp_path / "new" / "out.html")
    best = [found[0].text for found in Translator.load(model).translations(LINES.decode().split("\n")[:3])]
    assert titles(root, "attention") == [f"Line 1: {best[0]}", f"Line 3: {best[2]}"]
    assert titles(root, "search") == ["Line 1: how the beam found it", "Line 3: how the beam found it"]
    assert "Line 2: without text there is nothing to translate." in [text.text for text in root.all("p")]
    for tree, hypotheses in zip(root.all("div", class_="tree"), root.all("ol"), strict=True):
        assert len(tree.all("div", class_="step")[0].all("button")) > 5
        assert len(hypotheses.all("li")) == 5  # all of the beam, though one answer was asked for
    assert root.all("ol")[0].all("bdi")[0].text == best[0]
    assert len(root.all("script")) == 2 and [path.name for path in (tmp_path / "new").iterdir()] == ["out.html"]


def test_several_answers_are_those_without_a_page_too(model, tmp_path):
    root = explained(model, tmp_path / "out.html", "--n-best", "2", "--beam-size", "3", "--alpha", "0")
    assert [len(one.all("li")) for one in root.all("ol")] == [3, 3]


def test_a_beam_of_one_has_no_tree_and_the_page_says_why(model, tmp_path):
    root = explained(model, tmp_path / "out.html", "--beam-size", "1")
    assert len(titles(root, "attention")) == 2 and titles(root, "search") == []
    assert [text.text for text in root.all("p") if "greedy" in text.text] == [explanations.GREEDY]


def test_without_a_line_the_page_says_so(model, tmp_path):
    root = explained(model, tmp_path / "out.html", stdin=b"")
    assert [text.text for text in root.all("p")] == ["No line was translated."]


def test_of_many_lines_the_first_are_explained_all_are_translated_and_it_is_said(model, tmp_path, monkeypatch):
    monkeypatch.setattr(explanations, "MOST", 5)
    arguments = ["translate", "--model", model, "--beam-size", "2", "--batch-size", "3"]
    ran = run(*arguments, "--explain", tmp_path / "out.html", stdin=b"the dog\n" * 11)
    assert ran.code == 0 and ran.err == f"{tmp_path / 'out.html'} explains the first 5 lines of 11\n"
    assert ran.out == run(*arguments, stdin=b"the dog\n" * 11).out and len(ran.lines) == 11
    root = Page((tmp_path / "out.html").read_text(encoding="utf-8")).root
    assert [re.match(r"Line (\d+): ", title)[1] for title in titles(root, "attention")] == list("12345")


def test_a_path_that_no_page_can_have_is_refused_before_a_line_is_read(model, tmp_path):
    (tmp_path / "file").write_bytes(b"old")
    for path, said in ((tmp_path, "is a folder; name a file in it"), (tmp_path / "file" / "out.html", "elsewhere")):
        ran = run("translate", "--model", model, "--explain", path, stdin=LINES)
        assert str(path) in said_in_one_line(ran) and said in ran.err and ran.out == b""
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
    with process("translate", "--model", model, "--explain", tmp_path) as started:  # its input stays open
        assert started.wait() == 1 and b"is a folder" in started.stderr.read()


def test_a_disk_too_full_for_the_page_leaves_the_old_one_and_gives_the_answers(model, tmp_path):
    page = tmp_path / "out.html"
    page.write_bytes(b"old")
    with nearly_full(100):
        ran = run("translate", "--model", model, "--explain", page, stdin=LINES)
    assert ran.code == 1 and ran.err.startswith("tutor_nmt: error: [Errno 27]") and str(page) in ran.err
    assert len(ran.err.splitlines()) == 1 and len(ran.lines) == 3
    assert page.read_bytes() == b"old" and list(tmp_path.iterdir()) == [page]


def test_wrong_numbers_are_refused_before_a_page_is_begun(model, tmp_path):
    ran = run("translate", "--model", model, "--n-best", "9", "--explain", tmp_path / "new" / "out.html", stdin=LINES)
    assert "n_best=9" in said_in_one_line(ran) and list(tmp_path.iterdir()) == []


def test_an_explanation_gives_its_views_to_a_notebook(model):
    (one,) = Translator.load(model).explain(["the red dog"], beam_size=2)
    attention, search = views_of(one)
    assert isinstance(attention, AttentionView) and isinstance(search, SearchView)
    assert attention.title == one.translations[0].text
    assert search.best == [(found.text, *end) for found, end in zip(one.translations, one.ends, strict=True)]


def test_a_translation_without_a_word_has_its_search_all_the_same(model):
    (one,) = Translator.load(model).explain(["the red dog"], beam_size=2)
    one.translations[0].tokens.clear()
    sentence, search = views_of(one, "Line 1: ")
    assert sentence == "Line 1: the best translation has no word." and isinstance(search, SearchView)
