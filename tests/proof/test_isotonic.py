"""The monotone map, against scikit-learn and by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.isotonic import IsotonicRegression

from keepwell.proof.isotonic import isotonic


@given(st.lists(st.tuples(st.integers(0, 12), st.booleans()), min_size=1, max_size=80))
def test_it_is_scikit_learns(rows: list[tuple[int, bool]]) -> None:
    risk = np.array([row[0] for row in rows], dtype=np.float64)
    happened = np.array([row[1] for row in rows])
    asked = np.linspace(-2, 14, 65)
    expected = IsotonicRegression(out_of_bounds="clip").fit(risk, happened).predict(asked)
    assert isotonic(happened, risk)(asked) == pytest.approx(expected, abs=1e-12)


def test_by_hand() -> None:
    # rates 0, 1, 0, 1 at 1, 2, 3, 4: those at 2 and 3 fall, and are pooled to a half
    learned = isotonic(np.array([False, True, False, True]), np.array([1.0, 2, 3, 4]))
    assert learned(np.array([0.0, 1, 1.5, 2, 2.5, 3, 4, 9])).tolist() == [0, 0, 0.25, 0.5, 0.5, 0.5, 1, 1]


def test_a_risk_that_is_upside_down_says_the_same_rate_of_all() -> None:
    learned = isotonic(np.array([True, True, False, False, False]), np.arange(5.0))
    assert learned(np.array([0.0, 4.0])).tolist() == [0.4, 0.4]


def test_nothing_cannot_be_learned_from() -> None:
    with pytest.raises(ValueError, match="at least one row"):
        isotonic(np.empty(0, dtype=np.bool_), np.empty(0))
