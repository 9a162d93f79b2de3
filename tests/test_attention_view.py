"""The view in HTML, read back by a parser: its words, its weights, and nothing that a text could break."""

import json
import re
import tomllib
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

import tutor_nmt
from tutor_nmt.visualization import AttentionView

SOURCE = ["▁Ein", "▁Hund", "▁läuft", ".", "<eos>"]
TARGET = ["▁A", "▁dog", "▁runs"]
WEIGHTS = [[0.9, 0.1, 0, 0, 0], [0.048, 0.912, 0.04, 0, 0], [0.004, 0.2, 0.696, 0.1, 0]]
NASTY = [
    "<script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "</style><!-- ]]> -->",
    "<img src=x onerror=alert(1)>",
    "\"'`=&amp;&lt;&#39;",
    "\u2028\u2029",
    "שָׁלוֹם",
    "مرحبا",
    "\u202eevil\u202c",
    "👩‍👩‍👧‍👦",
    "e\u0301",
    "𠮷",
    "${x}{{x}}\\n%s",
    " a  b ",
]
VOID = {"meta"}


@dataclass
class Node:
    """An element of a parsed page."""

    tag: str
    attributes: dict[str, str | None]
    children: list["Node | str"] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "".join(child if isinstance(child, str) else child.text for child in self.children)

    def all(self, tag: str, **wanted: str) -> list["Node"]:
        """Elements below this one, in the order of the page, whose classes or attributes are these."""
        found = []
        for child in self.children:
            if isinstance(child, Node):
                held = child.attributes
                right = all(value in (held.get(name.strip("_")) or "").split() for name, value in wanted.items())
                found += [child] * (child.tag == tag and right) + child.all(tag, **wanted)
        return found


class Page(HTMLParser):
    """A tree from HTML, where every element must be closed in its turn."""

    def __init__(self, html: str):
        super().__init__()
        self.root = Node("", {})
        self.open = [self.root]
        self.feed(html)
        self.close()
        assert self.open == [self.root], f"{self.open[-1].tag} is not closed"

    def handle_starttag(self, tag, attrs):
        assert len(dict(attrs)) == len(attrs), f"an attribute stands twice in {tag}"
        node = Node(tag, dict(attrs))
        self.open[-1].children.append(node)
        if tag not in VOID:
            self.open.append(node)

    def handle_endtag(self, tag):
        assert self.open.pop().tag == tag

    def handle_data(self, data):
        self.open[-1].children.append(data)


def parsed(view: AttentionView) -> Node:
    return Page(view.html).root


def words(root: Node, side: str) -> list[str]:
    (row,) = root.all("div", class_=side)
    return [button.all("bdi")[0].text for button in row.all("button")]


def labels(root: Node, side: str) -> list[str]:
    (row,) = root.all("div", class_=side)
    return [button.attributes["aria-label"] for button in row.all("button")]


def even(source: list[str], target: list[str]) -> AttentionView:
    return AttentionView(np.full((len(target), len(source)), 1 / len(source)), source, target)


# --- what it shows ---


def test_each_token_is_a_real_button_in_the_row_of_its_side():
    root = parsed(AttentionView(WEIGHTS, SOURCE, TARGET))
    assert words(root, "source") == SOURCE and words(root, "target") == TARGET
    buttons = root.all("button")
    assert len(buttons) == 8 and all(button.attributes["type"] == "button" for button in buttons)


def test_the_script_reads_the_weights_in_hundredths_a_row_for_each_target_token():
    (view,) = parsed(AttentionView(WEIGHTS, SOURCE, TARGET)).all("div", class_="tutor-nmt-attention")
    assert json.loads(view.attributes["data-numbers"]) == [[90, 10, 0, 0, 0], [5, 91, 4, 0, 0], [0, 20, 70, 10, 0]]


def test_every_word_says_where_it_looked_the_largest_weight_first():
    root = parsed(AttentionView(WEIGHTS, SOURCE, TARGET))
    assert labels(root, "target") == [
        "▁A looked at: ▁Ein 0.90, ▁Hund 0.10",
        "▁dog looked at: ▁Hund 0.91, ▁Ein 0.05, ▁läuft 0.04",
        "▁runs looked at: ▁läuft 0.70, ▁Hund 0.20, . 0.10",
    ]
    assert labels(root, "source") == [
        "▁Ein was looked at by: ▁A 0.90, ▁dog 0.05",
        "▁Hund was looked at by: ▁dog 0.91, ▁runs 0.20, ▁A 0.10",
        "▁läuft was looked at by: ▁runs 0.70, ▁dog 0.04",
        ". was looked at by: ▁runs 0.10",
        "<eos> was looked at by: nothing to speak of",
    ]


def test_the_table_says_the_same_where_no_script_runs():
    root = parsed(AttentionView(WEIGHTS, SOURCE, TARGET))
    for table, side in zip(root.all("table"), ("target", "source"), strict=True):
        rows = [(row.all("th")[0].text, row.all("td")[0].text) for row in table.all("tr")]
        told = [tuple(re.split(" (?:was looked at by|looked at): ", label)) for label in labels(root, side)]
        assert rows == told


@given(st.integers(1, 7), st.integers(1, 11), st.integers(0, 2**32 - 1))
def test_weights_as_shown_are_the_weights_to_within_half_a_hundredth(rows, columns, seed):
    weights = np.random.default_rng(seed).dirichlet(np.full(columns, 0.3), rows)
    root = parsed(AttentionView(weights, ["s"] * columns, ["t"] * rows))
    (view,) = root.all("div", class_="tutor-nmt-attention")
    shown = np.array(json.loads(view.attributes["data-numbers"])) / 100
    assert np.abs(shown - weights).max() <= 0.005 + 1e-9
    assert np.abs(shown.sum(1) - 1).max() <= 0.005 * columns + 1e-9


def test_a_title_is_shown_and_names_the_view():
    root = parsed(AttentionView(WEIGHTS, SOURCE, TARGET, title="Head 2 & <3>"))
    (view,) = root.all("div", class_="tutor-nmt-attention")
    assert view.attributes["aria-label"] == root.all("p", class_="title")[0].text == "Head 2 & <3>"


@pytest.mark.parametrize(
    ("tokens", "direction"),
    [(SOURCE, "ltr"), (["„", "12", "שלום", "dog"], "rtl"), (["مرحبا"], "rtl"), (["12", "…"], "ltr"), (["我"], "ltr")],
)
def test_a_row_of_words_runs_the_way_its_language_does(tokens, direction):
    (row,) = parsed(even(tokens, TARGET)).all("div", class_="source")
    assert row.attributes["dir"] == direction


# --- texts that would break it ---


@pytest.mark.parametrize("token", NASTY)
def test_a_token_is_text_whatever_it_holds(token):
    plain, root = parsed(even(["x"], ["y"])), parsed(AttentionView([[1.0]], [token], [token], title=token))
    assert words(root, "source") == words(root, "target") == [token] or not token.strip()
    tags = ("script", "style", "img", "div", "button", "p")
    assert [len(root.all(tag)) for tag in tags] == [len(plain.all(tag)) for tag in tags]
    assert [node.text for node in root.all("script")] == [node.text for node in plain.all("script")]


# Any sign but control characters and halves of pairs, which HTML cannot hold.
visible = st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1).filter(str.strip)


@given(st.lists(visible, min_size=1, max_size=5), st.lists(visible, min_size=1, max_size=5), visible)
def test_any_text_comes_back_from_the_page_exactly(source, target, title):
    view = AttentionView(np.full((len(target), len(source)), 1 / len(source)), source, target, title)
    root = parsed(view)
    assert words(root, "source") == source and words(root, "target") == target
    assert root.all("p", class_="title")[0].text == title


@pytest.mark.parametrize(
    ("token", "shown"), [("", "·"), (" ", "·"), ("\n", "·"), ("\x00", "�"), ("a\tb", "a�b"), ("\ud83d", "�")]
)
def test_what_nobody_could_see_has_a_stand_in(token, shown):
    view = even([token], [token])
    assert words(parsed(view), "source") == [shown]
    view.html.encode("utf-8")  # half a pair would raise


# --- a page may hold several, and stays whole by itself ---


def test_the_same_weights_and_texts_give_the_same_characters():
    first, second = (AttentionView(np.array(WEIGHTS), SOURCE, TARGET).html for _ in range(2))
    assert first == second
    closely = AttentionView(np.array(WEIGHTS) + 1e-4, SOURCE, TARGET).html
    assert first == closely  # what differs in the third digit is not shown, and another machine may well differ there


def test_no_two_views_can_clash_for_neither_has_an_id():
    def attributes(node: Node) -> set[str]:
        return {*node.attributes}.union(*(attributes(child) for child in node.children if isinstance(child, Node)))

    root = parsed(AttentionView(WEIGHTS, SOURCE, TARGET))
    found = attributes(root)
    assert not found & {"id", "for", "name", "aria-labelledby", "aria-describedby", "aria-controls"}
    assert not found & {"src", "href"} and not [name for name in found if name.startswith("on")]


def test_nothing_is_loaded_from_anywhere():
    html = AttentionView(WEIGHTS, SOURCE, TARGET).html
    assert not re.findall(r"https?:|//\w|url\(|@import|fetch|import\(|innerHTML|eval\(|src=|<link", html)


def test_every_rule_of_style_is_scoped_to_the_view():
    (style,) = parsed(AttentionView(WEIGHTS, SOURCE, TARGET)).all("style")
    rules = re.sub(r"/\*.*?\*/|@(media|supports)[^{]*\{", "", style.text, flags=re.DOTALL)
    selectors = [part.strip() for head in re.findall(r"([^{}]+)\{", rules) for part in re.split(r",(?![^(]*\))", head)]
    assert len(selectors) > 20
    assert [selector for selector in selectors if ".tutor-nmt-attention" not in selector] == []


def test_thirty_words_on_both_sides_take_sixty_kilobytes_at_most():
    weights = np.random.default_rng(0).dirichlet(np.full(30, 0.5), 30)
    long = [f"Donaudampfschiff{number}" for number in range(30)]
    chinese = ["多瑙河輪船公司"] * 30
    assert len(AttentionView(weights, long, chinese).html.encode()) <= 60_000
    assert len(AttentionView(np.full((30, 30), 1 / 30), chinese, long).html.encode()) <= 60_000


# --- manners ---


@pytest.mark.parametrize("convert", [np.array, torch.tensor, lambda weights: torch.tensor(weights, requires_grad=True)])
def test_arrays_and_tensors_show_what_lists_show(convert):
    assert AttentionView(convert(WEIGHTS), SOURCE, TARGET).html == AttentionView(WEIGHTS, SOURCE, TARGET).html


@pytest.mark.parametrize("shape", [(5, 3), (3, 4), (15,), (1, 3, 5)])
def test_weights_of_another_shape_are_refused_and_the_remedy_is_named(shape):
    with pytest.raises(ValueError, match="rows are target tokens, columns source tokens"):
        AttentionView(np.zeros(shape), SOURCE, TARGET)


@pytest.mark.parametrize("wrong", [-0.1, 1.2, float("nan")])
def test_numbers_that_are_no_weights_are_refused(wrong):
    with pytest.raises(ValueError, match="no attention weight"):
        AttentionView([[wrong, 0.5]], ["a", "b"], ["c"])


def test_an_empty_sentence_is_refused():
    with pytest.raises(ValueError, match="at least one source and one target token"):
        AttentionView(np.zeros((0, 5)), SOURCE, [])


def test_a_cell_shows_it_and_a_console_names_it_the_same_each_time():
    view = AttentionView(WEIGHTS, SOURCE, TARGET)
    assert view._repr_html_() == view.html
    assert repr(view) == "AttentionView(3 target words over 5 source words)"


def test_it_is_saved_as_a_whole_page(tmp_path):
    view = AttentionView(WEIGHTS, SOURCE, TARGET, title="<&>")
    view.save(tmp_path / "views" / "dog.html")
    html = (tmp_path / "views" / "dog.html").read_text(encoding="utf-8")
    assert html.startswith("<!doctype html>") and '<meta charset="utf-8">' in html and view.html in html
    assert Page(html).root.all("title")[0].text == "<&>"
    assert [path.name for path in (tmp_path / "views").iterdir()] == ["dog.html"]


def test_the_view_keeps_what_it_was_given():
    weights, source = np.array(WEIGHTS), list(SOURCE)
    view = AttentionView(weights, source, TARGET)
    before = view.html
    weights[:] = 0
    source[0] = "x"
    assert view.html == before


def test_style_and_script_travel_with_an_installed_package():
    package = Path(tutor_nmt.__file__).parent
    project = tomllib.loads((Path(__file__).parent.parent / "pyproject.toml").read_text(encoding="utf-8"))
    patterns = project["tool"]["setuptools"]["package-data"]["tutor_nmt"]
    packed = {path for pattern in patterns for path in package.glob(pattern)}
    parts = {path for path in (package / "visualization").iterdir() if path.suffix not in {".py", ""}}
    assert len(parts) == 6 and parts <= packed
