"""Weights as people would write them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from keepwell.proof.fitting.readable import parts, readable, shares, weighted
from keepwell.scoring.weights import nominal
from tests.proof.fitting import made
from tests.scoring.made import card, dimension, measure


@given(
    st.lists(st.floats(0, 1), min_size=1, max_size=20).filter(lambda some: sum(some) > 0.1),
    st.integers(20, 100),
)
def test_parts_add_up_and_none_is_nothing(some: list[float], total: int) -> None:
    exact = np.array(some) / sum(some)
    found = parts(exact, total)
    assert sum(found) == total
    assert min(found) >= 1
    # raising the least ones to 1 takes at most 1 from each of the others, and rounding 1 more
    assert np.abs(np.array(found) - exact * total).max() <= len(some)


def test_small_whole_numbers_where_they_are_close_enough() -> None:
    found = readable(made.six(), np.array([0.3, 0.1, 0.1, 0.2, 0.1, 0.2]))
    assert found.dimensions == (50, 30, 20)
    assert found.measures == ((3.0, 1.0, 1.0), (2.0, 1.0), (1.0,))
    assert shares(made.six(), found) == pytest.approx([0.3, 0.1, 0.1, 0.2, 0.1, 0.2])


def test_else_tenths() -> None:
    one = card(dimension("a", 1, measure("x"), measure("y"), measure("z")))
    found = readable(one, np.array([0.52, 0.447, 0.033]))
    assert found.measures == ((5.2, 4.5, 0.3),)


def test_a_measure_of_no_weight_keeps_the_least() -> None:
    found = readable(made.six(), np.array([1.0, 0, 0, 0, 0, 0]))
    assert found.dimensions == (98, 1, 1)
    assert found.measures[0] == (9.8, 0.1, 0.1)
    assert min(nominal(weighted(made.six(), found))) > 0


def test_more_parts_than_there_is_to_share_out_is_refused() -> None:
    with pytest.raises(ValueError, match="cannot all be 1"):
        parts(np.full(101, 1 / 101), 100)
