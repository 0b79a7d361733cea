"""Scales from outcomes: monotone, few knots, readable."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keepwell.proof.fitting.scales import MOST_KNOTS, STEP, curve, rounded, scale
from keepwell.scoring.observed import Bools, Floats
from keepwell.scoring.scale import mark
from keepwell.scoring.scorecard import Line


def outcomes(odds: Floats, seed: int = 0) -> Bools:
    return np.asarray(np.random.default_rng(1000 + seed).random(len(odds)) < 1 / (1 + np.exp(-odds)))


def test_a_bend_is_found_where_it_is() -> None:
    values = np.random.default_rng(0).uniform(0, 30, 20_000)
    found = scale(values, outcomes(-2 + np.minimum(values, 12) / 3), upwards=True)
    assert found is not None
    marks = mark(found, np.array([6.0, 12.0, 25.0]))
    # the log-odds climb in a straight line from 0 to 12 and are flat from there
    assert marks == pytest.approx([50, 100, 100], abs=8)


def test_a_straight_line_needs_two_knots() -> None:
    values = np.random.default_rng(1).uniform(0, 1, 20_000)
    found = scale(values, outcomes(3 * values - 1), upwards=True, fraction=True)
    assert found is not None
    assert len(found.knots) == 2
    assert [points for _, points in found.knots] == [0, 100]


def test_less_is_better_where_it_is_declared() -> None:
    values = np.random.default_rng(2).poisson(1.0, 10_000).astype(np.float64)
    good = outcomes(2 - values)
    found = scale(values, good, upwards=False)
    assert found is not None
    assert found.knots[0] == (0.0, 100.0)
    assert found.knots[-1][1] == 0
    # in the other direction nothing speaks for a scale
    assert scale(values, good, upwards=True) is None


@pytest.mark.parametrize("upwards", [True, False])
def test_chance_makes_no_scale(upwards: bool) -> None:
    random = np.random.default_rng(3)
    made = [scale(random.normal(size=3000), random.random(3000) < 0.9, upwards) for _ in range(10)]
    # Schwarz's criterion lets through about one in two hundred
    assert sum(one is not None for one in made) <= 1


def test_too_few_outcomes_make_no_scale() -> None:
    values = np.arange(200.0)
    assert scale(values, values > 20, upwards=True) is None


def test_equal_values_share_a_bin_and_unknown_ones_have_none() -> None:
    values = np.array([0.0] * 500 + [1.0] * 300 + [5.0] * 200 + [np.nan] * 100)
    good = np.tile([True, False], 550)
    found = curve(values, good, upwards=True)
    assert found is not None
    assert found.values.tolist() == [0, 1, 5]
    assert found.rows.tolist() == [500, 300, 200]
    assert found.rates.tolist() == [0.5, 0.5, 0.5]


def test_numbers_are_rounded_to_what_tells_them_apart() -> None:
    line = rounded(np.array([412.7, 1043.0, 21_391.2]), np.array([0.0, 37.4, 100.0]), fraction=False)
    assert line == Line(((400, 0), (1000, 35), (21_400, 100)))
    shares = rounded(np.array([0.1523, 0.498, 0.874]), np.array([0.0, 81.0, 100.0]), fraction=True)
    assert shares == Line(((0.15, 0), (0.5, 80), (0.87, 100)))


def test_flat_ends_and_knots_on_the_way_are_left_out() -> None:
    values = np.array([0.0, 1.0, 2.0, 3.0, 4.0])
    assert rounded(values, np.array([0.0, 0.0, 50.0, 100.0, 100.0]), fraction=False) == Line(
        ((1, 0), (3, 100))
    )
    assert rounded(values, np.array([1.0, 1.0, 2.0, 2.0, 2.0]), fraction=False) is None


@settings(max_examples=40)
@given(st.integers(0, 10_000), st.booleans(), st.sampled_from(["normal", "poisson", "lognormal"]))
def test_scales_are_ones_that_a_scorecard_can_have(seed: int, upwards: bool, kind: str) -> None:
    random = np.random.default_rng(seed)
    values = {
        "normal": random.normal(0, 10.0 ** random.integers(-3, 5), 2000),
        "poisson": random.poisson(2, 2000).astype(np.float64),
        "lognormal": random.lognormal(5, 2, 2000),
    }[kind]
    z = (np.argsort(np.argsort(values)) / 2000 - 0.5) * (1 if upwards else -1)
    found = scale(values, outcomes(1.5 + 3 * z, seed), upwards)
    if found is None:
        return
    sign = 1 if upwards else -1
    assert 2 <= len(found.knots) <= MOST_KNOTS
    for (left, low), (right, high) in pairwise(found.knots):
        assert left < right
        assert sign * (high - low) >= 0
    assert {points % STEP for _, points in found.knots} == {0}
    assert {found.knots[0][1], found.knots[-1][1]} == {0, 100}
