"""The search in HTML, read back by a parser: its candidates, their fates and edges, and nothing a text could break."""

import json
import re

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from test_attention_view import NASTY, SOURCE, TARGET, WEIGHTS, Node, Page, visible
from tutor_nmt.visualization import AttentionView, SearchView, save_page

ROWS = [[0.9, 0.1], [0.2, 0.8], [0.004, 0.996]]
STEPS = [
    [("a", None, -0.105, -0.1, True, False, ROWS[0]), ("the", None, -2.3, -2.3, True, False, ROWS[0]),
     ("no", None, -4.0, -4.0, False, False, ROWS[0])],
    [("dog", 1, -2.5, -1.25, True, False, ROWS[1]), ("<eos>", 0, -2.7, -1.35, True, True, ROWS[2]),
     ("cat", 0, -3.0, -1.5, True, False, ROWS[2]), ("dogs", 1, -3.25, -1.625, False, False, ROWS[1])],
    [("<eos>", 0, -2.504, -0.8347, True, True, ROWS[1])],
]  # fmt: skip
BEST = [("the dog", 2, 0), ("a", 1, 1), ("a cat", 1, 2)]
VIEW = SearchView(STEPS, ["Hund", "<eos>"], BEST)


def parsed(view: SearchView) -> Node:
    return Page(view.html).root


def numbers(view: SearchView) -> dict[str, list]:
    (root,) = parsed(view).all("div", class_="tutor-nmt-search")
    return json.loads(root.attributes["data-numbers"])


def columns(root: Node) -> list[list[Node]]:
    return [step.all("button") for step in root.all("div", class_="step")]


def one(token: str, source: str = "s", title: str = "t") -> SearchView:
    return SearchView([[(token, None, -1.0, -1.0, True, False, [1.0])]], [source], [(token, 0, 0)], title)


# --- what it shows ---


def test_each_step_is_a_column_of_real_buttons_best_first():
    steps = columns(parsed(VIEW))
    assert [[button.all("bdi")[0].text for button in step] for step in steps] == [
        ["a", "the", "no"],
        ["dog", "<eos>", "cat", "dogs"],
        ["<eos>"],
    ]
    assert all(button.attributes["type"] == "button" for button in parsed(VIEW).all("button"))


def test_each_candidate_says_in_words_what_it_follows_how_likely_it_is_and_what_became_of_it():
    assert [[button.attributes["aria-label"] for button in step] for step in columns(parsed(VIEW))] == [
        [
            "a, first: log-probability −0.10, kept",
            "the, first: log-probability −2.30, kept",
            "no, first: log-probability −4.00, dropped",
        ],
        [
            "dog, after the: log-probability −2.50, kept",
            "<eos>, after a: log-probability −2.70, finished",
            "cat, after a: log-probability −3.00, kept",
            "dogs, after the: log-probability −3.25, dropped",
        ],
        ["<eos>, after dog: log-probability −2.50, finished"],
    ]


def test_kept_dropped_and_finished_ones_and_the_way_to_the_best_differ_in_their_looks():
    kinds = [[button.attributes["class"] for button in step] for step in columns(parsed(VIEW))]
    assert kinds == [["kept", "kept won", "dropped"], ["kept won", "finished", "kept", "dropped"], ["finished won"]]


def test_edges_lead_from_the_parents_row_to_the_childs():
    edges = [path.attributes for path in parsed(VIEW).all("path")]
    ends = [re.fullmatch(r"M(\S+) (\S+)C.* (\S+) (\S+)", edge["d"]).groups() for edge in edges]
    rows = [((int(before) - 1) // 2, (int(after) - 1) // 2) for _, before, _, after in ends]
    assert rows == [(1, 0), (0, 1), (0, 2), (1, 3), (0, 0)]  # the parents of STEPS
    assert [(int(left), int(right)) for left, _, right, _ in ends] == [(7, 9)] * 4 + [(16, 18)]
    assert [edge["class"] for edge in edges] == ["kept won", "finished", "kept", "dropped", "finished won"]


def test_the_script_reads_numbers_only_and_each_different_look_once():
    assert numbers(VIEW) == {
        "parents": [[-1, -1, -1], [1, 0, 0, 1], [0]],
        "scores": [[-10, -230, -400], [-125, -135, -150, -162], [-83]],
        "looks": [[0, 0, 0], [1, 2, 2, 1], [1]],
        "rows": [[90, 10], [20, 80], [0, 100]],
        "ends": [[2, 0], [1, 1], [1, 2]],
    }


def test_the_hypotheses_stand_best_first_with_score_and_log_probability():
    (best,) = parsed(VIEW).all("ol")
    assert [button.text for button in best.all("button")] == [
        "the dog score −0.83, log-probability −2.50",
        "a score −1.35, log-probability −2.70",
        "a cat score −1.50, log-probability −3.00",
    ]


def test_without_hypotheses_there_is_the_tree_alone():
    root = parsed(SearchView(STEPS, ["Hund", "<eos>"], []))
    assert root.all("ol") == [] and [button.attributes["class"].split() for button in columns(root)[2]] == [
        ["finished"]
    ]


def test_the_table_says_the_same_where_no_script_runs():
    (table,) = parsed(VIEW).all("table")
    rows = [[cell.text for cell in row.all("th") + row.all("td")] for row in table.all("tr")[1:]]
    assert rows[0] == ["1.1", "a", "", "−0.10", "kept", "Hund 0.90, <eos> 0.10"]
    assert rows[3] == ["2.1", "dog", "1.2", "−2.50", "kept", "<eos> 0.80, Hund 0.20"]
    assert rows[6] == ["2.4", "dogs", "1.2", "−3.25", "dropped", ""]
    assert rows[7] == ["3.1", "<eos>", "2.1", "−2.50", "finished", "<eos> 0.80, Hund 0.20"]
    assert len(rows) == 8


@pytest.mark.parametrize(
    ("log_prob", "text"), [(-0.004, "0.00"), (0.0, "0.00"), (-0.006, "−0.01"), (-12.346, "−12.35")]
)
def test_numbers_have_two_decimals_and_a_nought_has_no_sign(log_prob, text):
    view = SearchView([[("a", None, log_prob, log_prob, True, False, [1.0])]], ["s"], [])
    assert parsed(view).all("span", class_="weight")[-1].text == text


# --- texts that would break it ---


@pytest.mark.parametrize("token", NASTY)
def test_a_text_is_text_whatever_it_holds(token):
    plain, root = parsed(one("x")), parsed(one(token, token, token))
    if token.strip():
        assert columns(root)[0][0].all("bdi")[0].text == token
    tags = ("script", "style", "img", "div", "button", "p", "path", "td")
    assert [len(root.all(tag)) for tag in tags] == [len(plain.all(tag)) for tag in tags]
    assert [node.text for node in root.all("script")] == [node.text for node in plain.all("script")]


@given(st.lists(visible, min_size=1, max_size=5), st.lists(visible, min_size=1, max_size=5), visible)
def test_any_text_comes_back_from_the_page_exactly(source, tokens, text):
    row = [1 / len(source)] * len(source)
    steps = [[(token, None, -1.0, -1.0, True, False, row) for token in tokens]]
    root = parsed(SearchView(steps, source, [(text, 0, 0)], title=text))
    assert [button.all("bdi")[0].text for button in columns(root)[0]] == tokens
    assert [word.all("bdi")[0].text for word in root.all("span", class_="word")] == source
    assert root.all("ol")[0].all("bdi")[0].text == root.all("p", class_="title")[0].text == text
    assert [row.all("td")[0].text for row in root.all("table")[0].all("tr")[1:]] == tokens


# --- a page may hold several, and stays whole by itself ---


def test_the_same_search_gives_the_same_characters_whatever_the_third_digit():
    nearly = [[(*rest[:2], rest[2] + 1e-4, *rest[3:6], np.array(rest[6]) + 1e-5) for rest in step] for step in STEPS]
    assert SearchView(STEPS, ["Hund", "<eos>"], BEST).html == VIEW.html
    assert SearchView(nearly, ["Hund", "<eos>"], BEST).html == VIEW.html


def test_it_has_no_id_loads_nothing_and_its_style_stays_inside():
    def attributes(node: Node) -> set[str]:
        return {*node.attributes}.union(*(attributes(child) for child in node.children if isinstance(child, Node)))

    found = attributes(parsed(VIEW))
    assert not found & {"id", "for", "name", "src", "href"} and not [name for name in found if name.startswith("on")]
    assert not re.findall(r"https?:|url\(|@import|fetch|import\(|innerHTML|eval\(|src=|<link", VIEW.html)
    (style,) = parsed(VIEW).all("style")
    rules = re.sub(r"/\*.*?\*/|@(media|supports)[^{]*\{", "", style.text, flags=re.DOTALL)
    selectors = [part.strip() for head in re.findall(r"([^{}]+)\{", rules) for part in re.split(r",(?![^(]*\))", head)]
    assert len(selectors) > 40
    assert [selector for selector in selectors if ".tutor-nmt-search" not in selector] == []


def wide(word: str, beam_size: int = 5, num_steps: int = 20) -> SearchView:
    """A beam that parts at every step: as many different looks as there can be."""
    generator = np.random.default_rng(0)
    steps = []
    for step in range(num_steps):
        rows = generator.dirichlet(np.full(20, 0.5), beam_size)
        parents = generator.integers(0, beam_size, 2 * beam_size)
        steps.append(
            [
                (
                    f"{word}{step}",
                    int(parent) if step else None,
                    -12.34 - step,
                    -1.23,
                    rank < beam_size,
                    False,
                    rows[parent],
                )
                for rank, parent in enumerate(parents)
            ]
        )
    return SearchView(steps, [word] * 20, [(" ".join([word] * 20), num_steps - 1, rank) for rank in range(beam_size)])


@pytest.mark.parametrize("word", ["Donaudampfschiff", "多瑙河輪船公司"])
def test_a_beam_of_five_over_twenty_steps_takes_a_hundred_and_twenty_kilobytes_at_most(word):
    assert len(wide(word).html.encode()) <= 120_000


# --- manners ---


def test_tensors_show_what_lists_show():
    steps = [[(*rest[:6], torch.tensor(rest[6], dtype=torch.float64)) for rest in step] for step in STEPS]
    assert SearchView(steps, ["Hund", "<eos>"], BEST).html == VIEW.html


def test_what_it_was_given_may_change_afterwards():
    source, best = ["Hund", "<eos>"], list(BEST)
    view = SearchView(STEPS, source, best)
    source[0], best[0] = "x", ("x", 0, 0)
    assert view.html == VIEW.html
    assert repr(view) == "SearchView(3 steps over 2 source words)" and view._repr_html_() == view.html


def changed(step: int, place: int, part: int, value) -> list[list[tuple]]:
    steps = [list(one) for one in STEPS]
    steps[step][place] = (*steps[step][place][:part], value, *steps[step][place][part + 1 :])
    return steps


@pytest.mark.parametrize(
    ("steps", "best", "said"),
    [
        ([], [], "at least one step"),
        ([STEPS[0], []], [], "in each at least one candidate"),
        (changed(0, 1, 1, 0), BEST, r"candidate 1 of step 0 \('the'\) has parent 0, but .* give None"),
        (changed(1, 2, 1, None), BEST, "has parent None; give its place in the step before, 0 to 2"),
        (changed(1, 2, 1, 3), BEST, "has parent 3; give its place in the step before, 0 to 2"),
        (changed(1, 2, 1, -1), BEST, "has parent -1"),
        (changed(1, 2, 1, 2), BEST, r"\('cat'\) goes on from a candidate that was dropped"),
        (changed(2, 0, 1, 1), BEST, "dropped or had finished"),
        (changed(1, 0, 2, float("-inf")), BEST, "leave out what is impossible"),
        (changed(1, 0, 3, float("nan")), BEST, "score nan"),
        (changed(1, 0, 6, [1.2, 0.1]), BEST, "no attention weight"),
        ([[(*STEPS[0][0][:6], [1.0])]], [], "rows are target tokens, columns source tokens"),
        (STEPS, [("x", 3, 0)], "'x' ends at place 0 of step 3, where there is no candidate"),
        (STEPS, [("x", 2, 1)], "ends at place 1 of step 2"),
        (STEPS, [("x", -1, 0)], "ends at place 0 of step -1"),
    ],
)
def test_what_does_not_fit_is_refused_by_name(steps, best, said):
    with pytest.raises(ValueError, match=said):
        SearchView(steps, ["Hund", "<eos>"], best)


def test_it_is_saved_as_a_whole_page(tmp_path):
    VIEW.save(tmp_path / "search.html")
    html = (tmp_path / "search.html").read_text(encoding="utf-8")
    assert html.startswith("<!doctype html>") and VIEW.html in html
    assert Page(html).root.all("title")[0].text == "How the beam searched"


def test_a_page_of_several_views_holds_style_and_script_of_each_kind_once(tmp_path):
    attention = AttentionView(WEIGHTS, SOURCE, TARGET, title="first")
    save_page(tmp_path / "page.html", "<Two & more>", [attention, VIEW, "a < b", attention, one("</script>")])
    root = Page((tmp_path / "page.html").read_text(encoding="utf-8")).root
    assert root.all("title")[0].text == root.all("h1")[0].text == "<Two & more>"
    assert len(root.all("style")) == 3 and len(root.all("script")) == 2  # one style is the page's own
    (body,) = root.all("body")
    parts = [child for child in body.children if isinstance(child, Node)]
    kinds = [part.attributes.get("class", part.tag) for part in parts]
    views = ["tutor-nmt-attention", "tutor-nmt-search", "p", "tutor-nmt-attention", "tutor-nmt-search"]
    assert kinds == ["style", "style", "h1", *views, "script", "script"]
    assert parts[5].text == "a < b"
