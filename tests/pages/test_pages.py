"""The built pages as a reader meets them: in Chromium without a network, in light and dark, on desk and phone."""

import contextlib
from pathlib import Path
from typing import NamedTuple

import axe_playwright_python
import pytest
from built import HTML, in_the_book
from playwright.sync_api import TimeoutError as TooLong

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
PAGES = [*in_the_book(), "search.html", "genindex.html"]
every_page = pytest.mark.parametrize("name", PAGES)
DESK, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 844}
# Faults of the theme that nothing here can mend: (rule, end of the selector), each with its reason.
KNOWN: dict[tuple[str, str], str] = {}

# Rules of axe-core that depend on the width of the page, and those that depend on its theme.
SCROLLING, COLOURS = ["scrollable-region-focusable"], ["color-contrast", "link-in-text-block"]
SETTLED = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
REACHABLE = "() => [...document.querySelectorAll('pre')].every(e => e.scrollWidth <= e.clientWidth || e.tabIndex >= 0)"
UNTYPESET = "() => document.querySelectorAll('.math:not(:has(mjx-container))').length === 0"
FAULTS = """options => axe.run({ preload: false, resultTypes: ['violations'], ...options })
    .then(found => found.violations
    .filter(rule => ['serious', 'critical'].includes(rule.impact))
    .flatMap(rule => rule.nodes.map(node => [rule.id, node.target.flat().join(' '), node.failureSummary])))"""
# Thousands of coloured words of code differ in nothing but their class: one of each is left, and axe takes seconds.
THIN = """() => {
    const seen = new Set();
    for (const pre of document.querySelectorAll('pre'))
        for (const word of pre.querySelectorAll('span:not(:has(span))')) {
            const around = pre.closest('.cell_input, .cell_output, .highlight');
            const kind = [around && around.className, word.parentElement.className, word.className].join('|');
            if (seen.has(kind)) word.remove();
            else if (word.textContent.trim()) seen.add(kind);
        }
}"""


class Seen(NamedTuple):
    """What opening a page in every way brought to light."""

    wrong: list[str]
    too_wide: list[str]
    wrong_maths: int
    themes: list[str]
    faults: list[str]


def settle(page, viewport: dict[str, int]) -> None:
    """A viewport, and the page laid out in it; the theme makes what scrolls reachable by keyboard a moment later."""
    page.set_viewport_size(viewport)
    page.wait_for_function("width => innerWidth === width", arg=viewport["width"])
    page.evaluate(SETTLED)
    page.wait_for_timeout(400)
    with contextlib.suppress(TooLong):  # a busy machine needs longer; whether it was done is for axe to say
        page.wait_for_function(REACHABLE, timeout=5000)


@pytest.fixture(scope="module")
def seen(page):
    """Opens each page once, and remembers."""
    known = {}

    def look(name: str) -> Seen:
        if name in known:
            return known[name]
        page.wrong.clear()
        page.emulate_media(color_scheme="light")
        page.set_viewport_size(DESK)
        page.goto((HTML / name).as_uri())
        page.wait_for_function(UNTYPESET)
        settle(page, DESK)
        wrong_maths = page.locator("mjx-merror, [data-mjx-error]").count()
        page.evaluate(AXE)
        found = page.evaluate(FAULTS, {"runOnly": SCROLLING})
        settle(page, PHONE)
        sizes = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
        too_wide = [f"{sizes[0]} of {sizes[1]} pixels"] if sizes[0] > sizes[1] else []
        found += page.evaluate(FAULTS, {"runOnly": SCROLLING})
        page.evaluate(THIN)
        settle(page, DESK)
        page.add_style_tag(content="* { transition: none !important; animation: none !important }")
        themes = []
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            page.evaluate(SETTLED)
            themes.append(page.evaluate("document.documentElement.dataset.theme"))
            here = page.evaluate(FAULTS, {} if scheme == "light" else {"runOnly": COLOURS})
            found += [(rule, target, f"{scheme}: {summary}") for rule, target, summary in here]
        faults = [
            f"{rule} {target}: {summary}"
            for rule, target, summary in found
            if not any(rule == known_rule and target.endswith(end) for known_rule, end in KNOWN)
        ]
        known[name] = Seen([*page.wrong], too_wide, wrong_maths, themes, faults)
        return known[name]

    return look


@every_page
def test_nothing_is_asked_of_the_network_and_the_console_stays_empty(seen, name):
    assert seen(name).wrong == []


@every_page
def test_a_phone_shows_the_page_without_moving_sideways(seen, name):
    assert seen(name).too_wide == []


@every_page
def test_maths_is_typeset_offline_and_without_errors(seen, name):
    assert seen(name).wrong_maths == 0  # what stays untypeset has ended the wait for it with an error


@every_page
def test_the_page_is_light_or_dark_as_the_system_asks(seen, name):
    assert seen(name).themes == ["light", "dark"]


@every_page
def test_axe_finds_no_serious_fault_in_light_and_dark(seen, name):
    faults = seen(name).faults
    assert not faults, "\n\n".join(faults[:20])


def test_the_checks_see_a_page_that_breaks_every_promise(page, tmp_path):
    broken = tmp_path / "broken.html"
    broken.write_text(
        "<!doctype html><html lang='en'><title>x</title><img src='https://example.org/x.png'>"
        "<p style='color: #aaa; background: #fff; width: 2000px'>pale</p>"
        "<script>console.error('oh'); nothing()</script>",
        encoding="utf-8",
    )
    page.wrong.clear()
    page.goto(broken.as_uri())
    settle(page, PHONE)
    page.evaluate(AXE)
    assert {fault[0] for fault in page.evaluate(FAULTS, {})} >= {"image-alt", "color-contrast"}
    assert page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    kinds = {line.split(":")[0] for line in page.wrong}
    assert kinds == {"request", "console", "error"} and "request: https://example.org/x.png" in page.wrong
    page.wrong.clear()


def test_a_word_is_found_without_a_network(page):
    page.wrong.clear()
    page.set_viewport_size(DESK)
    page.goto((HTML / in_the_book()[0]).as_uri())
    page.keyboard.press("Control+k")
    page.keyboard.type("Bahdanau")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search.html?q=Bahdanau*")
    page.wait_for_selector("#search-results ul.search li a")
    hits = page.locator("#search-results ul.search li a").evaluate_all("all => all.map(one => one.href)")
    assert any("08_attention" in hit for hit in hits)
    page.goto((HTML / "search.html").as_uri() + "?q=zzyzx")
    page.wait_for_function("document.querySelector('#search-results').textContent.includes('did not match')")
    assert page.locator("#search-results ul.search li").count() == 0
    assert page.wrong == []
