"""Percentiles among peers, worked by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from keepwell.scoring.observed import NO_CARD
from keepwell.scoring.peers import Frozen, freeze, marks
from keepwell.scoring.scale import MOST_KNOTS, mark, nearest_full_marks, share_below
from keepwell.scoring.scorecard import Line, Peers, Percentile
from tests.scoring.made import card, dimension, measure, observed


def test_ties_count_half() -> None:
    # of 4 peers with 1, 2, 2, 5: 1 is better than 0 and ties itself: 12.5; 2: (1 + 2/2) / 4 = 50; 5: 3.5 / 4 = 87.5
    line = share_below(np.array([2.0, 1, np.nan, 5, 2]))
    assert line == Line(((1, 12.5), (2, 50), (5, 87.5)))


def test_one_peer_alone_stands_in_the_middle_and_none_gives_no_line() -> None:
    assert share_below(np.array([3.0])) == Line(((3, 50),))
    assert share_below(np.array([np.nan])) is None


def test_a_long_distribution_is_thinned_and_keeps_its_ends() -> None:
    values = np.arange(10_000.0)
    line = share_below(values)
    assert line is not None
    assert len(line.knots) <= MOST_KNOTS
    assert (line.knots[0][0], line.knots[-1][0]) == (0, 9_999)
    exact = 100 * (values + 0.5) / 10_000
    assert np.abs(mark(line, values) - exact).max() <= 100 / (MOST_KNOTS / 2 - 1)


def test_values_that_many_share_do_not_bend_the_marks_of_others() -> None:
    prices = np.concatenate(
        (np.arange(3_000.0), np.full(4_000, 700.0), np.full(2_000, 2_500.5), 5e4 + np.arange(900.0))
    )
    line = share_below(prices)
    assert line is not None
    assert len(line.knots) <= MOST_KNOTS
    below = (prices[None, :] < prices[:, None]).sum(axis=1)
    equal = (prices[None, :] == prices[:, None]).sum(axis=1)
    exact = 100 * (below + equal / 2) / len(prices)
    assert np.abs(mark(line, prices) - exact).max() <= 100 / (MOST_KNOTS / 2 - 1)
    assert mark(line, np.array([700.0]))[0] == pytest.approx(exact[700])


@pytest.mark.parametrize(
    ("within", "higher", "expected"),
    [
        # segment x has 1, 3; y has 5, 7, and the ended account is nobody's peer
        (Peers.SEGMENT, True, [25, 75, 25, 75]),
        (Peers.SEGMENT, False, [75, 25, 75, 25]),
        (Peers.STAGE, True, [25, 25, 75, 75]),
        (Peers.ALL, True, [12.5, 37.5, 62.5, 87.5]),
    ],
)
def test_among_whom(within: Peers, higher: bool, expected: list[float]) -> None:
    own = card(dimension("a", 1, measure("x", scale=Percentile(within, higher))))
    values = observed(
        {"x": [1, 3, 5, 7, 9]},
        segments=["x", "x", "y", "y", "y"],
        stages=["new", "old", "new", "old", "old"],
        population=["active"] * 4 + ["ended"],
    )
    frozen = freeze([own], values, np.zeros(5, dtype=np.int64))
    assert marks(own.measures[0], values, np.arange(4), frozen).tolist() == expected


def test_who_has_no_peers_has_no_mark() -> None:
    own = card(dimension("a", 1, measure("x", scale=Percentile(Peers.SEGMENT))))
    values = observed({"x": [1]})
    assert np.isnan(marks(own.measures[0], values, np.arange(1), Frozen())).all()


def test_one_account_alone_reads_the_frozen_distribution() -> None:
    own = card(dimension("a", 1, measure("x", scale=Percentile(Peers.ALL))))
    everyone = observed({"x": [1, 3, 5, 7]})
    frozen = freeze([own], everyone, np.full(4, NO_CARD))
    alone = observed({"x": [4]})
    # half-way between 3 (37.5) and 5 (62.5)
    assert marks(own.measures[0], alone, np.arange(1), frozen).tolist() == [50]


def test_full_marks_are_looked_for_nearby() -> None:
    tent = Line(((0, 0), (10, 100), (20, 100), (30, 0)))
    assert nearest_full_marks(tent, 28) == 20
    assert nearest_full_marks(tent, None) == 10
    assert nearest_full_marks(Line(((0, 0), (1, 90))), 0) is None


@given(st.lists(st.integers(-5, 5).map(float), min_size=1, max_size=40))
def test_a_distribution_is_the_share_of_peers_counted_one_by_one(values: list[float]) -> None:
    line = share_below(np.array(values))
    assert line is not None
    got = mark(line, np.array(values))
    for value, share in zip(values, got, strict=True):
        below = sum(1 for peer in values if peer < value)
        equal = sum(1 for peer in values if peer == value)
        assert share == pytest.approx(100 * (below + equal / 2) / len(values), abs=1e-9)


@pytest.mark.parametrize("knots", [((3.0, 50.0),), ((0.0, 0.0), (10.0, 100.0))])
def test_an_unknown_value_has_no_mark_on_any_line(knots: tuple[tuple[float, float], ...]) -> None:
    assert np.isnan(mark(Line(knots), np.array([np.nan, 3.0]))).tolist() == [True, False]
