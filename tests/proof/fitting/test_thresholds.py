"""Bands from capacity and from cost, worked by hand."""

import numpy as np
import pytest

from keepwell.proof.fitting.thresholds import Scored, by_capacity, by_cost, chance_by_point
from keepwell.scoring.scorecard import Bands

BEFORE = Bands(70, 40, 3)


def scored(*, adverse: bool = True) -> Scored:
    """Two instants, at each one account at every score 0.5, 1.5, ... 99.5."""
    score = np.tile(np.arange(100) + 0.5, 2)
    lost = np.arange(200) % 100 < 10
    return Scored(score if adverse else 100 - score, np.repeat([0, 1], 100), lost, adverse)


def test_red_holds_what_the_team_can_handle_and_yellow_twice_as_many() -> None:
    # 12 accounts below 12, 24 more below 36
    assert by_capacity(scored(), 12, BEFORE) == Bands(green=36, yellow=12, hysteresis=3)


def test_before_a_gain_green_is_the_band_to_act_on() -> None:
    # 12 accounts from 88 up, 24 more from 64 up
    assert by_capacity(scored(adverse=False), 12, BEFORE) == Bands(green=88, yellow=64, hysteresis=3)


def test_a_band_never_holds_more_than_the_team_can_handle() -> None:
    tied = Scored(np.repeat([20.0, 60.0], [50, 50]), np.zeros(100, np.int64), np.arange(100) < 10, True)
    found = by_capacity(tied, 30, BEFORE)
    # 50 accounts share the lowest score: they would be too many
    assert found is not None
    assert (tied.score < found.yellow).sum() <= 30


def test_a_team_that_can_handle_everybody_needs_no_bands() -> None:
    assert by_capacity(scored(), 34, BEFORE) is None


def test_chances_are_rates_made_monotone() -> None:
    chances = chance_by_point(scored())
    assert chances[:10].tolist() == [1] * 10
    assert chances[11:].tolist() == [0] * 90


def test_a_contact_is_worth_it_from_the_chance_at_which_it_pays() -> None:
    # chances of 80%, 30%, 15%, 0% at the scores 10, 30, 50, 80
    score = np.repeat([10.0, 30.0, 50.0, 80.0], 100)
    lost = np.concatenate([np.arange(100) < n for n in (80, 30, 15, 0)])
    found = by_cost(Scored(score, np.zeros(400, np.int64), lost, True), 4.0, 1.0, BEFORE)
    # 25% is reached at 30 and, in a line to 15% at 50, up to 36; a third of it, 8.3%, up to 63
    assert found == Bands(green=64, yellow=37, hysteresis=3)


def test_where_a_contact_pays_always_or_never_there_are_no_bands() -> None:
    half = Scored(np.arange(100.0), np.zeros(100, np.int64), np.arange(100) % 2 == 1, True)
    assert by_cost(half, 100.0, 1.0, BEFORE) is None
    rare = Scored(np.arange(100.0), np.zeros(100, np.int64), np.arange(100) == 60, True)
    assert by_cost(rare, 1.01, 1.0, BEFORE) is None


@pytest.mark.parametrize("capacity", [1, 2, 33])
def test_thresholds_leave_room_for_the_hysteresis_they_say(capacity: int) -> None:
    found = by_capacity(scored(), capacity, Bands(70, 40, 10))
    assert found is not None
    assert found.yellow + found.hysteresis <= found.green
    assert found.green + found.hysteresis <= 100
