"""Figures as readers read them; the browser's own `Intl` is the witness."""

from datetime import UTC, date, datetime

import pytest
from playwright.sync_api import Browser

from keepwell.web.look.locales import _LANGUAGES, _PLACES
from keepwell.web.look.saying import Saying
from tests.web.chromium import NEEDED, browser

__all__ = ["browser"]

NUMBERS = (0.0, 7.3, 999.5, 1234.5, 12345.678, 1234567.891, -1234.5)


@NEEDED
def test_numbers_are_written_as_the_browser_writes_them(browser: Browser) -> None:
    page = browser.new_page()
    locales = sorted({*_LANGUAGES, *_PLACES, "en-GB", "de-DE", "fr-FR", "pt-BR"})
    script = """([locales, numbers]) => Object.fromEntries(locales.map((locale) => [locale, numbers.map((number) =>
        new Intl.NumberFormat(locale, {minimumFractionDigits: 1, maximumFractionDigits: 1, numberingSystem: "latn"}).format(number))]))"""
    locales = page.evaluate("(locales) => Intl.NumberFormat.supportedLocalesOf(locales)", locales)
    assert len(locales) > 35
    theirs = page.evaluate(script, [locales, NUMBERS])
    ours = {locale: [Saying(locale=locale).number(number, 1) for number in NUMBERS] for locale in locales}
    plain = {
        locale: [text.replace("\N{MINUS SIGN}", "-") for text in texts] for locale, texts in ours.items()
    }
    page.close()
    seen = {
        locale: [text.replace("\N{MINUS SIGN}", "-").replace("\u200e", "") for text in texts]
        for locale, texts in theirs.items()
    }
    assert {locale: (plain[locale], seen[locale]) for locale in plain if plain[locale] != seen[locale]} == {}


def test_days_are_those_of_the_readers_zone() -> None:
    late = datetime(2025, 6, 30, 23, 30, tzinfo=UTC)
    assert Saying(zone="Europe/Berlin").moment(late) == "1 Jul 2025, 01:30"
    assert Saying(zone="America/New_York", locale="en-US").moment(late) == "Jun 30, 2025, 19:30"
    assert Saying().short_day(date(2025, 3, 2), date(2025, 9, 9)) == "2 Mar"
    assert Saying().short_day(date(2024, 3, 2), date(2025, 9, 9)) == "2 Mar 2024"


def test_a_day_of_the_project_is_that_day_everywhere() -> None:
    first = datetime(2025, 6, 30, 22, tzinfo=UTC)
    there = Saying(zone="America/New_York", home="Europe/Berlin")
    assert there.day(first) == there.moment(first) == "1 Jul 2025"
    assert there.within(first, date(2025, 7, 1)) == "today"
    assert there.moment(first.replace(minute=5)) == "30 Jun 2025, 18:05"


@pytest.mark.parametrize(
    ("at", "said"),
    [(datetime(2025, 6, 30, 22, 30, tzinfo=UTC), "in 1 day"), (datetime(2025, 6, 30, 9, tzinfo=UTC), "today"), (datetime(2025, 6, 27, tzinfo=UTC), "3 days ago")],
)  # fmt: skip
def test_how_far_a_day_is_away(at: datetime, said: str) -> None:
    assert Saying(zone="Europe/Berlin").within(at, date(2025, 6, 30)) == said


def test_figures() -> None:
    say = Saying(locale="de", currency="EUR")
    assert say.money(1234567) == "EUR\N{NO-BREAK SPACE}1.234.567"
    assert say.short_money(1234567) == "EUR\N{NO-BREAK SPACE}1,23\N{NO-BREAK SPACE}M"
    assert say.points(-14.25) == "\N{MINUS SIGN}14,2"
    assert say.points(0.04) == "0,0"
    assert say.points(3) == "+3,0"
    assert say.measured(0.125, "percent") == "12%"
    assert say.number(None) == say.money(None) == "\N{EN DASH}"
    assert say.number(-0.04, 1) == "0,0"
    assert say.count(1200, "account") == "1.200 accounts"


@pytest.mark.parametrize(
    ("text", "in_german"),
    [
        (
            "Usage: fell 39.2%, full marks at 30%: −10.9 points",
            "Usage: fell 39,2%, full marks at 30%: −10,9 points",
        ),
        ("1,678 others, 12,345.5 hours.", "1.678 others, 12.345,5 hours."),
        ("Score set to 75 until 2025-06-30 by kim", "Score set to 75 until 30 Jun 2025 by kim"),
        (
            "version 3.1.2 of C-1.5 at 10.0.0.1, in 2025, v2.5",
            "version 3.1.2 of C-1.5 at 10.0.0.1, in 2025, v2.5",
        ),
        ("2025-13-45 is no day", "2025-13-45 is no day"),
    ],
)
def test_sentences_are_told_as_the_reader_reads_numbers_and_days(text: str, in_german: str) -> None:
    assert Saying(locale="de").told(text) == in_german


def test_english_readers_read_the_numbers_as_they_stand() -> None:
    told = Saying(locale="en-US").told("Fell 1,234.5 by 2025-06-30")
    assert told == "Fell 1,234.5 by Jun 30, 2025"


@pytest.mark.parametrize(
    ("line", "in_german"),
    [
        ("Route 1.5 (A-7): 62.5 → 39.0", "Route 1.5 (A-7): 62,5 → 39,0"),
        ("Area 1,500 (2025-06-30) (2.5): fell 1,234.5", "Area 1,500 (2025-06-30) (2.5): fell 1.234,5"),
        ("Call Route 1.5 (A-7), since 2025-06-30", "Call Route 1.5 (A-7), since 30 Jun 2025"),
        ("Usage fell by 39.2% since 2025-06-30", "Usage fell by 39,2% since 30 Jun 2025"),
    ],
)
def test_what_an_account_is_called_is_left_as_it_is(line: str, in_german: str) -> None:
    assert Saying(locale="de").told_of(line) == in_german
