"""Filled marks give the very score that the scorecard gives."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keepwell.proof.fitting.filling import filled
from keepwell.scoring.evaluation import evaluate
from keepwell.scoring.peers import Frozen
from keepwell.scoring.scorecard import Missing
from keepwell.scoring.weights import nominal
from tests.proof.fitting import made
from tests.scoring.made import observed


@settings(max_examples=60)
@given(st.integers(0, 10_000), st.sampled_from(list(Missing)))
def test_the_sum_of_weight_and_filled_mark_is_the_score(seed: int, policy: Missing) -> None:
    random = np.random.default_rng(seed)
    card = made.six(missing=policy, min_coverage=0.0)
    marks = np.where(random.random((20, 6)) < 0.4, np.nan, 100 * random.random((20, 6)))
    names = [measure.signal for measure in card.measures]
    # the scale gives ten points per unit
    values = {name: (column / 10).tolist() for name, column in zip(names, marks.T, strict=True)}
    known = ~np.isnan(marks).all(axis=1)
    scores = evaluate([card], observed(values), Frozen()).score
    ours = filled(card, marks, nominal(card)) @ nominal(card)
    assert ours[known] == pytest.approx(scores[known], abs=1e-5)


def test_marks_that_are_all_known_stay() -> None:
    marks = 100 * np.random.default_rng(0).random((5, 6))
    assert filled(made.six(), marks, made.EQUAL) is marks


def test_of_a_row_of_which_nothing_is_known_all_are_neutral() -> None:
    assert filled(made.six(), np.full((1, 6), np.nan), made.EQUAL).tolist() == [[50.0] * 6]
