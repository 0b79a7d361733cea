"""Before and after, against hand-worked figures; and which way a measure goes."""

import numpy as np
import pytest

from keepwell.proof.fitting.comparison import banded, compared
from keepwell.proof.fitting.contradictions import bearing
from keepwell.scoring.score import Band
from keepwell.scoring.scorecard import Bands

LOST = np.arange(60) < 20
ACCOUNT = np.arange(60)
RIGHT = np.where(LOST, 20.0, 80.0)
BLIND = np.full(60, 50.0)


def test_a_score_that_tells_all_against_one_that_tells_nothing() -> None:
    found = compared(BLIND, RIGHT, LOST, ACCOUNT, adverse=True)
    assert (found.rows, found.accounts, found.outcomes) == (60, 60, 20)
    assert [one.value for one in (found.before, found.after, found.gain) if one is not None] == [0.5, 1, 0.5]
    turned = compared(BLIND, RIGHT, LOST, ACCOUNT, adverse=False)
    assert turned.after is not None
    assert turned.after.value == 0


def test_only_rows_with_both_scores_count_and_too_few_outcomes_make_no_figure() -> None:
    after = np.where(ACCOUNT < 11, np.nan, RIGHT)
    found = compared(BLIND, after, LOST, ACCOUNT, adverse=True)
    assert (found.rows, found.outcomes, found.after, found.gain) == (49, 9, None, None)


def test_accounts_seen_many_times_are_one_account() -> None:
    again = np.repeat(ACCOUNT, 5)
    found = compared(np.repeat(BLIND, 5), np.repeat(RIGHT, 5), np.repeat(LOST, 5), again, adverse=True)
    assert (found.rows, found.accounts, found.outcomes) == (300, 60, 20)


def test_rates_by_band() -> None:
    score = np.array([80.0, 70.0, 69.9, 40.0, 39.9, np.nan])
    happened = np.array([False, False, True, False, True, True])
    green, yellow, red = banded(score, Bands(70, 40, 3), happened, np.arange(6))
    assert [one.band for one in (green, yellow, red)] == [Band.GREEN, Band.YELLOW, Band.RED]
    assert [one.rows for one in (green, yellow, red)] == [2, 2, 1]
    assert green.share == pytest.approx(0.4)
    assert [one.rate.value for one in (green, yellow, red) if one.rate is not None] == [0, 0.5, 1]
    assert banded(score, Bands(99, 98, 0), happened, np.arange(6))[0].rate is None


def test_a_measure_goes_with_its_direction_against_it_or_neither() -> None:
    good = ~LOST
    noise = np.random.default_rng(4).random(60)
    assert bearing(RIGHT + noise, good, ACCOUNT).tells
    assert bearing(100 - RIGHT + noise, good, ACCOUNT).contradicts
    neither = bearing(noise, good, ACCOUNT)
    assert (neither.tells, neither.contradicts) == (False, False)


def test_of_a_mark_known_of_few_accounts_nothing_is_said() -> None:
    known = np.where((ACCOUNT < 5) | (ACCOUNT > 30), 100 - RIGHT, np.nan)
    found = bearing(known, ~LOST, ACCOUNT)
    assert found.auc is None
    assert not found.contradicts
    assert found.known == pytest.approx(34 / 60)
