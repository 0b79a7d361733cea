"""Small segments keep to the whole, large ones to themselves."""

import numpy as np
import pytest

from keepwell.proof.fitting.shrinkage import Part, fit_parts, pooled
from keepwell.proof.fitting.weights import fit_weights
from tests.proof.fitting import made
from tests.scoring.made import card, dimension, measure

OTHER = np.array([0.05, 0.1, 0.15, 0.15, 0.2, 0.35])
"""What outcomes follow in a segment that is unlike the whole."""


def test_a_small_segment_is_nearer_the_truth_than_by_itself() -> None:
    gains = []
    for seed in range(3):
        small = made.sample(120, 2, seed + 50)
        parts = {
            "large": Part(made.six(), made.sample(2000, 3, seed), made.EQUAL),
            "small": Part(made.six(), small, made.EQUAL),
        }
        together = fit_parts(parts, seed)["small"]
        alone = fit_weights(made.six(), small, made.EQUAL, seed=seed)
        gains.append(np.abs(alone.shares - made.SHARES).sum() - np.abs(together.shares - made.SHARES).sum())
        assert together.own < 0.6
    assert min(gains) > 0.1


def test_a_large_segment_that_is_unlike_the_whole_keeps_its_own() -> None:
    parts = {
        "like": Part(made.six(), made.sample(3000, 3, 1), made.EQUAL),
        "unlike": Part(made.six(), made.sample(3000, 3, 2, shares=OTHER), made.EQUAL),
    }
    found = fit_parts(parts)
    assert found["unlike"].shares == pytest.approx(OTHER, abs=0.08)
    assert found["like"].shares == pytest.approx(made.SHARES, abs=0.08)


def test_scorecards_without_a_measure_in_common_are_fitted_by_themselves() -> None:
    other = card(dimension("else", 1, measure("x"), measure("y")))
    rows = made.sample(400, 3, shares=np.array([0.7, 0.3]))
    parts = {
        "one": Part(made.six(), made.sample(400, 3), made.EQUAL),
        "two": Part(other, rows, np.full(2, 0.5)),
    }
    found = fit_parts(parts)
    assert found["two"].shares == pytest.approx(fit_weights(other, rows, np.full(2, 0.5)).shares)


def test_only_what_several_scorecards_measure_is_fitted_to_all_of_them() -> None:
    less = card(dimension("adoption", 1, measure("a"), measure("c")), dimension("voice", 1, measure("f")))
    other = card(dimension("adoption", 1, measure("a"), measure("c"), measure("x")))
    first, second = made.sample(10, 1), made.sample(10, 1, 1, shares=np.full(3, 1 / 3))
    thirds = np.full(3, 1 / 3)
    whole = pooled(
        (Part(made.six(), first, made.EQUAL), Part(less, second, thirds), Part(other, second, thirds))
    )
    assert [one.signal for one in whole.card.measures] == ["a", "c", "f"]
    assert (whole.sample.marks[:10] == first.marks[:, [0, 2, 5]]).all()
    assert (whole.sample.marks[10:20] == second.marks).all()
    assert (whole.sample.marks[20:, :2] == second.marks[:, :2]).all()
    assert np.isnan(whole.sample.marks[20:, 2]).all()
    # a and c: the mean of a sixth and two thirds of one; f: of a sixth and one third
    assert whole.start == pytest.approx(np.array([5 / 18, 5 / 18, 1 / 4]) / (5 / 18 + 5 / 18 + 1 / 4))


def test_a_measure_that_no_other_scorecard_has_keeps_its_share_where_data_are_few() -> None:
    own = card(dimension("adoption", 1, measure("a"), measure("c"), measure("alone")))
    few = made.sample(12, 2, 1, shares=np.full(3, 1 / 3))
    many = made.sample(1500, 4)
    found = fit_parts(
        {
            "many": Part(made.six(), many, made.EQUAL),
            "few": Part(own, few, np.array([0.25, 0.25, 0.5])),
        }
    )
    assert found["few"].shares[2] == pytest.approx(0.5, abs=0.1)
