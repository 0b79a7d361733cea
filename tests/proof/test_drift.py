"""Drift: the index by hand, and noise that is passed as often as it says."""

import math

import numpy as np
import pytest

from keepwell.proof.drift import Shift, drift, freeze, index, shares

NAN = math.nan


def test_the_index_by_hand() -> None:
    found = index(np.array([499, 499]), np.array([249, 749]))
    now, then = (249.5 / 999, 749.5 / 999), (0.5, 0.5)
    assert found == pytest.approx(sum((a - b) * math.log(a / b) for a, b in zip(now, then, strict=True)))
    assert index(np.array([7, 3]), np.array([7, 3])) == 0.0


def test_bins_hold_a_tenth_each_and_equal_values_stay_together() -> None:
    assert freeze(np.arange(1000.0)).counts == (100,) * 10
    seldom = freeze(np.array([0.0] * 95 + [1.0, 2.0, 3.0, 4.0, NAN]))
    assert seldom.counts == (0, 95, 4)
    assert (seldom.known, seldom.rows) == (99, 100)


def test_values_that_were_all_equal_have_neighbours() -> None:
    then = freeze(np.full(500, 5.0))
    assert drift(then, np.full(500, 5.0)).shift is Shift.NONE
    assert drift(then, np.full(500, 6.0)).shift is Shift.LARGE
    assert drift(then, np.full(500, 4.0)).shift is Shift.LARGE


def test_a_large_shift_is_seen_and_the_missing_are_counted() -> None:
    draw = np.random.default_rng(1)
    then = freeze(draw.normal(size=1000))
    found = drift(then, np.where(np.arange(1000) < 200, NAN, draw.normal(1.0, size=1000)))
    assert found.shift is Shift.LARGE
    assert found.psi > found.noise
    assert (found.missing_then, found.missing_now) == (0.0, 0.2)


def test_with_few_accounts_no_shift_is_too_little_data_but_a_large_one_shows() -> None:
    draw = np.random.default_rng(2)
    then = freeze(draw.normal(size=60))
    assert drift(then, draw.normal(size=60)).shift is Shift.TOO_LITTLE_DATA
    assert drift(then, draw.normal(5.0, size=60)).shift is Shift.LARGE


def test_what_is_not_known_is_a_bin_of_its_own_so_that_a_broken_column_shows() -> None:
    then = freeze(np.arange(100.0))
    found = drift(then, np.full(50, NAN))
    assert (found.shift, found.missing_then, found.missing_now) == (Shift.LARGE, 0.0, 1.0)
    assert drift(freeze(np.full(100, NAN)), np.full(100, NAN)).shift is Shift.NONE
    by_hand = index(np.array([100, 0]), np.array([60, 40]))
    assert drift(freeze(np.full(100, 5.0)), np.where(np.arange(100) < 60, 5.0, NAN)).psi == pytest.approx(
        by_hand
    )


def test_no_rows_are_too_little_data() -> None:
    assert drift(freeze(np.empty(0)), np.arange(100.0)).shift is Shift.TOO_LITTLE_DATA
    assert drift(freeze(np.arange(100.0)), np.empty(0)).shift is Shift.TOO_LITTLE_DATA
    assert shares([0, 0], np.array([0, 1], dtype=np.int8))[0].change.low == -1.0


@pytest.mark.parametrize(("then", "now"), [(300, 300), (5000, 400)])
@pytest.mark.parametrize("few", [True, False])
def test_chance_passes_the_noise_in_one_case_of_twenty(then: int, now: int, few: bool) -> None:
    draw = np.random.default_rng(3)
    times = 500

    def values(rows: int) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        return draw.poisson(1.5, rows).astype(np.float64) if few else draw.normal(size=rows)

    passed = sum(
        found.psi > found.noise for found in (drift(freeze(values(then)), values(now)) for _ in range(times))
    )
    assert 0.025 <= passed / times <= 0.08


def test_shares_of_bands() -> None:
    found = shares([10, 30, 60], np.array([0] * 30 + [1] * 30 + [2] * 40 + [-1] * 50, dtype=np.int8))
    assert [(each.then, each.now) for each in found] == [(0.1, 0.3), (0.3, 0.3), (0.6, 0.4)]
    # Newcombe's example of independent shares, by his formula: 30/100 against 10/100.
    assert found[0].change.value == pytest.approx(0.2)
    assert found[0].change.low == pytest.approx(0.0898, abs=2e-3)
    assert found[0].change.high == pytest.approx(0.3059, abs=2e-3)
    assert shares([0, 0, 0], np.empty(0, dtype=np.int8))[2].change.value == 0.0
