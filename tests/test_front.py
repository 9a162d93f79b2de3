"""The front page shows what the shipped translator does and the records say, and its map leaves nothing out."""

import json
import re
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import numpy as np
import pytest

from test_architecture import MAY_IMPORT, PACKAGE, imported_modules, room_of
from test_attention_view import Node, Page
from test_repository import load_script
from tutor_nmt.corpora import load_corpus
from tutor_nmt.ladder import Measured, Rung, climb
from tutor_nmt.visualization import AttentionView, SearchView

ROOT = Path(__file__).resolve().parent.parent
front = load_script("front")
INTRO = front.PAGES[0].read_text(encoding="utf-8")
REMEDY = "run make results"
CLOSE = 1  # hundredths: another machine's last digit may round the other way
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def rungs() -> list[Measured]:
    """The ladder as the records have it."""
    return climb()


@pytest.fixture(scope="module")
def made(rungs) -> dict[str, str]:
    """Every generated file, made now."""
    return front.pieces(rungs)


@pytest.fixture(scope="module")
def stored() -> dict[str, str]:
    """The same as the pages have them."""
    return {path.name: path.read_text(encoding="utf-8") for path in front.FOLDER.iterdir()}


# --- the two views ---


def view_in(piece: str, kind: str) -> tuple[Node, list | dict]:
    """The element of a view and its numbers."""
    (found,) = Page(re.sub("<noscript>.*?</noscript>", "", piece)).root.all("div", class_=f"tutor-nmt-{kind}")
    return found, json.loads(found.attributes["data-numbers"])


def buttons(found: Node, kind: str) -> list[list[Node]]:
    return [group.all("button") for group in found.all("div", class_=kind)]


def text(button: Node) -> str:
    return button.all("bdi")[0].text


def hundredths(shown: str) -> int:
    return round(100 * float(shown.replace("−", "-")))


def attention_again(piece: str) -> AttentionView:
    """A view of the words and numbers that a piece shows."""
    found, weights = view_in(piece, "attention")
    sides = [list(map(text, buttons(found, side)[0])) for side in ("source", "target")]
    return AttentionView(np.array(weights) / 100, *sides, front.TITLES[0])


def search_again(piece: str) -> SearchView:
    """A view of the candidates and numbers that a piece shows."""
    found, numbers = view_in(piece, "search")
    steps = []
    for number, step in enumerate(buttons(found, "step")):
        steps.append([])
        for place, button in enumerate(step):
            parent, score = numbers["parents"][number][place], numbers["scores"][number][place] / 100
            log_prob = hundredths(button.all("span", class_="weight")[0].text) / 100
            fate = button.attributes["class"].split()[0]
            weights = np.array(numbers["rows"][numbers["looks"][number][place]]) / 100
            parent = None if parent < 0 else parent
            steps[-1].append((text(button), parent, log_prob, score, fate != "dropped", fate == "finished", weights))
    source = [word.all("bdi")[0].text for word in found.all("div", class_="source")[0].all("span", class_="word")]
    best = [text(button) for button in found.all("ol")[0].all("button")]
    return SearchView(
        steps, source, [(line, *end) for line, end in zip(best, numbers["ends"], strict=True)], front.TITLES[1]
    )


def test_the_folder_holds_what_is_made_and_nothing_else(made, stored):
    assert stored.keys() == made.keys(), REMEDY


def test_attention_on_the_page_is_the_translators(made, stored):
    now, shown = attention_again(made["attention.html"]), attention_again(stored["attention.html"])
    assert (now.source_tokens, now.target_tokens) == (shown.source_tokens, shown.target_tokens), REMEDY
    assert np.abs(now.hundredths - shown.hundredths).max() <= CLOSE, REMEDY


def test_the_beam_on_the_page_is_the_translators(made, stored):
    now, shown = search_again(made["search.html"]), search_again(stored["search.html"])
    assert (now.source_tokens, now.best) == (shown.source_tokens, shown.best), REMEDY
    for step, other in zip(now.nodes, shown.nodes, strict=True):
        for (token, parent, *numbers, fate, look), (*decided, log_prob, score, end, seen) in zip(
            step, other, strict=True
        ):
            assert [token, parent, fate] == [*decided, end], REMEDY
            assert np.abs(np.subtract(numbers, (log_prob, score))).max() <= CLOSE, REMEDY
            assert np.abs(now.seen[look] - shown.seen[seen]).max() <= CLOSE, REMEDY


def test_what_stands_in_the_files_is_what_the_views_make_of_these_numbers(stored):
    """So that no digit, word or line of style is changed by hand, nor is older than the views."""
    assert front.attention_piece(attention_again(stored["attention.html"])) == stored["attention.html"], REMEDY
    assert front.search_piece(search_again(stored["search.html"])) == stored["search.html"], REMEDY


def test_a_number_changed_by_hand_is_noticed(stored):
    piece = stored["attention.html"]
    changed = re.sub(r"\bwas looked at by: the 0\.\d\d", "was looked at by: the 0.99", piece, count=1)
    assert changed != piece and front.attention_piece(attention_again(changed)) != changed


def test_every_word_is_whole_so_that_no_mark_of_pieces_is_missed():
    turned, torn = front.explanations()
    best = turned.translations[0]
    for token in [*best.source_tokens, *best.tokens, *torn.source_tokens, *torn.translations[0].tokens]:
        assert token.startswith("▁") or token in (".", "<eos>")


def test_no_view_loads_anything(stored):
    for name in ("attention.html", "search.html"):
        assert not re.findall(r"https?:|//\w|url\(|@import|fetch|import\(|innerHTML|eval\(|src=|<link", stored[name])


# --- what the page says of them ---


def test_what_the_page_says_of_the_first_sentence_holds(stored):
    assert f"*{front.TURNED.removesuffix('.')}*" in INTRO and "*in* and *the* are one word in German, *Im*" in INTRO
    view = attention_again(stored["attention.html"])
    assert " ".join(view.target_tokens) == "A woman is dancing in the rain ."
    to_im = view.hundredths[:, view.source_tokens.index("Im")]
    assert {view.target_tokens[place] for place in np.argsort(to_im)[-2:]} == {"in", "the"}
    assert sorted(to_im)[-2] > 10 * sorted(to_im)[-3]
    order = [view.source_tokens.index(word) for word in ("Frau", "tanzt", "Regen")]
    english = [view.hundredths[view.target_tokens.index(word)] for word in ("woman", "dancing", "rain")]
    assert [row.argmax() for row in english] == order == sorted(order, reverse=True)


def test_what_the_page_says_of_the_second_sentence_holds(stored):
    assert f"*{front.TORN}*" in INTRO and "*Sitting* looked at *setzt* alone, to two decimals" in INTRO
    view = search_again(stored["search.html"])
    assert view.best[0][0] == "A woman is sitting on her hat." and f"*{view.best[0][0]}*" in INTRO
    (_, _, _, _, fate, look) = next(step[0] for step in view.nodes if step[0][0] == "sitting")
    assert dict(zip(view.source_tokens, view.seen[look], strict=True))["setzt"] == 100 == view.seen[look].sum()
    assert fate == "kept" and not [token for step in view.nodes for token, *_ in step if token.startswith("put")]


@pytest.mark.corpus("multi30k")
def test_both_sentences_are_our_own():
    known = {pair.source for split in load_corpus("multi30k").splits.values() for pair in split}
    assert front.TURNED not in known and front.TORN not in known
    assert "Ein Hund läuft durch den Schnee." in known


# --- the ladder ---


def texts(svg: str) -> list[str]:
    return [element.text for element in ElementTree.fromstring(svg).iter(f"{SVG}text")]


def drawn(svg: str) -> list[float]:
    """Every number of every path."""
    paths = ElementTree.fromstring(svg).iter(f"{SVG}path")
    return [float(number) for path in paths for number in re.findall(r"-?\d+(?:\.\d+)?", path.get("d"))]


def bars(svg: str) -> list[tuple[float, float]]:
    """Where each bar begins and how long it is."""
    fill = {fill for _, fill in front.INK.values()}
    paths = [path for path in ElementTree.fromstring(svg).iter(f"{SVG}path") if path.get("style", "")[6:] in fill]
    corners = [[float(x) for x in re.findall(r"[ML] (\S+) \S+", path.get("d"))] for path in paths]
    return [(min(xs), max(xs) - min(xs)) for xs in corners]


def whiskers(svg: str) -> int:
    return len(re.findall(r'id="LineCollection_', svg))


def rung(*scores: float, what: str = "luck", seeds: bool = True) -> Measured:
    found = {metric: list(scores) for metric in ("bleu", "bleu_lc", "chrf")}
    return Measured(Rung(what, "luck"), list(range(len(scores))) if seeds else [], found, 7, None, "a table")


@pytest.mark.parametrize("page", front.PAGES, ids=lambda page: page.name)
def test_what_pages_say_of_the_ladder_is_what_the_records_give_now(page, rungs):
    written = page.read_text(encoding="utf-8")
    assert front.renewed(written, rungs) == written, REMEDY
    assert written.count("<!-- front: ladder") == 1
    tampered = re.sub(r"(\d)\.(\d); ", lambda found: f"{found[1]}.{(int(found[2]) + 1) % 10}; ", written, count=1)
    assert tampered != written and front.renewed(tampered, rungs) == written


def test_a_block_that_does_not_exist_is_refused(rungs):
    with pytest.raises(ValueError, match="asks for a block 'luck'; there are ladder"):
        front.renewed("<!-- front: luck --><!-- end -->", rungs)


@pytest.mark.parametrize("theme", front.INK)
def test_the_figure_is_what_the_records_give_now(made, stored, theme, rungs):
    now, shown = made[f"ladder-{theme}.svg"], stored[f"ladder-{theme}.svg"]
    assert texts(now) == texts(shown), REMEDY
    assert np.allclose(drawn(now), drawn(shown), atol=1.5), REMEDY  # in points: fonts are measured a little differently
    assert "BLEU (lower-cased, sacreBLEU 13a, test_2016_flickr)" in texts(shown)
    for one in rungs:
        assert one.rung.what in texts(shown) and f"{one.mean():.1f}" in texts(shown)
    assert whiskers(shown) == sum(one.spread() is not None for one in rungs) > 0


@pytest.mark.parametrize("theme", front.INK)
def test_bars_begin_at_nought_and_are_as_long_as_their_scores(stored, theme, rungs):
    found = bars(stored[f"ladder-{theme}.svg"])
    assert (
        len(found) == len(rungs) and len({start for start, _ in found}) == 1 and "0" in texts(stored["ladder-dark.svg"])
    )
    points = [length / one.mean() for (_, length), one in zip(found, rungs, strict=True)]
    assert np.allclose(points, points[0], rtol=1e-3)


def test_the_figure_takes_one_seed_or_several_an_ensemble_and_any_number_of_rungs():
    few = [rung(11.0), rung(30.0, 31.0, 35.0, what="<three> & more"), rung(41.7, what="a vote", seeds=False)]
    svg = front.ladder_figure(few, "light")
    assert whiskers(svg) == 1 and len(bars(svg)) == 3
    assert {"luck", "11.0", "<three> & more", "32.0", "a vote", "41.7"} <= set(texts(svg))
    assert len(bars(front.ladder_figure(few[:1], "dark"))) == 1
    assert 'alt="' in front.ladder_in_readme(few) and "&lt;three&gt; &amp; more 32.0" in front.ladder_in_readme(few)
    assert "From 11.0 to 41.7 points" in front.ladder(few)


def test_the_same_records_give_the_same_characters(made, rungs):
    assert front.ladder_figure(rungs, "dark") == made["ladder-dark.svg"]
    assert not re.findall(r"<dc:date>|Matplotlib v", made["ladder-dark.svg"])


# --- the three doors, and the map ---

CHAPTERS = re.findall(r"- file: book/(\d\d_\w+)$", (ROOT / "_toc.yml").read_text(encoding="utf-8"), flags=re.M)
ROWS = [line.strip("| ").split("|") for line in INTRO.partition("## The map")[2].splitlines() if line.startswith("| ")]
# A name as code, or as the role that leads to the reference.
ROOM = re.compile(r"`(?:~?tutor_nmt\.)?(\w+)`")
MAP = {
    link[1]: set(ROOM.findall(cells[1])) for cells in ROWS if (link := re.search(r"\]\((\d\d_\w+)\.ipynb\)", cells[0]))
}
ELSEWHERE = {room for cells in ROWS if "no chapter" in cells[0] for room in ROOM.findall(cells[1])}
ROOMS = set(MAY_IMPORT) - {"__init__"}


def imports_of(room: str) -> set[str]:
    """The rooms that a room imports."""
    files = [path for path in PACKAGE.rglob("*.py") if room_of(path) == room]
    names = {
        name
        for path in files
        for name in imported_modules(
            path.read_text(encoding="utf-8"), ".".join(["tutor_nmt", *path.relative_to(PACKAGE).parts[:-1]])
        )
    }
    return {name.split(".")[1] for name in names if name.startswith("tutor_nmt.")}


def opened_by(chapter: str) -> set[str]:
    """The rooms that a chapter's cells import, or start as a program."""
    cells = json.loads((ROOT / "book" / f"{chapter}.ipynb").read_text(encoding="utf-8"))["cells"]
    code = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    code = [cell for cell in code if "%pip" not in cell]
    names = {name for cell in code for name in imported_modules(cell)}
    programs = {"__main__"} if any(re.search(r"-m\W+tutor_nmt\b", cell) for cell in code) else set()
    return programs | {name.split(".")[1] for name in names if name.startswith("tutor_nmt.")}


def test_each_chapter_stands_on_the_map_once_and_in_order():
    assert len(CHAPTERS) >= 18 and list(MAP) == CHAPTERS
    assert len(re.findall(r"\]\(\d\d_\w+\.ipynb\)", INTRO.partition("## The map")[2].partition("\n## ")[0])) == len(MAP)


def test_each_room_stands_on_the_map():
    named = set().union(ELSEWHERE, *MAP.values())
    assert named - ROOMS == set(), "these are no rooms"
    assert ROOMS - named == set(), "these rooms have no place on the map: give them to the chapter that opens them"


@pytest.mark.parametrize("chapter", MAP)
def test_a_chapter_opens_the_rooms_that_the_map_gives_it_or_one_that_opens_them(chapter):
    opened = opened_by(chapter)
    assert MAP[chapter], "the map names no room of this chapter"
    assert MAP[chapter] - opened - set().union(*map(imports_of, opened)) == set()
    assert MAP[chapter] & opened


def test_rooms_without_a_chapter_have_none():
    assert {room: [one for one in MAP if room in opened_by(one)] for room in ELSEWHERE} == dict.fromkeys(ELSEWHERE, [])


def test_the_three_doors_lead_where_they_say():
    doors = re.findall(r":::\{grid-item-card\} (\w+)\n:link: (\S+)\n", INTRO)
    assert [name for name, _ in doors] == ["Read", "Run", "Teach"]
    read, run, teach = [link for _, link in doors]
    assert (ROOT / "book" / f"{read}.ipynb").is_file() and (ROOT / "book" / f"{teach}.md").is_file()
    assert run.startswith("https://colab.research.google.com/") and run.endswith(f"/book/{read}.ipynb")
