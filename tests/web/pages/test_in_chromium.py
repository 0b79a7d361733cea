"""The pages in a real Chromium on a real server: what they ask for and say, how wide they are, what axe-core finds, and how people get on."""

from collections.abc import Callable
from pathlib import Path
from typing import Literal

from playwright.sync_api import BrowserContext, Page, expect

from tests.web.chromium import NEEDED

AXE = Path(__file__).parents[1] / "vendor/axe.js"
PAGES = (
    "/",
    "/news",
    "/portfolio",
    "/portfolio/accounts",
    "/accounts/A2",
    "/signals",
    "/signals/nps",
    "/scorecards",
    "/scorecards/default/weights",
    "/data",
    "/admin/webhooks",
    "/profile",
    "/profile/keys",
    "/admin/people",
    "/admin/people/1",
    "/admin/teams",
    "/admin/roles",
    "/admin/keys",
    "/admin/audit/verify",
)

pytestmark = NEEDED
Seen = Callable[..., BrowserContext]


def opened(context: BrowserContext, path: str) -> tuple[Page, list[str]]:
    """A page, and what it says on the console and asks of others."""
    page, said = context.new_page(), list[str]()
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("requestfailed", lambda request: said.append(f"failed: {request.url}"))
    page.goto(path)
    page.wait_for_load_state("networkidle")
    return page, said


WAYS: tuple[tuple[int, Literal["light", "dark"]], ...] = ((1400, "light"), (390, "dark"))
"""How wide and in which colours each page is looked at."""


def test_pages_are_quiet_fit_and_can_be_read_by_everybody(seen_by: Seen) -> None:
    context = seen_by("ada")
    for path in PAGES:
        page, said = opened(context, path)
        page.evaluate(AXE.read_text(encoding="utf-8"))
        for width, scheme in WAYS:
            page.set_viewport_size({"width": width, "height": 900})
            page.emulate_media(color_scheme=scheme)
            too_wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            assert page.evaluate(too_wide) <= 0, f"{path} at {width}"
            assert graves(page) == [], f"{path} at {width}, {scheme}"
        assert said == [], path
        page.close()


def graves(page: Page) -> list[str]:
    """What axe finds on a page that is more than minor."""
    found = page.evaluate(
        "axe.run(document, {resultTypes: ['violations']}).then((found) => found.violations)"
    )
    return [
        f"{each['id']}: {node['html'][:160]} {node['failureSummary'][:200]}"
        for each in found
        if each["impact"] != "minor"
        for node in each["nodes"]
    ]


def test_each_picture_is_drawn_and_has_its_table(seen_by: Seen) -> None:
    page, _ = opened(seen_by("ada"), "/portfolio")
    figures = page.locator("figure.chart")
    assert figures.count() == 2, "the second one followed after the page"
    for at in range(2):
        expect(figures.nth(at)).to_have_attribute("data-drawn", "yes")
        assert figures.nth(at).locator("canvas").count() == 1
        assert figures.nth(at).locator("details table tbody tr").count() > 0


def test_by_keyboard(seen_by: Seen) -> None:
    page, _ = opened(seen_by("ada"), "/portfolio/accounts")
    page.keyboard.press("Tab")
    expect(page.get_by_text("Skip to the content")).to_be_focused()
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**/accounts/*")
    page.keyboard.press("/")
    page.keyboard.type("cobalt")
    page.keyboard.press("Enter")
    page.wait_for_url("**/portfolio/accounts?text=cobalt")
    expect(page.locator("tbody tr")).to_have_count(1)


def test_light_or_dark_is_kept(seen_by: Seen) -> None:
    context = seen_by("ada", scheme="light")
    page, _ = opened(context, "/")
    assert page.locator("html").get_attribute("data-bs-theme") == "light"
    page.locator("summary.who").click()
    page.get_by_role("button", name="Dark", exact=True).click()
    assert page.locator("html").get_attribute("data-bs-theme") == "dark"
    page.reload()
    assert page.locator("html").get_attribute("data-bs-theme") == "dark"


def test_what_cannot_be_is_told_where_it_was_typed(seen_by: Seen) -> None:
    page, _ = opened(seen_by("ada"), "/accounts/A1")
    page.get_by_role("button", name="Override").click()
    page.get_by_label("Is, 0 to 100").fill("75")
    page.locator("#override").get_by_label("Until").fill("2001-01-01")
    page.locator("#override textarea").fill("x")
    page.locator("#override").get_by_role("button", name="Override").click()
    expect(page.locator("#said")).to_contain_text("is not after")
    expect(page.locator("#override")).to_be_visible()


def test_other_weights_show_at_once_what_they_would_do(seen_by: Seen) -> None:
    """By hand: with voice at 80% A3 has 74 instead of 62, and turns from yellow to green."""
    page, _ = opened(seen_by("ann"), "/scorecards/default/weights")
    expect(page.locator("#would-be")).to_contain_text("Nobody would change band")
    page.get_by_label("Adoption", exact=True).fill("20")
    page.get_by_label("Voice", exact=True).fill("80")
    expect(page.locator("#would-be")).to_contain_text("1 account of 3 would change band")
    expect(page.locator("#would-be")).to_contain_text("62.0 → 74.0")
