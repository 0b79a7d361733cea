"""Spans and windows, worked by hand: both ways of daylight saving, month ends, leap years."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from keepwell.signals.window import Span, Unit, Window, local_date, midnight

BERLIN = ZoneInfo("Europe/Berlin")
NEW_YORK = ZoneInfo("America/New_York")
KOLKATA = ZoneInfo("Asia/Kolkata")


def berlin(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("28 days", Span(28, Unit.DAYS)),
        ("1 week", Span(1, Unit.WEEKS)),
        (" 12 hours ", Span(12, Unit.HOURS)),
        ("3 months", Span(3, Unit.MONTHS)),
        ("1 year", Span(1, Unit.YEARS)),
        ("0 days", Span(0, Unit.DAYS)),
    ],
)
def test_a_span_is_read(text: str, span: Span) -> None:
    assert Span.parse(text) == span


@pytest.mark.parametrize("text", ["", "days", "28", "-1 days", "1.5 days", "2 fortnights", "1 day ago"])
def test_what_is_no_span_says_what_would_be(text: str) -> None:
    with pytest.raises(ValueError, match="'28 days', '3 months' or '12 hours'"):
        Span.parse(text)


def test_a_span_is_written_as_it_is_read() -> None:
    assert [str(Span.parse(text)) for text in ("28 days", "1 week", "0 hours")] == [
        "28 days",
        "1 week",
        "0 hours",
    ]


@pytest.mark.parametrize(
    ("text", "days"), [("36 hours", 1.5), ("28 days", 28), ("2 weeks", 14), ("3 months", 90), ("1 year", 365)]
)
def test_a_span_has_a_nominal_length(text: str, days: float) -> None:
    assert Span.parse(text).days == days


def test_a_day_before_clocks_went_forward_is_the_same_local_time_though_23_hours() -> None:
    # Berlin went from +1 to +2 on 2024-03-31 at 2:00.
    assert Span.parse("1 day").before(berlin("2024-03-31 09:00"), BERLIN) == utc("2024-03-30 08:00")
    assert Span.parse("24 hours").before(berlin("2024-03-31 09:00"), BERLIN) == utc("2024-03-30 07:00")


def test_a_day_before_clocks_went_back_is_the_same_local_time_though_25_hours() -> None:
    # Berlin went from +2 to +1 on 2024-10-27 at 3:00.
    assert Span.parse("1 day").before(berlin("2024-10-27 09:00"), BERLIN) == utc("2024-10-26 07:00")
    assert Span.parse("24 hours").before(berlin("2024-10-27 09:00"), BERLIN) == utc("2024-10-26 08:00")


def test_a_local_time_that_was_skipped_is_read_with_the_offset_before() -> None:
    # 2:30 on 2024-03-31 does not exist in Berlin; with +1 it is 1:30 UTC, that is 3:30 local.
    assert Span.parse("1 day").before(berlin("2024-04-01 02:30"), BERLIN) == utc("2024-03-31 01:30")


def test_a_local_time_that_came_twice_is_the_first() -> None:
    # 2:30 on 2024-10-27 came at +2 (0:30 UTC), then at +1 (1:30 UTC).
    assert Span.parse("1 day").before(berlin("2024-10-28 02:30"), BERLIN) == utc("2024-10-27 00:30")


def test_an_instant_in_the_second_of_two_equal_hours_counts_back_from_its_local_time() -> None:
    second = datetime(2024, 10, 27, 2, 30, tzinfo=BERLIN, fold=1)
    assert Span.parse("1 day").before(second, BERLIN) == utc("2024-10-26 00:30")
    assert Span.parse("1 hour").before(second, BERLIN) == utc("2024-10-27 00:30")


def test_new_york_has_its_own_days_of_change() -> None:
    # New York went from -5 to -4 on 2024-03-10 at 2:00 and back on 2024-11-03 at 2:00.
    spring = datetime(2024, 3, 11, tzinfo=NEW_YORK)
    autumn = datetime(2024, 11, 4, tzinfo=NEW_YORK)
    assert Span.parse("2 days").before(spring, NEW_YORK) == utc("2024-03-09 05:00")
    assert Span.parse("2 days").before(autumn, NEW_YORK) == utc("2024-11-02 04:00")


def test_an_instant_given_in_another_zone_means_the_same() -> None:
    assert Span.parse("1 day").before(utc("2024-03-31 07:00"), BERLIN) == utc("2024-03-30 08:00")


@pytest.mark.parametrize(
    ("day", "span", "earlier"),
    [
        (date(2024, 3, 31), "1 month", date(2024, 2, 29)),
        (date(2023, 3, 31), "1 month", date(2023, 2, 28)),
        (date(2024, 3, 30), "1 month", date(2024, 2, 29)),
        (date(2024, 7, 31), "1 month", date(2024, 6, 30)),
        (date(2024, 1, 31), "2 months", date(2023, 11, 30)),
        (date(2024, 1, 15), "13 months", date(2022, 12, 15)),
        (date(2024, 2, 29), "1 year", date(2023, 2, 28)),
        (date(2024, 2, 29), "4 years", date(2020, 2, 29)),
        (date(2025, 3, 1), "1 year", date(2024, 3, 1)),
        (date(2024, 3, 1), "1 day", date(2024, 2, 29)),
        (date(2024, 3, 7), "1 week", date(2024, 2, 29)),
    ],
)
def test_months_and_years_end_where_the_calendar_does(day: date, span: str, earlier: date) -> None:
    assert Span.parse(span).before(midnight(day, BERLIN), BERLIN) == midnight(earlier, BERLIN)


def test_a_window_is_from_so_long_before_up_to_the_instant() -> None:
    start, end = Window(Span.parse("28 days")).bounds(berlin("2024-04-10 00:00"), BERLIN)
    assert (start, end) == (utc("2024-03-12 23:00"), utc("2024-04-09 22:00"))


def test_a_window_may_end_before_the_instant() -> None:
    window = Window(Span.parse("35 days"), Span.parse("7 days"))
    start, end = window.bounds(utc("2024-04-10 12:00"), ZoneInfo("UTC"))
    assert (start, end) == (utc("2024-03-06 12:00"), utc("2024-04-03 12:00"))
    assert (window.days, str(window)) == (28, "35 days to 7 days ago")


def test_a_windows_edges_are_in_utc() -> None:
    start, end = Window(Span.parse("1 day")).bounds(datetime(2024, 6, 1, tzinfo=KOLKATA), KOLKATA)
    assert (start.tzinfo, end.tzinfo) == (UTC, UTC)
    assert start == utc("2024-05-30 18:30")


def test_the_local_day_of_an_instant() -> None:
    assert local_date(utc("2024-06-30 22:30"), BERLIN) == date(2024, 7, 1)
    assert local_date(utc("2024-06-30 22:30"), NEW_YORK) == date(2024, 6, 30)
    assert local_date(utc("2024-06-30 18:30"), KOLKATA) == date(2024, 7, 1)


def test_midnight_is_the_days_first_instant() -> None:
    assert midnight(date(2024, 3, 31), BERLIN) == utc("2024-03-30 23:00")
    assert midnight(date(2024, 4, 1), BERLIN) == utc("2024-03-31 22:00")


@pytest.mark.parametrize(
    ("span", "instant", "after"),
    [
        ("1 day", "2024-03-30T09:00", "2024-03-31T09:00"),
        ("24 hours", "2024-03-30T09:00", "2024-03-31T10:00"),
        ("1 day", "2024-10-26T09:00", "2024-10-27T09:00"),
        ("1 month", "2024-01-31T09:00", "2024-02-29T09:00"),
        ("1 year", "2024-02-29T09:00", "2025-02-28T09:00"),
        ("3 months", "2024-11-15T00:00", "2025-02-15T00:00"),
        ("0 days", "2024-11-15T00:00", "2024-11-15T00:00"),
    ],
)
def test_a_span_after_an_instant_is_counted_on_the_calendar(span: str, instant: str, after: str) -> None:
    assert Span.parse(span).after(berlin(instant), BERLIN) == berlin(after)
