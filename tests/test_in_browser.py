"""The view in HTML as a reader meets it: Chromium points, tabs, touches and reads it, in light and in dark."""

import os
import shutil
from pathlib import Path

import pytest

from test_search_view import BEST, STEPS, wide
from tutor_nmt.visualization import AttentionView, SearchView

NAMES = ("chromium", "chromium-browser", "google-chrome")
SOURCE = ["Der", "Hund", "schläft", "im", "Bett", "."]
TARGET = ["the", "dog", "sleeps", "in", "bed"]
WEIGHTS = [
    [0.97, 0.03, 0, 0, 0, 0],
    [0.05, 0.91, 0.04, 0, 0, 0],
    [0, 0.2, 0.7, 0.1, 0, 0],
    [0, 0, 0.1, 0.6, 0.25, 0.05],
    [0, 0, 0, 0.4, 0.5, 0.1],
]
VIEW = AttentionView(WEIGHTS, SOURCE, TARGET, title="A dog in bed")
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 800}
KINDS = {"desk": {}, "phone": {"has_touch": True, "is_mobile": True}, "no script": {"java_script_enabled": False}}
# What a book's page around an output does to buttons, tables and texts that do not defend themselves.
BOOK = """<!doctype html><html lang="en" data-theme="{theme}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><style>
  html {{ background: {ground}; }} body {{ color: #f0f; }} p {{ color: #f0f; margin: 3rem; }}
  button {{ text-transform: uppercase; background: #f0f; color: #f0f; }}
  html[data-theme=dark] div.cell_output .text_html:not(:has(table.dataframe)) {{ background: #ced6dd; padding: 8px; }}
  table {{ width: 2000px; text-align: right; }} tr:nth-child(odd) {{ background: #f0f; }} th, td {{ color: #f0f; }}
</style></head><body><main><div class="cell_output docutils container"><div class="output text_html">{views}</div></div>
</main></body></html>"""


def program() -> str | None:
    """The browser, if one is installed."""
    return next(filter(None, map(shutil.which, NAMES)), None)


@pytest.fixture(scope="module")
def browser():
    """One browser for all tests; it ends with this module, for while it runs nobody else can start an event loop."""
    if program() is None:
        reason = f"none of {', '.join(NAMES)} is installed: the view in HTML is not driven in a browser"
        if os.environ.get("TUTOR_NMT_REQUIRE_BROWSER") == "1":
            pytest.fail(f"{reason}, and this run must do so", pytrace=False)
        pytest.skip(reason)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        flags = ["--no-sandbox", "--disable-gpu"]
        running = playwright.chromium.launch(executable_path=program(), args=flags)
        yield running
        running.close()


@pytest.fixture(scope="module")
def pages(browser):
    """A page for each kind of device, opened when first asked for, and what went wrong on any of them."""
    opened, wrong = {}, []

    def page_of(kind: str):
        if kind not in opened:
            page = browser.new_context(offline=True, **KINDS[kind]).new_page()
            page.set_default_timeout(5000)
            page.on("console", lambda message: wrong.append(f"console: {message.text}"))
            page.on("pageerror", lambda error: wrong.append(f"error: {error}"))
            page.on("dialog", lambda dialog: (wrong.append(f"dialog: {dialog.message}"), dialog.dismiss()))
            page.on("request", lambda request: wrong.append(f"request: {request.url}"))
            opened[kind] = page
        return opened[kind]

    return page_of, wrong


@pytest.fixture
def visit(pages, tmp_path):
    """Open some HTML as a file; until the end, nothing else may be loaded, complained of or asked."""
    page_of, wrong = pages

    def open_page(html: str, kind: str = "desk", viewport: dict[str, int] = DESK, system: str = "light"):
        path = tmp_path / "page.html"
        path.write_text(html, encoding="utf-8")
        page = page_of(kind)
        page.mouse.move(0, 0)
        page.set_viewport_size(PHONE if kind == "phone" else viewport)
        page.emulate_media(color_scheme=system)
        page.goto(path.as_uri())
        assert wrong.pop(0) == f"request: {path.as_uri()}"
        return page

    yield open_page
    happened, wrong[:] = wrong[:], []
    assert happened == []


def saved(tmp_path, view: AttentionView | SearchView = VIEW) -> str:
    view.save(tmp_path / "view.html")
    return (tmp_path / "view.html").read_text(encoding="utf-8")


def book(*views: AttentionView | SearchView, theme: str = "light") -> str:
    ground = "#121212" if theme == "dark" else "#ffffff"
    return BOOK.format(theme=theme, ground=ground, views="".join(view.html for view in views))


def word(page, side: str, index: int, view: int = 0):
    return page.locator(".tutor-nmt-attention").nth(view).locator(f".{side} button").nth(index)


def numbers(page, side: str, view: int = 0) -> list[str]:
    """What stands under the words of a side."""
    return page.locator(".tutor-nmt-attention").nth(view).locator(f".{side} .weight").all_text_contents()


def tints(page, side: str) -> list[float]:
    """How strongly the words of a side are coloured."""
    opacity = "words => words.map(word => +getComputedStyle(word, '::before').opacity)"
    return [round(value, 4) for value in page.locator(f".{side} button").evaluate_all(opacity)]


def said(page, view: int = 0) -> str:
    return page.locator(".tutor-nmt-attention").nth(view).locator("[role=status]").text_content()


NOTHING = {"source": [""] * 6, "target": [""] * 5}


# --- pointing ---


def test_pointing_at_a_target_word_shows_where_it_looked(visit, tmp_path):
    page = visit(saved(tmp_path))
    word(page, "target", 3).hover()
    assert numbers(page, "source") == ["", "", "0.10", "0.60", "0.25", "0.05"]
    assert tints(page, "source") == [0, 0, 0.1, 0.6, 0.25, 0.05]
    assert numbers(page, "target") == NOTHING["target"] and tints(page, "target") == [0] * 5
    assert said(page) == "in looked at: im 0.60, Bett 0.25, schläft 0.10, . 0.05"


def test_pointing_at_a_source_word_shows_who_looked_at_it(visit, tmp_path):
    page = visit(saved(tmp_path))
    word(page, "source", 2).hover()
    assert numbers(page, "target") == ["", "0.04", "0.70", "0.10", ""]
    assert tints(page, "target") == [0, 0.04, 0.7, 0.1, 0]
    assert numbers(page, "source") == NOTHING["source"]
    assert said(page) == "schläft was looked at by: sleeps 0.70, in 0.10, dog 0.04"


def test_all_is_quiet_again_when_the_mouse_leaves(visit, tmp_path):
    page = visit(saved(tmp_path))
    word(page, "target", 3).hover()
    page.mouse.move(600, 790)
    assert {side: numbers(page, side) for side in NOTHING} == NOTHING and said(page) == ""


def test_each_line_leads_from_the_word_to_one_that_it_looked_at_also_in_another_width(visit, tmp_path):
    page = visit(saved(tmp_path))
    word(page, "target", 3).focus()
    for viewport in (DESK, PHONE):
        page.set_viewport_size(viewport)
        page.wait_for_function("width => innerWidth === width", arg=viewport["width"])
        page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
        ends = """() => [...document.querySelectorAll('path')].map(path => {
            const box = path.ownerSVGElement.getBoundingClientRect(), length = path.getTotalLength();
            return [0, length].map(path.getPointAtLength.bind(path)).map(p => [p.x + box.x, p.y + box.y]);
        })"""
        lines = page.evaluate(ends)
        boxes = [word(page, "source", index).bounding_box() for index in (2, 3, 4, 5)]
        below = word(page, "target", 3).bounding_box()
        assert len(lines) == 4
        for (start, end), box in zip(lines, boxes, strict=True):
            assert start == pytest.approx([box["x"] + box["width"] / 2, box["y"] + box["height"]], abs=1)
            assert end == pytest.approx([below["x"] + below["width"] / 2, below["y"]], abs=1)


# --- the keyboard ---


def test_tab_goes_through_all_words_and_each_shows_itself(visit, tmp_path):
    page = visit(saved(tmp_path))
    for label in [*SOURCE, *TARGET]:
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.querySelector('bdi').textContent") == label
        assert said(page).startswith(f"{label} ")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"
    assert said(page) == ""


def test_arrows_move_along_a_row_and_across_to_the_word_that_matters_most(visit, tmp_path):
    page = visit(saved(tmp_path))
    word(page, "target", 0).focus()
    for key, there in [
        ("ArrowLeft", "the"),
        ("ArrowRight", "dog"),
        ("End", "bed"),
        ("ArrowRight", "bed"),
        ("ArrowDown", "bed"),
        ("ArrowUp", "Bett"),
        ("ArrowUp", "Bett"),
        ("ArrowLeft", "im"),
        ("ArrowDown", "in"),
        ("Home", "the"),
        ("Control+ArrowRight", "the"),
    ]:
        page.keyboard.press(key)
        assert page.evaluate("document.activeElement.querySelector('bdi').textContent") == there, key
        assert said(page).startswith(f"{there} ")


def test_escape_lets_go_of_a_word(visit, tmp_path):
    page = visit(saved(tmp_path))
    word(page, "target", 1).click()
    assert numbers(page, "source") == ["0.05", "0.91", "0.04", "", "", ""]
    page.keyboard.press("Escape")
    assert numbers(page, "source") == NOTHING["source"] and said(page) == ""


def test_in_a_row_that_runs_from_right_to_left_the_arrows_do_too(visit, tmp_path):
    view = AttentionView([[0.75, 0.25], [0, 1]], ["הכלב", "ישן"], ["it", "sleeps"])
    page = visit(saved(tmp_path, view))
    assert word(page, "source", 0).bounding_box()["x"] > word(page, "source", 1).bounding_box()["x"]
    word(page, "source", 0).focus()
    page.keyboard.press("ArrowLeft")
    assert said(page) == "ישן was looked at by: sleeps 1.00, it 0.25"


@pytest.mark.parametrize("kind", ["attention", "search"])
def test_words_that_run_from_right_to_left_leave_the_sentence_in_its_order(visit, tmp_path, kind):
    words, row = ["הכלב", "ישן", "במיטה"], [0.5, 0.3, 0.2]
    steps = [[(words[0], None, -1.0, -1.0, True, False, row)], [(words[1], 0, -2.0, -1.0, True, False, row)]]
    view = AttentionView([row], words, [words[1]]) if kind == "attention" else SearchView(steps, words, [])
    page = visit(saved(tmp_path, view))
    page.locator(".target button, .step button").last.hover()
    named = page.locator(".says bdi")
    subjects = words[1:2] if kind == "attention" else [" ".join(words[:2]), words[1]]
    assert named.all_text_contents() == [*subjects, *words]
    sentence, weights = page.locator(".says").text_content(), ("0.50", "0.30", "0.20")
    assert sentence.endswith(": " + ", ".join(map(" ".join, zip(words, weights, strict=True))))
    ends = "all => all.map(one => one.getBoundingClientRect()).map(box => [box.left, box.right])"
    assert (flat := sum(named.evaluate_all(ends), [])) == sorted(flat)  # one word after the other, from the left
    left = page.locator(".says").bounding_box()["x"]
    assert flat[0] == pytest.approx(left, abs=1)


def test_a_screen_reader_meets_named_buttons_in_named_groups(visit, tmp_path):
    page = visit(saved(tmp_path))
    group = page.get_by_role("group", name="A dog in bed", exact=True)
    assert group.get_by_role("group", name="source words").get_by_role("button").count() == 6
    button = group.get_by_role("button", name="dog looked at: Hund 0.91, Der 0.05, schläft 0.04")
    button.focus()
    assert button.get_attribute("aria-current") == "true"
    assert page.locator("[aria-current]").count() == 1


# --- a phone ---


def test_a_touch_shows_a_word_and_a_touch_beside_it_lets_go(visit, tmp_path):
    page = visit(saved(tmp_path), "phone")
    word(page, "source", 4).tap()
    assert numbers(page, "target") == ["", "", "", "0.25", "0.50"]
    word(page, "target", 0).tap()
    assert numbers(page, "source") == ["0.97", "0.03", "", "", "", ""]
    page.locator(".side").first.tap(position={"x": 5, "y": 5})
    assert numbers(page, "source") == NOTHING["source"]


# What a view says from now on, each change by itself, as a screen reader speaks it; and which devices pointed.
LISTEN = """view => {
    const says = view.querySelector('[role=status]');
    view.heard = [];
    view.met = [];
    new MutationObserver(() => view.heard.push(says.textContent)).observe(says, { childList: true });
    view.addEventListener('pointerover', event => view.met.push(event.pointerType));
}"""


@pytest.mark.parametrize("kind", ["attention", "search"])
def test_a_finger_that_scrolls_chooses_nothing_and_one_that_taps_is_told_of_one_word(visit, kind):
    page = visit(book(VIEW, SEARCH).replace("<body", '<body style="padding: 30rem 0"'), "phone")
    view = page.locator(f".tutor-nmt-{kind}")
    first, second = view.locator(".target button, .step button").nth(0), view.locator("button").nth(1)
    first.tap()
    before = view.get_by_role("status").text_content()
    assert before
    view.evaluate(LISTEN)
    finger = page.context.new_cdp_session(page)
    box, top = second.bounding_box(), page.evaluate("scrollY")
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    for dy in (0, 10, 20, 40, 80):
        phase = "touchMove" if dy else "touchStart"
        finger.send("Input.dispatchTouchEvent", {"type": phase, "touchPoints": [{"x": x, "y": y - dy}]})
        assert view.evaluate("view => view.heard") == []
    finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    page.wait_for_function("top => scrollY > top", arg=top)
    assert view.evaluate("view => [view.heard, view.met]") == [[], ["touch"]]
    assert view.get_by_role("status").text_content() == before
    second.tap()
    page.wait_for_function("view => view.heard.length > 0", arg=view.element_handle())  # a busy browser takes its time
    (heard,) = view.evaluate("view => view.heard")  # not the word before it again, nor nothing, on the way
    assert heard != before and heard == view.get_by_role("status").text_content()


def test_a_phone_shows_long_sentences_and_long_words_without_moving_sideways(visit, tmp_path):
    source = ["Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichen", *"eins zwei drei vier".split() * 7, "."]
    target = [f"word{number}" for number in range(30)]
    view = AttentionView([[1 / 30] * 30] * 30, source, target, title="https" * 30)
    page = visit(saved(tmp_path, view), "phone")
    page.locator("summary").tap()
    word(page, "target", 29).tap()
    assert numbers(page, "source") == ["0.03"] * 30
    assert said(page).endswith(", and 25 more")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    inside = "all => all.every(one => { const b = one.getBoundingClientRect(); return b.left >= 0 && b.right <= 390; })"
    assert page.locator(".tutor-nmt-attention :is(button, p, table)").evaluate_all(inside)
    sizes = page.locator("button").evaluate_all("all => all.map(one => one.getBoundingClientRect().toJSON())")
    assert min(min(size["width"], size["height"]) for size in sizes) >= 44  # pixels that a finger can hit


def test_where_rows_wrap_only_what_matters_has_a_line_and_all_the_rest_its_number(visit, tmp_path):
    row = [0.04, 0.5, 0.1, 0.09, 0.09, *[0.005] * 36]
    view = AttentionView([row] * 41, [f"Wort{number}" for number in range(41)], ["word"] * 41)
    page = visit(saved(tmp_path, view), "phone")
    assert page.locator("path").count() == 0
    word(page, "target", 40).tap()
    assert page.locator("path").count() == 2 and numbers(page, "source")[:5] == ["0.04", "0.50", "0.10", "0.09", "0.09"]


# --- light and dark ---

CONTRASTS = """() => {
  const rgb = colour => colour.match(/[\\d.]+/g).slice(0, 3).map(Number);
  const light = colour => colour.map(c => c / 255).map(c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const contrast = (a, b) => (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  const ground = element => {
    const style = getComputedStyle(element);
    if (style.backgroundColor === 'rgba(0, 0, 0, 0)') return ground(element.parentElement);
    const [paper, tint] = [rgb(style.backgroundColor), getComputedStyle(element, '::before')];
    const share = element.matches('button, .word') ? +tint.opacity : 0;
    return share ? paper.map((c, i) => c * (1 - share) + rgb(tint.backgroundColor)[i] * share) : paper;
  };
  const texts = document.querySelectorAll('[class^=tutor-nmt-] :is(button, .word, p, summary, th, td, caption)');
  return [...texts].map(one => contrast(light(rgb(getComputedStyle(one).color)), light(ground(one))));
}"""
PAPER = "getComputedStyle(document.querySelector('[class^=tutor-nmt-]')).backgroundColor"
LIGHT, DARK = "rgb(255, 255, 255)", "rgb(22, 25, 29)"
STRONG = AttentionView([[1.0, 0.5, 0.25, 0.1], [0.8, 1.0, 0, 0]], ["a", "b", "c", "d"], ["x", "y"])


@pytest.mark.parametrize(
    ("system", "page_says", "paper"),
    [
        ("light", "<html>", LIGHT),
        ("dark", "<html>", DARK),
        ("dark", '<html data-theme="light">', LIGHT),
        ("light", '<html data-theme="dark">', DARK),
        ("light", '<html theme="dark">', DARK),
        ("light", '<html><body data-jp-theme-light="false">', DARK),
        ("dark", '<html><body data-jp-theme-light="true">', LIGHT),
    ],
)
def test_texts_stand_out_in_light_and_dark_and_the_page_goes_before_the_system(visit, system, page_says, paper):
    page = visit(f'<!doctype html>{page_says}<meta charset="utf-8">{STRONG.html}', system=system)
    assert page.evaluate(PAPER) == paper
    page.locator("summary").click()
    for side, index in (("target", 0), ("target", 1), ("source", 0), ("source", 1)):
        word(page, side, index).focus()
        contrasts = page.evaluate(CONTRASTS)
        assert len(contrasts) > 20 and min(contrasts) >= 4.5


# --- where it lives ---


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_book_may_hold_the_same_view_twice_and_its_style_touches_neither(visit, theme):
    page = visit(book(VIEW, VIEW, theme=theme), viewport=PHONE)
    word(page, "target", 4, view=1).hover()
    assert numbers(page, "source", view=1) == ["", "", "", "0.40", "0.50", "0.10"]
    assert numbers(page, "source", view=0) == NOTHING["source"] and said(page, view=0) == ""
    page.locator("summary").nth(1).click()
    assert min(page.evaluate(CONTRASTS)) >= 4.5
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.evaluate("getComputedStyle(document.querySelector('button')).textTransform") == "none"
    frame = page.evaluate("getComputedStyle(document.querySelector('.text_html')).backgroundColor")
    assert frame == "rgba(0, 0, 0, 0)"  # the light frame that the theme puts around outputs on a dark page
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(255, 0, 255)"  # nor does ours touch the book


# How a notebook shows an output: scripts do not run from innerHTML, so it makes them anew.
INSERT = """([id, html]) => {
    const host = document.getElementById(id);
    host.innerHTML = html;
    for (const script of host.querySelectorAll('script')) {
        const again = document.createElement('script');
        again.textContent = script.textContent;
        script.replaceWith(again);
    }
}"""


def test_a_notebook_that_runs_scripts_after_inserting_them_starts_each_view_once(visit):
    page = visit('<!doctype html><meta charset="utf-8"><div id="one"></div><div id="two"></div>')
    for number, place in enumerate(["one", "two"]):
        page.evaluate(INSERT, [place, VIEW.html])
        word(page, "target", 0, view=number).hover()
        assert numbers(page, "source", view=number)[:2] == ["0.97", "0.03"]
    page.evaluate(INSERT, ["one", VIEW.html])  # a cell that is run again
    word(page, "target", 2).hover()
    assert said(page) == "sleeps looked at: schläft 0.70, Hund 0.20, im 0.10"
    drawn = """button => {
        const watch = new MutationObserver(() => {});
        watch.observe(button.closest('.stage').querySelector('svg'), { childList: true });
        button.focus();
        return watch.takeRecords().reduce((sum, record) => sum + record.addedNodes.length, 0);
    }"""
    assert word(page, "target", 1, view=1).evaluate(drawn) == 3  # started twice, it would draw every line twice


def test_without_a_script_the_table_says_where_each_word_looked(visit, tmp_path):
    page = visit(saved(tmp_path), "no script")
    assert page.locator(".source button").all_inner_texts() == SOURCE
    page.locator("summary").click()
    rows = page.locator("table").first.get_by_role("row").all_inner_texts()
    assert rows[2:4] == ["sleeps\tschläft 0.70, Hund 0.20, im 0.10", "in\tim 0.60, Bett 0.25, schläft 0.10"]


def test_texts_that_look_like_html_are_shown_and_never_run(visit, tmp_path):
    odd = [
        "</script><script>alert(1)</script>",
        "<img src=x onerror=alert(2)>",
        "\"'&amp;",
        "\u202eabc",
        "👩‍👩‍👧",
        " a  b ",
    ]
    view = AttentionView([[0.5, 0.3, 0.2, 0, 0, 0]] * 6, odd, odd, title=odd[1])
    page = visit(saved(tmp_path, view))
    assert page.locator(".source bdi").all_text_contents() == odd
    for index in range(6):
        word(page, "target", index).hover()
        assert said(page) == f"{odd[index]} looked at: {odd[0]} 0.50, {odd[1]} 0.30, {odd[2]} 0.20"
    assert page.locator("img").count() == 0


# --- the search ---

SEARCH = SearchView(STEPS, ["Hund", "<eos>"], BEST, title="A dog is found")


def candidate(page, step: int, place: int, view: int = 0):
    return page.locator(".tutor-nmt-search").nth(view).locator(".step").nth(step).locator("button").nth(place)


def told(page, view: int = 0) -> str:
    return page.locator(".tutor-nmt-search").nth(view).locator("[role=status]").text_content()


def looked(page, view: int = 0) -> list[str]:
    return page.locator(".tutor-nmt-search").nth(view).locator(".word .weight").all_text_contents()


def lit(page, view: int = 0) -> tuple[list[str], int]:
    """The candidates on the way that is shown, first to last, and how many edges are."""
    root = page.locator(".tutor-nmt-search").nth(view)
    return root.locator("button.way bdi").all_text_contents(), root.locator("path.way").count()


DOG = "the dog – log-probability −2.50, score −1.25, kept. To write dog it looked at: <eos> 0.80, Hund 0.20"
CAT = "a cat – log-probability −3.00, score −1.50, kept. To write cat it looked at: <eos> 1.00"


def test_pointing_at_a_candidate_shows_its_whole_beginning_and_where_it_looked(visit, tmp_path):
    page = visit(saved(tmp_path, SEARCH))
    candidate(page, 1, 0).hover()
    assert told(page) == DOG and looked(page) == ["0.20", "0.80"] and lit(page) == (["the", "dog"], 1)
    tints = "words => words.map(word => +getComputedStyle(word, '::before').opacity)"
    assert page.locator(".word").evaluate_all(tints) == [0.2, 0.8]
    candidate(page, 1, 3).hover()
    assert told(page).startswith("the dogs – log-probability −3.25, score −1.62, dropped. ")
    page.mouse.move(600, 790)
    assert told(page) == "" and looked(page) == ["", ""] and lit(page) == ([], 0)


def test_pointing_at_a_hypothesis_shows_its_way(visit, tmp_path):
    page = visit(saved(tmp_path, SEARCH))
    hypotheses = page.locator(".best button")
    for index, way in enumerate((["the", "dog", "<eos>"], ["a", "<eos>"], ["a", "cat"])):
        hypotheses.nth(index).hover()
        assert lit(page) == (way, len(way) - 1)
    assert told(page) == CAT


def test_arrows_go_to_what_a_candidate_goes_on_from_and_to_what_goes_on_from_it(visit, tmp_path):
    page = visit(saved(tmp_path, SEARCH))
    candidate(page, 0, 0).focus()
    for key, there in [
        ("ArrowUp", "a"),
        ("ArrowLeft", "a"),
        ("ArrowRight", "<eos>"),  # the best of the two that go on from "a"
        ("ArrowRight", "<eos>"),  # which has finished
        ("ArrowUp", "dog"),
        ("ArrowDown", "<eos>"),
        ("ArrowDown", "cat"),
        ("ArrowDown", "dogs"),
        ("ArrowLeft", "the"),
        ("ArrowRight", "dog"),
        ("ArrowRight", "<eos>"),
        ("Home", "the"),
        ("ArrowDown", "no"),
        ("ArrowRight", "no"),  # dropped: nothing goes on from it
        ("Control+ArrowUp", "no"),
    ]:
        page.keyboard.press(key)
        assert page.evaluate("document.activeElement.querySelector('bdi').textContent") == there, key
        assert lit(page)[0][-1] == there
    page.keyboard.press("Escape")
    assert told(page) == "" and lit(page) == ([], 0)


def test_the_tree_is_one_stop_of_tab_and_each_hypothesis_another(visit, tmp_path):
    page = visit(saved(tmp_path, SEARCH))
    candidate(page, 1, 2).click()
    assert told(page) == CAT
    page.keyboard.press("Tab")
    assert lit(page)[0] == ["the", "dog", "<eos>"]
    page.keyboard.press("ArrowDown")
    assert lit(page)[0] == ["a", "<eos>"]
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY" and told(page) == ""
    for _ in range(4):
        page.keyboard.press("Shift+Tab")
    assert told(page) == CAT  # the tree remembers where one was


def test_a_screen_reader_meets_the_tree_as_named_steps_of_named_buttons(visit, tmp_path):
    page = visit(saved(tmp_path, SEARCH))
    step = page.get_by_role("group", name="A dog is found").get_by_role("group", name="step 2", exact=True)
    button = step.get_by_role("button", name="cat, after a: log-probability −3.00, kept", exact=True)
    button.focus()
    assert button.get_attribute("aria-current") == "true" and page.locator("[aria-current]").count() == 1


@pytest.mark.parametrize("size", ["100%", "140%"])
def test_edges_end_at_the_candidates_whatever_the_size_of_the_letters(visit, tmp_path, size):
    page = visit(saved(tmp_path, SEARCH).replace("<body>", f"<body><style>html {{ font-size: {size} }}</style>"))
    ends = """() => [...document.querySelectorAll('path')].map(path => {
        const matrix = path.getScreenCTM(), length = path.getTotalLength();
        return [0, length].map(at => path.getPointAtLength(at).matrixTransform(matrix)).map(p => [p.x, p.y]);
    })"""
    parents = [(1, place, parent) for place, parent in enumerate([1, 0, 0, 1])] + [(2, 0, 0)]
    for (start, end), (step, place, parent) in zip(page.evaluate(ends), parents, strict=True):
        before, after = candidate(page, step - 1, parent).bounding_box(), candidate(page, step, place).bounding_box()
        assert start == pytest.approx([before["x"] + before["width"], before["y"] + before["height"] / 2], abs=1)
        assert end == pytest.approx([after["x"], after["y"] + after["height"] / 2], abs=1)


def test_on_a_phone_a_long_search_scrolls_inside_its_own_box(visit, tmp_path):
    page = visit(saved(tmp_path, wide("Donaudampfschifffahrtsgesellschaft")), "phone")
    page.locator("summary").tap()
    candidate(page, 0, 9).tap()
    assert told(page).startswith("Donaudampfschifffahrtsgesellschaft0 – log-probability −12.34, score −1.23, dropped.")
    candidate(page, 19, 0).tap()  # scrolls there first
    assert len(lit(page)[0]) == 20 and lit(page)[1] == 19
    assert page.locator(".tree").evaluate("one => one.scrollLeft") > 1000
    place = candidate(page, 19, 0).bounding_box()
    candidate(page, 19, 1).tap()
    assert candidate(page, 19, 0).bounding_box() == place  # what is said moves nothing from under the finger
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.locator(".title").tap()
    assert told(page) == ""
    sizes = page.locator("button").evaluate_all("all => all.map(one => one.getBoundingClientRect().toJSON())")
    assert min(min(size["width"], size["height"]) for size in sizes) >= 44  # pixels that a finger can hit


@pytest.mark.parametrize(("theme", "paper"), [("light", LIGHT), ("dark", DARK)])
def test_in_a_book_all_of_a_search_stands_out_and_two_of_them_do_not_meddle(visit, theme, paper):
    page = visit(book(SEARCH, VIEW, SEARCH, theme=theme), viewport=PHONE)
    assert page.evaluate(PAPER) == paper
    for summary in page.locator("summary").all():
        summary.click()
    for index in (0, 3):
        candidate(page, 1, index, view=1).focus()
        contrasts = page.evaluate(CONTRASTS)
        assert len(contrasts) > 60 and min(contrasts) >= 4.5
    assert told(page, view=0) == "" and lit(page, view=0) == ([], 0) and lit(page, view=1) == (["the", "dogs"], 1)
    word(page, "target", 4).hover()
    assert numbers(page, "source") == ["", "", "", "0.40", "0.50", "0.10"] and looked(page, view=0) == ["", ""]
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_search_in_a_notebook_that_inserts_scripts_later_starts_too(visit):
    page = visit('<!doctype html><meta charset="utf-8"><div id="one"></div>')
    page.evaluate(INSERT, ["one", SEARCH.html])
    candidate(page, 1, 0).hover()
    assert told(page) == DOG
    page.evaluate(INSERT, ["one", SEARCH.html])  # a cell that is run again
    candidate(page, 1, 2).hover()
    assert told(page) == CAT


def test_without_a_script_the_tree_stands_and_the_table_tells_of_it(visit, tmp_path):
    page = visit(saved(tmp_path, SEARCH), "no script")
    assert page.locator(".step").nth(1).locator("button bdi").all_inner_texts() == ["dog", "<eos>", "cat", "dogs"]
    assert page.locator("path.won").count() == 2
    page.locator("summary").click()
    rows = page.locator("table").first.get_by_role("row").all_inner_texts()
    assert rows[4] == "2.1\tdog\t1.2\t−2.50\tkept\t<eos> 0.80, Hund 0.20"


def test_texts_of_a_search_that_look_like_html_are_shown_and_never_run(visit, tmp_path):
    odd = ["</script><script>alert(1)</script>", "<img src=x onerror=alert(2)>", "\"'&amp;", "\u202eabc"]
    steps = [[(token, None, -1.0, -1.0, True, False, [0.5, 0.3, 0.2, 0]) for token in odd]]
    page = visit(saved(tmp_path, SearchView(steps, odd, [(token, 0, 0) for token in odd], title=odd[1])))
    for index, token in enumerate(odd):
        candidate(page, 0, index).hover()
        numbers = "log-probability −1.00, score −1.00, kept"
        assert (
            told(page)
            == f"{token} – {numbers}. To write {token} it looked at: {odd[0]} 0.50, {odd[1]} 0.30, {odd[2]} 0.20"
        )
    assert page.locator("img").count() == 0


# --- the front page: two views that begin by themselves ---

STATIC = Path(__file__).resolve().parent.parent / "book" / "_static"


def front(theme: str = "light") -> str:
    """Both pieces of the front page as the book's page holds them."""
    pieces = [(STATIC / "front" / name).read_text(encoding="utf-8") for name in ("attention.html", "search.html")]
    style = f"<style>{(STATIC / 'custom.css').read_text(encoding='utf-8')}</style>"
    return BOOK.format(theme=theme, ground="#ffffff", views="").replace("<main>", f"{style}<main>{''.join(pieces)}")


def unwritten(page) -> int:
    """How many words of the translation have not been written yet."""
    hidden = "words => words.filter(word => getComputedStyle(word).visibility === 'hidden').length"
    return page.locator(".tutor-nmt-attention .target button").evaluate_all(hidden)


def silent(page) -> int:
    """Views that a screen reader does not announce now."""
    return page.locator("[role=status][aria-live=off]").count()


AT_REST = "document.querySelectorAll('[role=status][aria-live]').length === 0"


@pytest.mark.parametrize("kind", ["desk", "phone"])
def test_the_front_page_writes_its_translation_word_by_word_and_rests(visit, kind):
    page = visit(front(), kind)
    assert unwritten(page) > 0 and silent(page) > 0
    page.wait_for_function(AT_REST, timeout=20_000)
    assert unwritten(page) == 0 and said(page).startswith("Im was looked at by: the ")
    page.wait_for_timeout(700)
    assert said(page).startswith("Im was looked at by: the ")


def test_on_a_phone_the_front_pages_sentence_stands_in_one_row_and_leaves_room_for_the_doors(visit):
    page = visit(front(), "phone")
    for side in ("source", "target"):
        tops = page.locator(f".tutor-nmt-attention .{side} button").evaluate_all("all => all.map(one => one.offsetTop)")
        assert len(set(tops)) == 1
    assert page.locator(".tutor-nmt-attention").bounding_box()["height"] < 360
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


@pytest.mark.parametrize("way", ["touch", "key", "mouse"])
def test_whoever_touches_the_front_page_while_it_writes_goes_first(visit, way):
    page = visit(front(), "phone" if way == "touch" else "desk")
    assert unwritten(page) > 0
    if way == "touch":
        word(page, "source", 2).tap()
    elif way == "mouse":
        word(page, "source", 2).hover()
    else:
        word(page, "source", 2).focus()
    assert unwritten(page) == 0
    page.wait_for_timeout(1500)
    assert said(page).startswith("tanzt was looked at by: ")


def test_who_asked_for_less_motion_sees_the_whole_translation_at_once(visit, pages):
    device = pages[0]("desk")
    device.emulate_media(reduced_motion="reduce")
    try:
        page = visit(front())
        assert unwritten(page) == 0 and said(page).startswith("Im was looked at by: the ")
    finally:
        device.emulate_media(reduced_motion="no-preference")


def test_the_front_pages_beam_begins_at_the_word_that_went_wrong(visit):
    page = visit(front())
    chosen = page.locator(".tutor-nmt-search [aria-current]")
    assert chosen.locator("bdi").text_content() == "sitting"
    assert "it looked at: setzt 1.00" in page.locator(".tutor-nmt-search [role=status]").text_content()
    assert page.evaluate("document.activeElement === document.body && scrollY === 0")


def test_without_a_script_the_front_page_is_whole_and_points_to_its_tables(visit):
    page = visit(front(), "no script")
    for kind in ("attention", "search"):
        assert page.locator(f".front-{kind} noscript p").is_visible()
    assert page.locator(".tutor-nmt-attention .target button").last.is_visible()
    page.locator(".tutor-nmt-attention summary").click()
    assert page.get_by_text("tanzt 1.00").first.is_visible()
