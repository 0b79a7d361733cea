"""Levels that hold one outcome only: worked by hand, and against looking at every range there is."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keepwell.proof.candidate import Categories, Numbers, Presence
from keepwell.proof.purity import CHANCE, Bound, Pure, levels_looked_at, pure, pure_presence
from keepwell.scoring.observed import Bools, Groups


def test_an_honest_rate_is_within_twenty_times_the_odds_or_within_a_tenth_of_certain() -> None:
    few = Bound(rate=0.01, tests=1)
    assert few.ceiling == 0.9
    assert few.floor == pytest.approx((1 / 99 / 20) / (1 + 1 / 99 / 20))
    most = Bound(rate=0.95, tests=1)
    assert most.ceiling == pytest.approx(380 / 381)
    assert most.floor == pytest.approx(0.1)


def test_how_many_accounts_it_takes() -> None:
    bound = Bound(rate=0.2, tests=10)
    assert 10 * 0.9 ** bound.least(True) <= CHANCE < 10 * 0.9 ** (bound.least(True) - 1)
    assert bound.least(True) == 88


def half(size: int) -> Bools:
    """The outcome happened to the second half."""
    return np.arange(size) >= size // 2


def test_pure_ends_of_numbers_are_found_and_the_mixed_middle_is_not() -> None:
    happened = np.array([False] * 500 + [False, True] * 50 + [True] * 400)
    values = np.concatenate(
        [np.arange(500.0), np.repeat(np.arange(2000.0, 2050.0), 2), np.arange(2100.0, 2500.0)]
    )
    found = pure(Numbers("x", values), happened, np.arange(1000), Bound(float(happened.mean()), 950))
    assert [(each.level, each.happened, each.rows) for each in found] == [
        ("0 to 499", False, 500),
        ("2,100 to 2,499", True, 400),
    ]


def test_an_account_counts_once_however_many_rows_it_has() -> None:
    happened = half(2000)
    column = Numbers("x", happened.astype(np.float64))
    bound = Bound(0.5, 2)
    assert len(pure(column, happened, np.arange(2000), bound)) == 2
    assert pure(column, happened, np.arange(2000) // 100, bound) == ()


def test_what_is_not_known_belongs_to_no_range() -> None:
    happened = half(1000)
    values = np.where(happened, np.nan, 1.0)
    found = pure(Numbers("x", values), happened, np.arange(1000), Bound(0.5, 1))
    assert [(each.happened, each.rows) for each in found] == [(False, 500)]


def test_filled_in_for_one_outcome_alone() -> None:
    happened = half(1000)
    found = pure_presence(Presence("why", happened), happened, np.arange(1000), Bound(0.5, 2))
    assert [(each.level, each.happened) for each in found] == [("known", True), ("not known", False)]


def test_a_category_that_is_a_blank_is_not_known() -> None:
    column = Categories.of("why", Groups.of(["", "price", "", "price"]))
    assert list(column.known) == [False, True, False, True]


def brute(values: list[int], happened: list[bool]) -> list[tuple[bool, int]]:
    """The longest ranges of neighbouring values of one outcome alone, by trying every pair of ends."""
    found = []
    levels = sorted(set(values))
    for start in range(len(levels)):
        for stop in range(start + 1, len(levels) + 1):
            inside = {
                h for v, h in zip(values, happened, strict=True) if levels[start] <= v <= levels[stop - 1]
            }
            wider = [
                {h for v, h in zip(values, happened, strict=True) if low <= v <= high}
                for low, high in (
                    (levels[max(start - 1, 0)], levels[stop - 1]),
                    (levels[start], levels[min(stop, len(levels) - 1)]),
                )
            ]
            grows = [
                (start > 0 and len(wider[0]) == 1),
                (stop < len(levels) and len(wider[1]) == 1),
            ]
            if len(inside) == 1 and not any(grows):
                rows = sum(levels[start] <= v <= levels[stop - 1] for v in values)
                found.append((inside.pop(), rows))
    return found


@settings(max_examples=60, deadline=None)
@given(rows=st.lists(st.tuples(st.integers(0, 8), st.booleans()), min_size=2, max_size=40), times=st.just(60))
def test_ranges_are_those_that_trying_all_ends_finds(rows: list[tuple[int, bool]], times: int) -> None:
    """Each row is repeated, so that ranges are large enough to be told of."""
    values, happened = [row[0] for row in rows], [row[1] for row in rows]
    if all(happened) or not any(happened):
        return
    size = len(rows) * times
    repeated = np.repeat(np.array(happened), times)
    column = Numbers("x", np.repeat(np.array(values, dtype=np.float64), times))
    bound = Bound(0.5, levels_looked_at(column))
    found: tuple[Pure, ...] = pure(column, repeated, np.arange(size), bound)
    expected = [
        (state, rows * times) for state, rows in brute(values, happened) if rows * times >= bound.least(state)
    ]
    assert sorted((each.happened, each.rows) for each in found) == sorted(expected)
