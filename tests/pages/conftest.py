"""What the tests of the built pages share: one browser, and it has no network."""

import os
import re

import pytest
from built import HTML, in_the_book

from test_in_browser import NAMES, program

ELSEWHERE = re.compile(r"^(?!file:|data:|blob:|about:)")


def pytest_configure() -> None:
    missing = [name for name in in_the_book() if not (HTML / name).is_file()]
    if missing:
        raise pytest.UsageError(f"{HTML} holds no {missing[0]}: build the book first, with make book")


@pytest.fixture(scope="session")
def chromium():
    """The program, where there is one; where one was promised, it must be there."""
    if program() is None:
        reason = f"none of {', '.join(NAMES)} is installed: the pages are not opened in a browser"
        if os.environ.get("TUTOR_NMT_REQUIRE_BROWSER") == "1":
            pytest.fail(f"{reason}, and this run must do so", pytrace=False)
        pytest.skip(reason)
    return program()


@pytest.fixture(scope="module")
def page(chromium):
    """One page for all tests of a module. The network is refused, and `page.wrong` lists what nobody wants to see."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        browser = playwright.chromium.launch(executable_path=chromium, args=flags)
        context = browser.new_context(offline=True)
        context.route(ELSEWHERE, lambda route: route.abort())
        page = context.new_page()
        page.set_default_timeout(60_000)
        page.wrong = wrong = []
        page.on("request", lambda request: ELSEWHERE.match(request.url) and wrong.append(f"request: {request.url}"))
        page.on("console", lambda said: said.type in ("error", "warning") and wrong.append(f"console: {said.text}"))
        page.on("pageerror", lambda error: wrong.append(f"error: {error}"))
        yield page
        browser.close()
