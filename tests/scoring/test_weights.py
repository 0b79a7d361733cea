"""Weights worked by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from keepwell.scoring.scorecard import Missing
from keepwell.scoring.weights import alike, coverage, nominal, weigh
from tests.scoring.made import card, dimension, measure

CARD = card(
    dimension("adoption", 50, measure("a", 3), measure("b", 1)),
    dimension("voice", 30, measure("c", 1)),
    dimension("support", 20, measure("d", 2), measure("e", 2)),
)
NONE_FIXED = np.zeros((1, 3), dtype=bool)


def test_weights_are_shares_of_shares() -> None:
    # 50% × 3/4, 50% × 1/4, 30%, 20% × 1/2, 20% × 1/2
    assert nominal(CARD) == pytest.approx([0.375, 0.125, 0.3, 0.1, 0.1])


def test_coverage_is_the_known_share() -> None:
    assert coverage(CARD, np.array([[True, False, True, False, False]])) == pytest.approx([0.675])
    assert coverage(card(), np.empty((2, 0), dtype=bool)).tolist() == [1, 1]


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        ([1, 1, 1, 1, 1], [0.375, 0.125, 0.3, 0.1, 0.1]),
        ([0, 1, 1, 1, 1], [0, 0.5, 0.3, 0.1, 0.1]),
        # voice is silent: adoption has 50 of 70, support 20 of 70
        ([1, 1, 0, 1, 0], [50 / 70 * 0.75, 50 / 70 * 0.25, 0, 20 / 70, 0]),
        ([0, 0, 0, 0, 0], [0, 0, 0, 0, 0]),
    ],
)
def test_redistribution_within_then_across(known: list[int], expected: list[float]) -> None:
    assert weigh(CARD, np.array([known], dtype=bool), NONE_FIXED)[0] == pytest.approx(expected)


def test_a_dimension_set_by_hand_counts_though_nothing_of_it_is_known() -> None:
    fixed = np.array([[False, True, True]])
    known = np.array([[True, True, False, False, True]])
    # voice counts as a whole, support with what is known of it
    assert weigh(CARD, known, fixed)[0] == pytest.approx([0.375, 0.125, 0.3, 0, 0.2])


@pytest.mark.parametrize("policy", [Missing.NEUTRAL, Missing.WORST])
def test_under_the_other_policies_nothing_moves(policy: Missing) -> None:
    own = card(*CARD.dimensions, missing=policy)
    known = np.array([[True, False, False, False, False]])
    assert weigh(own, known, NONE_FIXED)[0] == pytest.approx(nominal(own))


@given(st.data())
def test_rows_are_alike_where_all_their_flags_are(data: st.DataObject) -> None:
    count = data.draw(st.integers(0, 12))
    widths = data.draw(st.lists(st.sampled_from([0, 1, 3, 20, 70]), min_size=1, max_size=3))
    flags = [data.draw(arrays(np.bool_, (count, width))) for width in widths]
    first, which = alike(*flags)
    rows = [tuple(flag for part in flags for flag in part[row].tolist()) for row in range(count)]
    assert sorted(rows[row] for row in first) == sorted(set(rows))
    assert [rows[first[sort]] for sort in which] == rows
