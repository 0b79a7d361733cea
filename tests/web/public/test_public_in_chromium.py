"""The public pages in a real Chromium: without script, at phone width, light and dark, by the keyboard alone, and as axe-core sees them."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, sync_playwright

from keepwell.outreach.links import Links
from keepwell.runs.outreach import confirming
from keepwell.store import ledger, preferences
from keepwell.web.server.serving import Serving
from tests.web.chromium import BACKGROUND_OFF, CHROMIUM, NEEDED
from tests.web.public.conftest import Sends

AXE = Path(__file__).parents[1] / "vendor/axe.js"

pytestmark = NEEDED


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """The browser."""
    with sync_playwright() as playwright:
        made = playwright.chromium.launch(executable_path=str(CHROMIUM), args=BACKGROUND_OFF)
        yield made
        made.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_fit_a_phone_and_can_be_read_by_everybody(
    chromium: Browser, firm: Serving, links: Links, sends: Sends, scheme: str
) -> None:
    number = sends().number
    asked = confirming.ask(firm.store, links, f"{scheme}@new.example", category=None, source="form")
    pages = [
        links.unsubscribe(number),
        links.preferences(number),
        links.answer(number, "pulse", 9),
        asked,
        f"{links.public_url}/m/go/no",
    ]
    context = chromium.new_context(
        viewport={"width": 360, "height": 740}, color_scheme="dark" if scheme == "dark" else "light"
    )
    for url in pages:
        page = context.new_page()
        said: list[str] = []
        page.on("pageerror", lambda error, said=said: said.append(str(error)))
        page.goto(url)
        assert said == [], url
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, url
        page.evaluate(AXE.read_text(encoding="utf-8"))
        found = page.evaluate(
            "axe.run(document, {resultTypes: ['violations']}).then((found) => found.violations)"
        )
        assert [
            f"{url} {each['id']}: {each['nodes'][0]['html']}" for each in found if each["impact"] != "minor"
        ] == []
        page.close()
    context.close()


def test_somebody_chooses_by_the_keyboard_without_script(
    chromium: Browser, client: httpx.Client, firm: Serving, links: Links, sends: Sends
) -> None:
    entry = sends()
    context = chromium.new_context(java_script_enabled=False, locale="de-DE")
    page = context.new_page()
    page.goto(links.preferences(entry.number))
    page.keyboard.press("Tab")
    page.keyboard.press("Space")  # the first category is not wanted any more
    page.get_by_role("button", name="Speichern").focus()
    page.keyboard.press("Enter")
    page.get_by_text("Gespeichert.").wait_for()
    context.close()
    with firm.store.reading() as connection:
        wants = preferences.of(connection, ledger.recipient_of(connection, entry.number))
    assert wants.declined == frozenset({"tips"})
