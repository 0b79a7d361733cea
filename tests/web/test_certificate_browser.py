"""The certificate in a real Chromium: nothing asked of the network, nothing on the console, usable by keyboard, on a phone and on paper."""

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser

from keepwell.runs.evidence import LeakLine
from keepwell.runs.opinions import NOTHING_SAID
from keepwell.web.certificate.page import html
from tests.web import proofs
from tests.web.chromium import NEEDED, WEAK_TEXTS, Opened, browser

pytestmark = NEEDED
__all__ = ["browser"]

LEAKS = (LeakLine("reason_" * 12, "filled only for one outcome", "Filled for 98% of those that churned."),)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page of each certificate, by its name."""
    made = tmp_path_factory.mktemp("certificates")
    for make in proofs.ALL:
        text = html(
            make(),
            currency="EUR",
            zone=ZoneInfo("Europe/Berlin"),
            simulated=True,
            leaks=LEAKS,
            leaks_unknown="too little data to tell: of the accounts it happened to 3",
            bias=proofs.BIAS if make is proofs.good else (),
            opinions=proofs.OPINIONS if make is proofs.good else NOTHING_SAID,
        )
        (made / f"{make.__name__}.html").write_text(text, encoding="utf-8")
    return made


@pytest.mark.parametrize(
    ("name", "width"),
    [*((make.__name__, 320) for make in proofs.ALL), ("good", 375), ("good", 768), ("upside_down", 1280)],
)
def test_opens_offline_at_any_width(browser: Browser, folder: Path, name: str, width: int) -> None:
    path = folder / f"{name}.html"
    opened = Opened(browser, path, width, "light")
    page = opened.page
    for closed in page.locator("summary").all():
        closed.click()
    assert opened.said == []
    assert [url for url in opened.asked if not url.startswith("data:")] == [path.as_uri()]
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate(SPILLED) == []
    page.context.close()


SPILLED = """() => [...document.querySelectorAll(".plot")]
  .filter((table) => table.getBoundingClientRect().right > table.closest(".card").getBoundingClientRect().right)
  .map((table) => table.caption.textContent)"""


@pytest.mark.parametrize(
    ("name", "scheme"),
    [
        ("good", "light"),
        ("good", "dark"),
        ("too_little", "light"),
        ("too_little", "dark"),
        ("upside_down", "light"),
        ("upside_down", "dark"),
    ],
)
def test_all_text_has_contrast_enough(browser: Browser, folder: Path, name: str, scheme: str) -> None:
    """WCAG 2 AA: 4.5 to 1 between every text and what is painted below it."""
    page = Opened(browser, folder / f"{name}.html", 1280, scheme).page
    for closed in page.locator("summary").all():
        closed.click()
    page.mouse.move(0, 0)
    assert page.evaluate(WEAK_TEXTS) == []
    page.context.close()


def test_the_verdict_is_the_largest_text_and_seen_at_once(browser: Browser, folder: Path) -> None:
    for make in proofs.ALL:
        page = Opened(browser, folder / f"{make.__name__}.html", 375, "light").page
        sizes = page.evaluate(
            "[...document.querySelectorAll('body *')].map((each) => [parseFloat(getComputedStyle(each).fontSize), each.tagName])"
        )
        largest = max(size for size, _ in sizes)
        assert [size for size, tag in sizes if tag == "H1"] == [largest]
        box = page.locator(".headline").bounding_box()
        assert box is not None
        assert box["y"] + box["height"] < 800
        page.context.close()


def test_figures_open_and_close_from_the_keyboard(browser: Browser, folder: Path) -> None:
    page = Opened(browser, folder / "good.html", 1280, "light").page
    table = page.get_by_role("table", name="Stated probability and what came true")
    assert not table.is_visible()
    page.locator("#probability summary").focus()
    page.keyboard.press("Enter")
    assert table.is_visible()
    page.keyboard.press("Enter")
    assert not table.is_visible()
    page.context.close()


def test_tab_reaches_the_skip_link_first_and_it_leads_to_the_certificate(
    browser: Browser, folder: Path
) -> None:
    page = Opened(browser, folder / "good.html", 1280, "light").page
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the certificate"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.context.close()


def test_on_paper_the_figures_are_open_and_the_navigation_is_gone(browser: Browser, folder: Path) -> None:
    page = Opened(browser, folder / "good.html", 1280, "light").page
    page.emulate_media(media="print")
    assert not page.locator("nav").is_visible()
    cell = page.locator("#probability details td").first
    assert cell.evaluate("(each) => each.checkVisibility({contentVisibilityAuto: true})")
    box = cell.bounding_box()
    assert box is not None
    assert box["height"] > 0
    page.context.close()


def test_pictures_have_names_and_rows_have_lines_all_through(browser: Browser, folder: Path) -> None:
    page = Opened(browser, folder / "good.html", 1280, "light").page
    assert page.get_by_role("img").count() == 4
    assert all(each.get_attribute("aria-label") for each in page.get_by_role("img").all())
    gaps = page.evaluate(
        """() => [...document.querySelectorAll(".plot tbody")].flatMap((body) => {
          const rows = [...body.querySelectorAll(".row")].map((row) => row.getBoundingClientRect());
          return rows.slice(1).map((row, at) => row.top - rows[at].bottom);
        })"""
    )
    assert max(gaps) <= 0.5
    page.context.close()
