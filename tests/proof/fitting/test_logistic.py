"""The constrained fit against SciPy's optimum, and the quadratic step against its conditions."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize

from keepwell.proof.fitting.logistic import RIDGE, chance, fit, loss, nonnegative, penalty
from tests.proof.fitting import made


@pytest.mark.parametrize("pull", [0.0, 1e-4, 1e-2, 10.0])
@pytest.mark.parametrize("seed", [0, 1])
def test_the_optimum_is_that_of_scipy(pull: float, seed: int) -> None:
    rows = made.sample(300, 4, seed, shares=np.array([0.6, 0.4, 0.2, -0.3, 0.1, 0.0]))
    x, held = rows.marks / 100, penalty(made.EQUAL, pull)

    def objective(at: np.ndarray) -> float:
        return float(loss(at[0] + x @ at[1:], rows.good).mean() + 0.5 * at[1:] @ held @ at[1:])

    theirs = minimize(
        objective, np.zeros(7), method="L-BFGS-B", bounds=[(None, None), *[(0, None)] * 6],
        options={"maxiter": 10_000, "ftol": 1e-15, "gtol": 1e-10},
    )  # fmt: skip
    ours = fit(x, rows.good, held)
    at = np.concatenate(([ours.intercept], ours.slopes))
    assert objective(at) <= theirs.fun + 1e-9
    assert at == pytest.approx(theirs.x, abs=2e-3)
    assert ours.slopes.min() >= 0


def test_an_endless_pull_keeps_the_start_and_fits_its_slope() -> None:
    rows = made.sample(400, 4)
    start = np.array([0.4, 0.2, 0.1, 0.1, 0.1, 0.1])
    found = fit(rows.marks / 100, rows.good, penalty(start, 1e6)).slopes
    assert found / found.sum() == pytest.approx(start, abs=1e-4)
    alone = fit((rows.marks @ start)[:, None] / 100, rows.good, np.array([[RIDGE]]))
    assert found.sum() == pytest.approx(alone.slopes[0], rel=1e-3)


def test_where_marks_separate_outcomes_slopes_stay_finite() -> None:
    x = np.linspace(0, 1, 50)[:, None]
    found = fit(x, x[:, 0] > 0.5, np.array([[RIDGE]]))
    assert np.isfinite(found.slopes).all()
    assert ((found.log_odds(x) > 0) == (x[:, 0] > 0.5)).all()


def test_outcomes_that_are_all_alike_teach_nothing() -> None:
    with pytest.raises(ValueError, match="all outcomes are alike"):
        fit(np.ones((3, 1)), np.ones(3, dtype=bool), np.eye(1))


@settings(max_examples=100)
@given(st.integers(0, 10_000), st.integers(2, 9))
def test_the_bounded_minimum_satisfies_its_conditions(seed: int, size: int) -> None:
    random = np.random.default_rng(seed)
    root = random.normal(size=(size + 3, size))
    curvature, linear = root.T @ root, random.normal(size=size)
    z = nonnegative(curvature, linear)
    slope = curvature @ z + linear
    assert z[1:].min() >= 0
    # no slope at what is inside, none downwards at a bound (Karush, Kuhn & Tucker)
    assert abs(slope[0]) < 1e-8
    assert np.abs(slope[1:][z[1:] > 0]).max(initial=0) < 1e-8
    assert slope[1:].min() >= -1e-8


def test_log_odds_far_out_are_exact() -> None:
    assert loss(np.array([800.0, -800.0]), np.array([False, False])) == pytest.approx([800, 0])
    assert chance(np.array([-800.0, 0.0, 800.0])).tolist() == [0, 0.5, 1]
