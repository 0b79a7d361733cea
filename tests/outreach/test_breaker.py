"""Breakers: each limit from just below to just at it, worked out by hand, and every arrow."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from keepwell.outreach.breaker import DAY, HOUR, Breaker, Counts, Level, State, Step, findings

NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)
NOTHING = Counts()
RUNNING = Breaker(State.RUNNING, NOON)


def _levels(hour: Counts = NOTHING, day: Counts = NOTHING) -> list[tuple[str, int, str]]:
    found = findings({HOUR: hour, DAY: day})
    return [(each.limit.harm.value, each.limit.over // HOUR, each.level.value) for each in found]


@pytest.mark.parametrize(
    ("sent", "complaints", "level"),
    [
        (200, 0, None),
        (200, 1, "warn"),  # 0.5%
        (201, 1, None),
        (200, 2, "pause"),  # 1%
        (1000, 4, None),
        (1000, 5, "warn"),
        (1000, 9, "warn"),
        (1000, 10, "pause"),
        (1001, 10, "warn"),
        (199, 199, None),  # too few to say
    ],
)
def test_complaints_within_an_hour(sent: int, complaints: int, level: str | None) -> None:
    found = _levels(hour=Counts(sent, complaints))
    assert found == ([] if level is None else [("complaints", 1, level)])


@pytest.mark.parametrize(
    ("sent", "complaints", "level"),
    [
        (2000, 2, None),
        (2000, 3, "warn"),  # 0.15%
        (2001, 3, None),
        (2000, 5, "warn"),
        (2000, 6, "pause"),  # 0.3%
        (10_000, 29, "warn"),
        (10_000, 30, "pause"),
        (199, 10, None),
    ],
)
def test_complaints_within_a_day(sent: int, complaints: int, level: str | None) -> None:
    found = _levels(day=Counts(sent, complaints))
    assert found == ([] if level is None else [("complaints", 24, level)])


@pytest.mark.parametrize(
    ("sent", "bounces", "level"),
    [(200, 9, None), (200, 10, "warn"), (200, 19, "warn"), (200, 20, "pause"), (199, 199, None)],
)
def test_hard_bounces(sent: int, bounces: int, level: str | None) -> None:
    counts = Counts(sent, hard_bounces=bounces)
    expected = [] if level is None else [("hard_bounces", 1, level), ("hard_bounces", 24, level)]
    assert _levels(hour=counts, day=counts) == expected


@pytest.mark.parametrize(
    ("attempts", "errors", "level"),
    [(20, 1, None), (20, 2, "warn"), (20, 9, "warn"), (20, 10, "pause"), (19, 19, None)],
)
def test_errors(attempts: int, errors: int, level: str | None) -> None:
    found = _levels(hour=Counts(attempts=attempts, errors=errors))
    assert found == ([] if level is None else [("errors", 1, level)])


def test_where_nothing_was_sent_there_is_nothing_to_say() -> None:
    assert _levels() == []


def test_a_pause_says_what_was_counted_and_a_warning_changes_nothing() -> None:
    assert RUNNING.judged({HOUR: Counts(200, 1), DAY: NOTHING}, NOON + HOUR) == RUNNING
    tripped = RUNNING.judged({HOUR: Counts(200, 2), DAY: Counts(1000, 2, 100)}, NOON + HOUR)
    assert tripped == Breaker(
        State.TRIPPED,
        NOON + HOUR,
        "",
        "2 complaints of 200 within 1 hour (1.00%); 100 hard bounces of 1000 within 24 hours (10.00%)",
    )
    assert tripped.judged({HOUR: Counts(200, 9), DAY: NOTHING}, NOON + DAY) == tripped
    assert [each.level for each in findings({HOUR: Counts(200, 2), DAY: Counts(2000, 3)})] == [
        Level.PAUSE,
        Level.WARN,
    ]


@pytest.mark.parametrize(
    ("state", "step", "to"),
    [
        (State.RUNNING, Step.TRIP, State.TRIPPED),
        (State.RUNNING, Step.STOP, State.STOPPED),
        (State.RUNNING, Step.RESUME, None),
        (State.TRIPPED, Step.TRIP, None),
        (State.TRIPPED, Step.STOP, State.STOPPED),
        (State.TRIPPED, Step.RESUME, State.RUNNING),
        (State.STOPPED, Step.TRIP, None),
        (State.STOPPED, Step.STOP, None),
        (State.STOPPED, Step.RESUME, State.RUNNING),
    ],
)
def test_a_step_leads_where_its_arrow_does_or_nowhere(state: State, step: Step, to: State | None) -> None:
    before = replace(RUNNING, state=state)
    after = before.after(step, NOON + HOUR, by="kim", because="as agreed")
    assert after == (before if to is None else Breaker(to, NOON + HOUR, "kim", "as agreed"))
    assert after.paused is (after.state is not State.RUNNING)
