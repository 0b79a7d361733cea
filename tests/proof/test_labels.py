"""Labels, worked by hand; and against looking at every happening, one by one."""

import math
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keepwell.proof.labels import labelled
from keepwell.proof.panel import CENSORED, HAPPENED, KEPT, NOT_AT_RISK, OTHERWISE, TOO_SOON
from tests.proof.happened import Happening, churn, happenings, label

BERLIN = ZoneInfo("Europe/Berlin")
D = datetime(2024, 3, 1, tzinfo=UTC)
LONG_AFTER = datetime(2025, 1, 1, tzinfo=UTC)


def day(number: float) -> datetime:
    """That many days after D."""
    return D + timedelta(days=number)


def state(*rows: Happening, through: datetime = LONG_AFTER, at_risk: bool = True) -> int:
    """What became of account 1 as of D: horizon 30 days after a gap of 7."""
    labels = labelled(
        churn("30 days", "7 days"),
        happenings(rows),
        [D],
        np.array([0]),
        np.array([1]),
        at_risk=np.array([at_risk]),
        through=through,
        zone=ZoneInfo("UTC"),
    )
    return int(labels.state[0])


@pytest.mark.parametrize(
    ("after", "expected"),
    [(0, TOO_SOON), (6.99, TOO_SOON), (7, HAPPENED), (36.99, HAPPENED), (37, KEPT), (-1, KEPT)],
)
def test_what_happens_from_the_gap_to_the_horizons_end_counts(after: float, expected: int) -> None:
    assert state((1, day(after), 0.0, True)) == expected


def test_what_happened_to_another_account_does_not_count() -> None:
    assert state((2, day(10), 0.0, True), (0, day(10), 0.0, True)) == KEPT


def test_the_first_happening_decides() -> None:
    assert state((1, day(20), 0.0, True), (1, day(3), 0.0, True)) == TOO_SOON
    assert state((1, day(20), 0.0, True), (1, day(10), 0.0, False)) == OTHERWISE
    assert state((1, day(20), 0.0, False), (1, day(10), 0.0, True)) == HAPPENED


def test_of_two_at_once_the_one_that_counts_decides() -> None:
    assert state((1, day(10), 0.0, False), (1, day(10), 0.0, True)) == HAPPENED


def test_a_horizon_that_is_not_over_never_counts_as_kept_nor_as_happened() -> None:
    assert state(through=day(37)) == KEPT
    assert state(through=day(36.9)) == CENSORED
    assert state((1, day(10), 0.0, True), through=day(36.9)) == CENSORED


def test_who_is_not_at_risk_is_left_out_first() -> None:
    assert state((1, day(10), 0.0, True), at_risk=False, through=day(1)) == NOT_AT_RISK


def test_days_and_amount_are_those_of_the_first_that_counts_however_late() -> None:
    rows = [(1, day(90), 500.0, True), (1, day(10), 70.0, False), (1, day(95), 1.0, True)]
    labels = labelled(
        churn("30 days"),
        happenings(rows),
        [D],
        np.array([0, 0]),
        np.array([1, 2]),
        at_risk=np.array([True, True]),
        through=LONG_AFTER,
        zone=ZoneInfo("UTC"),
    )
    assert labels.days[0] == 90
    assert labels.amount[0] == 500
    assert math.isnan(labels.days[1])
    assert math.isnan(labels.amount[1])


def test_what_is_said_to_happen_after_the_data_ends_is_not_used() -> None:
    labels = labelled(
        churn("30 days"),
        happenings([(1, day(50), 500.0, True)]),
        [D],
        np.array([0]),
        np.array([1]),
        at_risk=np.array([True]),
        through=day(40),
        zone=ZoneInfo("UTC"),
    )
    assert labels.state[0] == KEPT
    assert math.isnan(labels.days[0])


def test_the_horizon_is_a_calendar_span_in_the_zone() -> None:
    """Berlin's clocks go forward on 31 March 2024: seven local days from the 28th at 9:00 are an hour short."""
    as_of = datetime(2024, 3, 28, 9, tzinfo=BERLIN)
    end = datetime(2024, 4, 4, 9, tzinfo=BERLIN)
    rows = [(1, end - timedelta(seconds=1), 0.0, True), (2, end, 0.0, True)]
    labels = labelled(
        churn("7 days"),
        happenings(rows),
        [as_of],
        np.array([0, 0]),
        np.array([1, 2]),
        at_risk=np.array([True, True]),
        through=LONG_AFTER,
        zone=BERLIN,
    )
    assert list(labels.state) == [HAPPENED, KEPT]
    assert (end - as_of.astimezone(UTC)).total_seconds() == 7 * 86400 - 3600


hours = st.integers(0, 24 * 60).map(lambda count: D + timedelta(hours=count))
rows_of = st.lists(
    st.tuples(st.integers(0, 3), hours, st.sampled_from([1.0, 2.5, 90.0]), st.booleans()), max_size=12
)
spans = st.sampled_from(["0 days", "36 hours", "5 days", "2 weeks", "1 month"])


@settings(max_examples=150, deadline=None)
@given(
    rows=rows_of,
    as_ofs=st.lists(hours, min_size=1, max_size=4),
    gap=spans,
    horizon=spans,
    through=hours,
    at_risk=st.integers(0, 15),
)
def test_labels_are_what_looking_at_every_happening_gives(
    *, rows: list[Happening], as_ofs: list[datetime], gap: str, horizon: str, through: datetime, at_risk: int
) -> None:
    outcome = churn(horizon, gap)
    point, account = (each.ravel() for each in np.mgrid[0 : len(as_ofs), 0:4])
    risky = np.array([bool(at_risk >> number & 1) for number in account])
    labels = labelled(
        outcome, happenings(rows), as_ofs, point, account, at_risk=risky, through=through, zone=BERLIN
    )
    # Amounts of one account and instant may differ: any of those that count may be the first.
    for row in range(len(point)):
        expected = label(
            outcome,
            rows,
            as_ofs[point[row]],
            int(account[row]),
            at_risk=bool(risky[row]),
            through=through,
            zone=BERLIN,
        )
        assert labels.state[row] == expected[0]
        assert labels.days[row] == pytest.approx(expected[1], nan_ok=True)
        assert math.isnan(labels.amount[row]) == math.isnan(expected[2])
