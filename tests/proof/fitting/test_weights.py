"""Made from known weights, outcomes give them back."""

import numpy as np
import pytest

from keepwell.proof.fitting.sample import Sample
from keepwell.proof.fitting.weights import Weights, fit_weights
from keepwell.scoring.observed import Floats
from tests.proof.fitting import made

SEEDS = range(8)


@pytest.fixture(scope="module")
def fits() -> list[Weights]:
    return [fit_weights(made.six(), made.sample(1200, 5, seed), made.EQUAL, seed=seed) for seed in SEEDS]


def test_known_weights_are_recovered(fits: list[Weights]) -> None:
    assert np.mean([one.alone for one in fits], axis=0) == pytest.approx(made.SHARES, abs=0.02)
    for one in fits:
        assert one.shares == pytest.approx(made.SHARES, abs=0.13)
        assert one.shares.sum() == pytest.approx(1)
        assert one.slope == pytest.approx(8, abs=1.5)


def test_with_more_accounts_the_pull_gives_way() -> None:
    found = fit_weights(made.six(), made.sample(8000, 5), made.EQUAL)
    assert found.shares == pytest.approx(made.SHARES, abs=0.03)
    assert found.own > 0.8


def test_intervals_cover_the_truth_as_often_as_they_say(fits: list[Weights]) -> None:
    inside = [(one.low <= made.SHARES) & (one.high >= made.SHARES) for one in fits]
    # 48 intervals of 95%: fewer than 41 inside, or all of a vast width would both be wrong
    assert np.mean(inside) >= 0.85
    assert np.mean([one.high - one.low for one in fits]) < 0.2


def test_the_pull_is_between_the_start_and_what_the_data_say_alone(fits: list[Weights]) -> None:
    for one in fits:
        assert np.abs(one.shares - one.start).sum() <= np.abs(one.alone - one.start).sum() + 1e-9
        assert 0.2 < one.own < 1


def test_without_a_connection_the_start_stays() -> None:
    start = np.array([0.4, 0.2, 0.1, 0.1, 0.1, 0.1])
    moved = []
    for seed in range(6):
        rows = made.sample(800, 4, seed, shares=start, slope=4)
        moved.append(np.abs(fit_weights(made.six(), rows, start, seed=seed).shares - start).max())
    # outcomes follow the start itself: to leave it would be to follow chance
    assert np.median(moved) < 0.05


def test_a_measure_against_its_direction_goes_to_nothing_and_the_others_stay() -> None:
    rows = made.sample(shares=np.array([0.5, 0.3, 0.2, 0.2, 0.2, -0.3]))
    found = fit_weights(made.six(), rows, made.EQUAL)
    assert found.shares[5] == pytest.approx(0, abs=0.01)
    assert found.alone[5] == found.high[5] == 0
    assert found.shares[:5].min() > 0.05


def test_if_all_go_against_their_direction_the_start_stays() -> None:
    found = fit_weights(made.six(), made.sample(shares=-made.SHARES, intercept=4), made.EQUAL)
    assert found.silent
    assert found.shares == pytest.approx(made.EQUAL)


def test_measures_that_say_the_same_share_their_weight_as_in_the_start() -> None:
    rows = made.sample()
    twin = rows.marks.copy()
    twin[:, 1] = np.clip(twin[:, 0] + np.random.default_rng(5).normal(0, 3, len(twin)), 0, 100)
    start = np.array([0.3, 0.1, 0.15, 0.15, 0.15, 0.15])
    found = fit_weights(made.six(), made.sample(given=twin), start)
    assert found.sets == ((0, 1), (2,), (3,), (4,), (5,))
    assert found.shares[0] / found.shares[1] == pytest.approx(3)
    # a and b have 0.35 and 0.2 of the made outcomes: together 0.55
    assert found.shares[:2].sum() == pytest.approx(0.55, abs=0.08)


def test_marks_unknown_at_random_change_little() -> None:
    rows = made.sample(3000, 4)
    gaps = np.where(np.random.default_rng(7).random(rows.marks.shape) < 0.1, np.nan, rows.marks)
    found = fit_weights(made.six(), _with(rows, gaps), made.EQUAL)
    assert found.shares == pytest.approx(made.SHARES, abs=0.06)


def test_intervals_are_those_of_accounts_not_of_rows() -> None:
    rows = made.sample(300, 1)
    often = rows.rows(np.repeat(np.arange(len(rows)), 8))
    once, again = (fit_weights(made.six(), one, made.EQUAL, pull=0.0) for one in (rows, often))
    assert again.high - again.low == pytest.approx(once.high - once.low, abs=0.03)


def test_the_level_is_that_of_the_population_though_rows_were_thinned() -> None:
    rows = made.sample(4000, 3, intercept=-0.5)
    thin = rows.thinned(4000)
    assert len(thin) <= 4000
    assert thin.rarer == rows.rarer
    found = fit_weights(made.six(), thin, made.EQUAL, pull=0.0)
    whole = fit_weights(made.six(), rows, made.EQUAL, pull=0.0)
    assert (found.slope, found.intercept) == pytest.approx((whole.slope, whole.intercept), abs=0.5)


def test_marks_that_never_differ_are_refused() -> None:
    rows = made.sample(100, 2)
    with pytest.raises(ValueError, match="no mark differs"):
        fit_weights(made.six(), _with(rows, np.full_like(rows.marks, 50.0)), made.EQUAL)


def _with(rows: Sample, marks: Floats) -> Sample:
    return Sample(marks, rows.good, rows.account, rows.at, rows.embargo)
