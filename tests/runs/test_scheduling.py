from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from keepwell.project.schedule import Timing, Work
from keepwell.runs.scheduling import LATE, due

DAILY = {Work.LOAD: Timing("0 5 * * *", ZoneInfo("UTC")), Work.SCORE: Timing("30 5 * * *", ZoneInfo("UTC"))}
FIVE = datetime(2025, 7, 1, 5, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def test_work_is_due_once_when_its_time_has_come() -> None:
    assert due(DAILY, FIVE - 2 * SECOND, FIVE - SECOND) == []
    assert due(DAILY, FIVE - SECOND, FIVE) == [(Work.LOAD, FIVE)]
    assert due(DAILY, FIVE, FIVE + SECOND) == []


def test_nothing_is_due_when_the_clock_goes_back() -> None:
    assert due(DAILY, FIVE + SECOND, FIVE - timedelta(hours=1)) == []


def test_of_many_times_that_a_jump_passed_over_the_last_counts_and_only_if_it_is_not_long_past() -> None:
    minutely = {Work.SCORE: Timing("* * * * *", ZoneInfo("UTC"))}
    assert due(minutely, FIVE - timedelta(days=400), FIVE) == [(Work.SCORE, FIVE)]
    assert due(DAILY, FIVE - timedelta(days=400), FIVE + LATE + SECOND) == []
    assert due(DAILY, FIVE - timedelta(days=400), FIVE + LATE - SECOND) == [(Work.LOAD, FIVE)]
