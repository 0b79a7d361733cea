"""The page in a real Chromium: nothing asked of the network, nothing on the console, usable by keyboard and on a phone."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from keepwell.web.report.page import html
from tests.web.chromium import NEEDED, WEAK_TEXTS, Opened, browser
from tests.web.made import firm

pytestmark = NEEDED
__all__ = ["browser"]


@pytest.fixture(scope="module")
def report_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("report") / "report.html"
    path.write_text(html(firm()), encoding="utf-8")
    return path


@pytest.mark.parametrize("width", [320, 375, 768, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_opens_offline_at_any_width(browser: Browser, report_file: Path, width: int, scheme: str) -> None:
    opened = Opened(browser, report_file, width, scheme)
    page = opened.page
    page.locator("button.open").first.click()
    assert opened.said == []
    assert [url for url in opened.asked if not url.startswith("data:")] == [report_file.as_uri()]
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate(
        "document.getElementById('accounts').scrollWidth <= document.querySelector('.card.flush').clientWidth"
    )
    page.context.close()


def test_dark_is_dark(browser: Browser, report_file: Path) -> None:
    paper = []
    for scheme in ("light", "dark"):
        page = Opened(browser, report_file, 1280, scheme).page
        paper.append(page.evaluate("getComputedStyle(document.body).backgroundColor"))
        page.context.close()
    assert paper == ["rgb(247, 248, 250)", "rgb(13, 15, 20)"]


def test_all_text_has_contrast_enough(browser: Browser, report_file: Path) -> None:
    """WCAG 2 AA: 4.5 to 1 between every text and what is painted below it, in light and dark."""
    for scheme in ("light", "dark"):
        page = Opened(browser, report_file, 1280, scheme).page
        page.locator("button.open").first.click()
        page.mouse.move(0, 0)
        assert page.evaluate(WEAK_TEXTS) == [], scheme
        page.context.close()


def test_details_open_and_close_from_the_keyboard(browser: Browser, report_file: Path) -> None:
    page = Opened(browser, report_file, 1280, "light").page
    first = page.locator("button.open").first
    detail = page.locator("#" + str(first.get_attribute("aria-controls")))
    assert not detail.is_visible()
    first.focus()
    page.keyboard.press("Enter")
    assert detail.is_visible()
    assert first.get_attribute("aria-expanded") == "true"
    assert "How the score comes about" in detail.inner_text()
    page.keyboard.press("Space")
    assert not detail.is_visible()
    page.context.close()


def test_tab_reaches_the_skip_link_first_and_it_leads_to_the_report(
    browser: Browser, report_file: Path
) -> None:
    page = Opened(browser, report_file, 1280, "light").page
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the report"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.context.close()


def test_filters_and_search_narrow_the_table(browser: Browser, report_file: Path) -> None:
    page = Opened(browser, report_file, 1280, "light").page
    act = firm().portfolio.to_act
    red = [score for score in act if score.band == "red"]
    shown = page.locator("#accounts tbody:visible")
    assert shown.count() == 25
    assert page.locator("#shown").inner_text() == f"25 of {len(act)} shown"
    page.select_option("#band", "red")
    assert shown.count() == len(red)
    page.fill("#q", f"{red[0].account_id} {red[0].owner.split()[0].lower()}")
    assert shown.count() == 1
    page.fill("#q", "nobody by this name")
    assert page.locator("#none").is_visible()
    page.click("#clear")
    assert shown.count() == 25
    page.click("#all")
    assert shown.count() == len(act)
    page.context.close()


def test_columns_sort_both_ways_and_say_so(browser: Browser, report_file: Path) -> None:
    page = Opened(browser, report_file, 1280, "light").page
    head = page.locator("#accounts thead th").nth(1)
    head.get_by_role("button").click()
    assert head.get_attribute("aria-sort") == "descending"
    act = firm().portfolio.to_act
    ordered = sorted((score.score or 0 for score in act), reverse=True)
    cells = page.locator("#accounts tbody tr.head td:nth-child(2)")
    assert cells.first.inner_text() == f"{ordered[0]:.1f}"
    head.get_by_role("button").click()
    assert head.get_attribute("aria-sort") == "ascending"
    assert cells.first.inner_text() == f"{ordered[-1]:.1f}"
    assert page.locator("#accounts [aria-sort]").count() == 1
    page.context.close()


def test_everything_is_there_without_script(browser: Browser, report_file: Path) -> None:
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto(report_file.as_uri())
    assert page.locator("#a1").is_visible()
    assert not page.locator(".tools").is_visible()
    page.context.close()
