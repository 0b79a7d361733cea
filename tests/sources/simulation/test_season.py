"""The simulated calendar, and local time in its zones."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from keepwell.sources.simulation.season import Calendar, local, stream, utc


def test_a_span_of_months_ends_on_the_day_of_the_examples() -> None:
    calendar = Calendar.of(24)
    assert (calendar.start, calendar.end) == (date(2023, 7, 1), date(2025, 6, 30))
    assert calendar.days == 730
    assert calendar.weeks == 105


def test_weeks_are_counted_from_the_first_day() -> None:
    calendar = Calendar.of(24)
    days = np.array(["2023-06-30", "2023-07-01", "2023-07-07", "2023-07-08"], dtype="datetime64[D]")
    assert calendar.week(days).tolist() == [-1, 0, 0, 1]
    assert calendar.day(1) == np.datetime64("2023-07-08")


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Europe/London"])
@pytest.mark.parametrize(
    "instant",
    [
        "2024-01-15T12:00:00",
        "2024-03-10T06:59:59",
        "2024-03-31T01:00:00",
        "2024-10-27T00:59:59",
        "2024-11-03T06:00:00",
    ],
)
def test_local_time_is_what_the_zone_database_says(zone: str, instant: str) -> None:
    shown = local(np.array([instant], dtype="datetime64[s]"), zone)[0].item()
    aware = datetime.fromisoformat(instant).replace(tzinfo=UTC).astimezone(ZoneInfo(zone))
    assert shown == aware.replace(tzinfo=None)


def test_local_time_leads_back_to_the_instant() -> None:
    instants = np.datetime64("2023-07-01T00:30:00", "s") + np.arange(0, 700 * 86400, 86400 + 3611)
    for zone in ("Europe/Berlin", "America/Los_Angeles"):
        assert (
            utc(local(instants, zone), zone) == instants
        ).mean() > 0.995  # the rest lies where clocks go back


def test_what_is_unknown_stays_unknown() -> None:
    nothing = np.array(["NaT"], dtype="datetime64[s]")
    assert np.isnat(local(nothing, "Europe/Berlin")).all()


def test_weekends_and_the_turn_of_the_year_are_quiet() -> None:
    calendar = Calendar.of(24)
    busy = calendar.busy()
    days = [datetime.fromisoformat(str(calendar.first + number)) for number in range(len(busy))]
    tuesdays = [busy[number] for number, day in enumerate(days) if day.weekday() == 1 and day.month == 5]
    sundays = [busy[number] for number, day in enumerate(days) if day.weekday() == 6 and day.month == 5]
    christmas = [busy[number] for number, day in enumerate(days) if (day.month, day.day) == (12, 26)]
    assert max(sundays) < 0.15 * min(tuesdays)
    assert max(christmas) < 0.6 * min(tuesdays)


def test_streams_are_reproducible_and_differ_by_name() -> None:
    assert stream(3, "usage").random() == stream(3, "usage").random()
    assert stream(3, "usage").random() != stream(3, "support").random()
    assert stream(3, "usage").random() != stream(4, "usage").random()
