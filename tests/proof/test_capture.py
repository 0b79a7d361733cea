"""What a team of limited size would have seen, by hand and against going through instants one by one."""

import numpy as np
import pytest

from keepwell.proof.capture import Capture, capture, chosen
from keepwell.proof.judged import Judged, coded
from keepwell.scoring.observed import Bools, Floats, Ints

Rows = tuple[Bools, Floats, Ints, Ints]
"""Outcomes, risks, accounts and instants."""


def captured(found: Rows, capacity: int, worth: Floats | None = None) -> Capture | None:
    happened, risk, account, point = found
    rows, order = Judged.sorted(happened, risk, *coded(account))
    rows = rows.with_columns(point=point[order].astype(np.int32))
    return capture(rows, chosen(rows, capacity), None if worth is None else worth[order])


def test_two_instants_by_hand() -> None:
    #  first instant: risks 9 8 7 6, outcomes at 9 and 6; second: 5 5 5 1, outcomes at one of the fives and at 1
    point = np.repeat([0, 1], 4)
    risk = np.array([9.0, 8, 7, 6, 5, 5, 5, 1])
    happened = np.array([True, False, False, True, False, True, False, True])
    worth = np.array([30.0, 1, 1, 10, 1, 60, 1, np.nan])
    found = captured((happened, risk, np.tile(np.arange(4), 2), point), 2, worth)
    assert found is not None
    # first: 1 of 2; second: two of the three fives, so 2/3 of one outcome of two
    assert found.recall.value == pytest.approx((1 / 2 + (2 / 3) / 2) / 2)
    assert found.precision is not None
    assert found.precision.value == pytest.approx((1 + 2 / 3) / 4)
    assert found.chance == 0.5
    # by value: 30 of 40, and two thirds of 60 of 60
    assert found.worth_recall is not None
    assert found.worth_recall.value == pytest.approx((0.75 + 2 / 3) / 2)
    assert (found.capacity, found.instants) == (2, 2)


def test_instants_without_outcomes_do_not_count() -> None:
    point = np.repeat([0, 1, 2], 2)
    happened = np.array([False, False, True, False, False, False])
    found = captured((happened, np.array([2.0, 1, 2, 1, 2, 1]), np.tile(np.arange(2), 3), point), 1)
    assert found is not None
    assert (found.instants, found.recall.value) == (1, 1.0)
    assert found.precision is not None
    assert found.precision.value == 1.0


def test_nothing_to_capture_is_none_and_a_team_for_all_captures_all() -> None:
    nothing = np.zeros(4, dtype=np.bool_)
    assert captured((nothing, np.arange(4.0), np.arange(4), np.zeros(4, dtype=np.int64)), 2) is None
    some = np.array([True, False, True, False])
    found = captured((some, np.arange(4.0), np.arange(4), np.zeros(4, dtype=np.int64)), 9)
    assert found is not None
    assert (found.recall.value, found.chance) == (1.0, 1.0)
    assert found.precision is not None
    assert found.precision.value == 0.5


def firm(random: np.random.Generator, accounts: int) -> Rows:
    """Ten instants of accounts whose frailty lasts."""
    account, point = np.tile(np.arange(accounts), 10), np.repeat(np.arange(10), accounts)
    frail = random.normal(size=accounts)[account]
    risk = frail + random.normal(size=len(account))
    happened = random.random(len(account)) < 1 / (1 + np.exp(3 - 1.2 * frail))
    return happened, risk, account, point


def test_against_going_through_the_instants() -> None:
    happened, risk, account, point = firm(np.random.default_rng(2), 80)
    found = captured((happened, risk, account, point), 13)
    assert found is not None
    recalls, right = [], 0
    for instant in range(10):
        here = np.flatnonzero(point == instant)
        top = sorted(here, key=lambda row: -risk[row])[:13]
        right += int(happened[top].sum())
        recalls.append(happened[top].sum() / happened[here].sum())
    assert found.recall.value == pytest.approx(np.mean(recalls), abs=1e-12)
    assert found.precision is not None
    assert found.precision.value == pytest.approx(right / 130, abs=1e-12)


def test_intervals_cover_at_the_stated_rate() -> None:
    random = np.random.default_rng(4)
    truth = captured(firm(random, 50_000), 5_000)
    assert truth is not None
    assert truth.precision is not None
    times, recalled, right = 400, 0, 0
    for _ in range(times):
        found = captured(firm(random, 300), 30)
        assert found is not None
        assert found.precision is not None
        recalled += found.recall.includes(truth.recall.value)
        right += found.precision.includes(truth.precision.value)
    # 0.95 within 2.8 Monte Carlo errors of 0.011
    assert 0.92 <= recalled / times <= 0.98
    assert 0.92 <= right / times <= 0.98
