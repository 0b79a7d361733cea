"""Local times: by hand, and in every zone around its clock changes, against one that looks at every minute."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keepwell.outreach.local_time import (
    BusinessHours,
    QuietHours,
    Workdays,
    due,
    earliest_at,
    first_at,
    later,
    next_allowed,
    next_change,
)
from keepwell.signals.window import Span

BERLIN = ZoneInfo("Europe/Berlin")
APIA = ZoneInfo("Pacific/Apia")
NUUK = ZoneInfo("America/Nuuk")
HAVANA = ZoneInfo("America/Havana")
MINUTE = timedelta(minutes=1)
WEEK = Workdays()
ZONES = sorted(available_timezones())
NIGHT = QuietHours(time(21), time(8))


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_an_hour_that_is_still_to_come_is_today_and_one_that_has_gone_is_tomorrow() -> None:
    assert earliest_at(utc("2026-07-01 06:59"), time(9), BERLIN) == utc("2026-07-01 07:00")
    assert earliest_at(utc("2026-07-01 07:00"), time(9), BERLIN) == utc("2026-07-01 07:00")
    assert earliest_at(utc("2026-07-01 07:01"), time(9), BERLIN) == utc("2026-07-02 07:00")


def test_nine_stays_nine_over_both_changes_of_the_clock() -> None:
    # Berlin is at +1 until 2026-03-29 and from 2026-10-25 on, at +2 between.
    assert earliest_at(utc("2026-03-28 09:00"), time(9), BERLIN) == utc("2026-03-29 07:00")
    assert earliest_at(utc("2026-10-24 09:00"), time(9), BERLIN) == utc("2026-10-25 08:00")


def test_an_hour_that_is_passed_over_is_the_end_of_the_gap() -> None:
    assert first_at(date(2026, 3, 29), time(2, 30), BERLIN) == utc("2026-03-29 01:00")


def test_of_an_hour_that_comes_twice_it_is_the_first_and_the_second_is_too_late() -> None:
    assert earliest_at(utc("2026-10-24 22:00"), time(2, 30), BERLIN) == utc("2026-10-25 00:30")
    assert earliest_at(utc("2026-10-25 00:31"), time(2, 30), BERLIN) == utc("2026-10-26 01:30")


def test_a_day_that_the_calendar_lacks_is_passed_over() -> None:
    # Samoa went over the date line: 2011-12-29 (-10) was followed by 2011-12-31 (+14).
    assert first_at(date(2011, 12, 30), time(9), APIA) is None
    assert earliest_at(utc("2011-12-29 20:00"), time(9), APIA) == utc("2011-12-30 19:00")
    # From Thursday 2011-12-29 9:00 the next business day is Monday 2012-01-02: the Friday never was.
    assert later(utc("2011-12-29 19:00"), Span.parse("1 day"), APIA, WEEK) == utc("2012-01-01 19:00")


def test_an_evening_that_is_passed_over_waits_for_the_next_one() -> None:
    # Nuuk goes from 23:00 (-2) on Saturday 2026-03-28 to 0:00 (-1) on Sunday.
    assert first_at(date(2026, 3, 28), time(23, 30), NUUK) is None
    assert earliest_at(utc("2026-03-28 12:00"), time(23, 30), NUUK) == utc("2026-03-30 00:30")


def test_midnight_that_is_passed_over_is_the_first_instant_of_the_day() -> None:
    # Havana goes from 0:00 (-5) to 1:00 (-4) on 2026-03-08.
    assert first_at(date(2026, 3, 8), time(0), HAVANA) == utc("2026-03-08 05:00")


def test_business_days_leave_out_weekends_and_holidays() -> None:
    days = Workdays(holidays=frozenset({date(2026, 12, 25)}))
    # Thursday 2026-12-24, 10:00 in Berlin: Friday is a holiday, then comes the weekend.
    assert later(utc("2026-12-24 09:00"), Span.parse("1 day"), BERLIN, days) == utc("2026-12-28 09:00")
    assert later(utc("2026-12-24 09:00"), Span.parse("2 days"), BERLIN, days) == utc("2026-12-29 09:00")
    assert later(utc("2026-12-26 09:00"), Span.parse("1 day"), BERLIN, days) == utc("2026-12-28 09:00")
    assert earliest_at(utc("2026-12-24 09:00"), time(9), BERLIN, days) == utc("2026-12-28 08:00")
    assert next_allowed(utc("2026-12-25 09:00"), BERLIN, None, days) == utc("2026-12-27 23:00")


def test_only_days_are_counted_in_business_days() -> None:
    friday = utc("2026-12-18 09:00")
    assert later(friday, Span.parse("1 week"), BERLIN, WEEK) == utc("2026-12-25 09:00")
    assert later(friday, Span.parse("30 hours"), BERLIN, WEEK) == utc("2026-12-19 15:00")
    assert later(friday, Span.parse("0 days"), BERLIN, WEEK) == friday
    assert later(friday, Span.parse("1 day"), BERLIN) == utc("2026-12-19 09:00")


@pytest.mark.parametrize(
    ("shown", "quiet"),
    [("20:59", False), ("21:00", True), ("00:00", True), ("07:59", True), ("08:00", False)],
)
def test_quiet_hours_go_over_midnight(shown: str, quiet: bool) -> None:
    assert NIGHT.hold(time.fromisoformat(shown)) is quiet


def test_quiet_hours_end_when_the_clock_where_the_contact_is_says_so() -> None:
    assert next_allowed(utc("2026-07-01 18:59"), BERLIN, NIGHT) == utc("2026-07-01 18:59")
    assert next_allowed(utc("2026-07-01 19:00"), BERLIN, NIGHT) == utc("2026-07-02 06:00")
    # The night of Saturday 2026-03-28 is an hour shorter; Saturday night, and no business day before Monday.
    assert next_allowed(utc("2026-03-28 20:00"), BERLIN, NIGHT) == utc("2026-03-29 06:00")
    assert next_allowed(utc("2026-03-28 20:00"), BERLIN, NIGHT, WEEK) == utc("2026-03-30 06:00")


def test_work_is_due_after_as_many_business_hours() -> None:
    hours = BusinessHours()
    # Friday 2026-07-03, 16:00 in Berlin: one hour on Friday, the rest on Monday from nine on.
    assert due(utc("2026-07-03 14:00"), timedelta(hours=4), hours, BERLIN) == utc("2026-07-06 10:00")
    assert due(utc("2026-07-03 14:00"), timedelta(hours=1), hours, BERLIN) == utc("2026-07-03 15:00")
    assert due(utc("2026-07-04 14:00"), timedelta(hours=16), hours, BERLIN) == utc("2026-07-07 15:00")
    assert due(utc("2026-07-04 14:00"), timedelta(0), hours, BERLIN) == utc("2026-07-04 14:00")


def test_what_makes_no_sense_is_refused() -> None:
    with pytest.raises(ValueError, match="some of 0"):
        Workdays(frozenset())
    with pytest.raises(ValueError, match="none, or all day"):
        QuietHours(time(8), time(8))
    with pytest.raises(ValueError, match="begin before they end"):
        BusinessHours(time(17), time(9))


def _changes(zone: ZoneInfo, year: int) -> Iterator[datetime]:
    """The instants of a year at which a zone's clock changes, by looking at every day, and then at every minute."""
    days = [datetime(year, 1, 1, tzinfo=UTC) + timedelta(days=n) for n in range(366)]
    offsets = [day.astimezone(zone).utcoffset() for day in days]
    for day, (before, after) in zip(days, pairwise(offsets), strict=False):
        if before != after:
            minutes = (day + n * MINUTE for n in range(24 * 60 + 1))
            yield next(each for each in minutes if each.astimezone(zone).utcoffset() != before)


CHANGES = [(zone, change) for name in ZONES for zone in [ZoneInfo(name)] for change in _changes(zone, 2026)]


class Minutes:
    """Every minute from one on, for some days, with what the clock shows: all that is looked for is found by looking at each."""

    def __init__(self, start: datetime, zone: ZoneInfo, days: int) -> None:
        self.each = [start + n * MINUTE for n in range(days * 24 * 60)]
        self.shown = [each.astimezone(zone).replace(tzinfo=None, fold=0) for each in self.each]

    def allowed(self, index: int, quiet: QuietHours, days: Workdays) -> datetime:
        return next(
            self.each[n]
            for n in range(index, len(self.each))
            if days.open(self.shown[n].date()) and not quiet.hold(self.shown[n].time())
        )

    def due(self, index: int, work: int, hours: BusinessHours) -> datetime:
        for n in range(index, len(self.each)):
            if not work:
                return self.each[n]
            work -= hours.open(self.shown[n])
        raise AssertionError("too few minutes")

    def at(self, index: int, hour: time) -> datetime:
        seen = {self.shown[0].date()}  # that day has begun before
        for n, shown in enumerate(self.shown):
            if shown.date() not in seen and shown.time() >= hour:
                seen.add(shown.date())
                if n >= index:
                    return self.each[n]
        raise AssertionError("too few minutes")


MINUTES_OF_DAY = st.integers(0, 24 * 60 - 1).map(lambda n: time(n // 60, n % 60))
QUIET = (
    st.tuples(MINUTES_OF_DAY, MINUTES_OF_DAY)
    .filter(lambda two: two[0] != two[1])
    .map(lambda two: QuietHours(*two))
)
WORKDAYS = st.frozensets(st.integers(0, 6), min_size=1).map(Workdays)


def _compare(
    case: tuple[ZoneInfo, datetime], index: int, quiet: QuietHours, days: Workdays, work: int
) -> None:
    zone, start = case
    minutes = Minutes(start - timedelta(days=2), zone, 12)
    index += 2 * 24 * 60
    at = minutes.each[index]
    hours = BusinessHours(
        min(quiet.start, quiet.end), max(quiet.start, quiet.end), Workdays(frozenset(range(6)))
    )
    assert next_allowed(at, zone, quiet, days) == minutes.allowed(index, quiet, days)
    assert earliest_at(at, quiet.end, zone) == minutes.at(index, quiet.end)
    assert due(at, work * MINUTE, hours, zone) == minutes.due(index, work, hours)


@settings(max_examples=40)
@given(st.sampled_from(CHANGES), st.integers(0, 2880), QUIET, WORKDAYS, st.integers(0, 100))
def test_around_changes_of_the_clock_every_minute_agrees(
    case: tuple[ZoneInfo, datetime], index: int, quiet: QuietHours, days: Workdays, share: int
) -> None:
    start, end = quiet.start, quiet.end
    length = abs((start.hour - end.hour) * 60 + start.minute - end.minute)
    zone, change = case
    begin = change.replace(hour=0, minute=0) - timedelta(days=2)
    _compare((zone, begin), index, quiet, days, length * share // 50)


@settings(max_examples=40)
@given(st.sampled_from(ZONES), st.integers(0, 62 * 365), st.integers(0, 2880), QUIET)
def test_in_every_zone_every_minute_agrees(name: str, day: int, index: int, quiet: QuietHours) -> None:
    begin = datetime(1975, 1, 1, tzinfo=UTC) + timedelta(days=day)
    _compare((ZoneInfo(name), begin), index, quiet, WEEK, 5)


def test_every_change_of_the_clock_is_found_to_the_second() -> None:
    assert len({zone.key for zone, _ in CHANGES}) > 100
    for zone, change in CHANGES:
        early = change - timedelta(hours=7, microseconds=1)
        assert next_change(early, change + timedelta(hours=5, microseconds=3), zone) == change
        assert next_change(early, change, zone) == change
        assert next_change(change, change + timedelta(hours=5), zone) is None


@pytest.mark.parametrize("hour", [time(0), time(1, 30), time(2, 30), time(9), time(23, 30)])
def test_in_every_zone_an_hour_is_kept_over_both_changes_of_the_clock(hour: time) -> None:
    for zone, change in CHANGES:
        at = change - timedelta(days=2)
        shown = []
        for _ in range(4):
            at = earliest_at(at, hour, zone)
            shown.append(at.astimezone(zone))
            at += MINUTE
        days = [each.date() for each in shown]
        assert len(set(days)) == 4
        assert days == sorted(days)
        for each in shown:
            assert each.time() == hour or next_change(
                each.astimezone(UTC) - MINUTE, each.astimezone(UTC), zone
            ), (zone, each)


@given(st.sampled_from(ZONES), st.integers(0, 62 * 365 * 1440), st.integers(1, 12), WORKDAYS)
def test_so_many_business_days_later_there_were_so_many(
    name: str, minute: int, count: int, days: Workdays
) -> None:
    zone = ZoneInfo(name)
    at = datetime(1975, 1, 1, tzinfo=UTC) + minute * MINUTE
    found = later(at, Span.parse(f"{count} days"), zone, days)
    first, last = at.astimezone(zone), found.astimezone(zone)
    passed = [first.date() + timedelta(days=n) for n in range(1, (last.date() - first.date()).days + 1)]
    reached = [day for day in passed if days.open(day) and first_at(day, first.time().replace(fold=0), zone)]
    assert (len(reached), reached[-1]) == (count, last.date())
    assert last.time() >= first.time()
