"""Intervals against scipy, by hand, and at their edges."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from keepwell.proof.interval import (
    Estimate,
    around,
    between_0_and_1,
    critical,
    equal_witnesses,
    share,
    wilson,
)


@pytest.mark.parametrize("freedom", [3, 4, 5, 8, 9, 15, 40, 1_000, 1e9])
def test_critical_values_are_students(freedom: float) -> None:
    assert critical(freedom) == pytest.approx(stats.t.ppf(0.975, freedom), abs=0.005 if freedom < 8 else 1e-4)


@given(st.integers(1, 400).flatmap(lambda rows: st.tuples(st.integers(0, rows), st.just(rows))))
def test_a_rate_of_rows_that_are_each_an_account_is_wilsons(counts: tuple[int, int]) -> None:
    hit, rows = counts
    expected = stats.binomtest(hit, rows).proportion_ci(0.95, method="wilson")
    found = wilson(hit / rows, rows)
    assert (found.low, found.high) == pytest.approx((expected.low, expected.high), abs=1e-12)


def test_a_share_counts_rows_only_as_far_as_accounts_differ() -> None:
    # 40 accounts, each seen 10 times with the same fate: as much as 40 rows are worth, not 400
    fate = np.repeat([1.0, 0.0], [10, 30])
    found = share(10 * fate, np.full(40, 10.0))
    # the variance between accounts has 39 in place of 40: (0.25 · 0.75) / 39
    assert found is not None
    assert found.value == 0.25
    alone = wilson(0.25, 39.0, critical(min(40, equal_witnesses(fate - 0.25)) - 1))
    assert (found.low, found.high) == pytest.approx((alone.low, alone.high))
    assert found.high - found.low > 2 * (wilson(0.25, 400).high - wilson(0.25, 400).low)


def test_a_share_of_nothing_is_none_and_of_all_is_bounded_by_the_accounts() -> None:
    assert share(np.zeros(3), np.zeros(3)) is None
    # nobody of 20 accounts, whatever their rows: Wilson's upper bound for 0 of 20
    found = share(np.zeros(20), np.full(20, 50.0))
    assert found is not None
    assert found.low == 0.0
    assert found.high == pytest.approx(wilson(0.0, 20).high)


def test_between_0_and_1_is_symmetric_in_log_odds() -> None:
    found = between_0_and_1(0.8, 0.04, 1e12)
    odds = np.log(0.8 / 0.2)
    reach = 1.959963984540054 * 0.04 / (0.8 * 0.2)
    expected = [1 / (1 + np.exp(-(odds + sign * reach))) for sign in (-1, 1)]
    assert [found.low, found.high] == pytest.approx(expected, abs=1e-12)


def test_perfection_is_never_certain() -> None:
    # 10 witnesses all agree with probability 2.5% if each does with probability 0.025 ** 0.1 = 0.6915
    assert between_0_and_1(1.0, 0.0, 10).low == pytest.approx(0.6915, abs=1e-4)
    assert between_0_and_1(0.0, 0.0, 10).high == pytest.approx(1 - 0.6915, abs=1e-4)


def test_equal_influences_are_as_many_witnesses_and_one_large_one_is_few() -> None:
    many = equal_witnesses(np.random.default_rng(1).normal(size=20_000))
    # of normal influences the variance has as many degrees of freedom as there are influences
    assert many == pytest.approx(20_000, rel=0.1)
    assert equal_witnesses(np.append(np.full(1_000, 0.001), 1.0)) < 4
    assert equal_witnesses(np.zeros(7)) == 7


@given(st.floats(0, 1), st.floats(0, 0.5), st.integers(1, 500))
def test_an_estimate_lies_in_its_interval(value: float, error: float, witnesses: int) -> None:
    for found in (between_0_and_1(value, error, witnesses), around(value, error, witnesses)):
        assert found.low <= found.value <= found.high
    assert (
        0
        <= between_0_and_1(value, error, witnesses).low
        <= between_0_and_1(value, error, witnesses).high
        <= 1
    )


def test_includes_its_ends() -> None:
    assert Estimate(0.6, 0.5, 0.7).includes(0.5)
    assert not Estimate(0.6, 0.51, 0.7).includes(0.5)
