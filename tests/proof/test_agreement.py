"""Agreement by hand; and on made people who know more, or nothing."""

import numpy as np
import pytest

from keepwell.proof.agreement import (
    WORDS,
    Feedback,
    Pulses,
    Word,
    feedback_agreement,
    pulse_agreement,
)
from keepwell.proof.panel import CENSORED, HAPPENED, KEPT
from keepwell.scoring.observed import Groups


def hand() -> Pulses:
    """40 accounts: team a says 10 more than the score of all; team b 30 less of those that churned, 30 more of the others."""
    account = np.arange(40)
    team = ["a"] * 20 + ["b"] * 20
    state = np.array([HAPPENED] * 10 + [KEPT] * 10 + [HAPPENED] * 10 + [KEPT] * 10)
    score = np.where(np.arange(40) % 2 == 0, 40.0, 60.0)
    apart = np.where(account < 20, 10.0, np.where(state == HAPPENED, -30.0, 30.0))
    return Pulses(account, score + apart, score, state, {"team": Groups.of(team)})


def test_by_hand() -> None:
    whole, a, b = pulse_agreement(hand(), adverse=True)
    assert (whole.by, whole.rows, a.group, a.rows, b.group) == ("", 40, "a", 20, "b")
    assert a.difference is not None
    assert (a.difference.value, a.difference.low, a.difference.high) == (10, 10, 10)
    assert a.ranks is not None
    assert a.ranks.value == 1
    assert b.difference is not None
    assert b.difference.value == 0
    assert b.distance is not None
    assert b.distance.value == 30
    assert (b.sides.lower, b.sides.higher, a.sides.lower, a.sides.higher) == (10, 10, 0, 0)
    assert b.sides.lower_bad is not None
    assert b.sides.lower_bad.value == 1
    assert b.sides.higher_bad is not None
    assert b.sides.higher_bad.value == 0
    assert b.sides.with_people is not None
    assert b.sides.with_people.value == 1
    assert b.sides.people is not None
    assert b.sides.people.value == 1
    assert b.sides.score is not None
    assert b.sides.score.value == 0.5
    assert b.sides.difference is not None
    assert b.sides.difference.value == 0.5
    assert a.sides.with_people is None


def test_of_a_good_outcome_what_does_not_happen_ends_badly() -> None:
    _, _, b = pulse_agreement(hand(), adverse=False)
    assert b.sides.lower_bad is not None
    assert b.sides.lower_bad.value == 0
    assert b.sides.people is not None
    assert b.sides.people.value == 0


def test_pulses_without_a_score_and_outcomes_not_known_yet_say_nothing() -> None:
    made = hand()
    made.score[:5] = np.nan
    made.state[5:20] = CENSORED
    whole, a, _ = pulse_agreement(made, adverse=True)
    assert (whole.rows, a.rows, a.sides.rows, a.sides.rate) == (35, 15, 0, None)


def test_few_accounts_are_too_little_data_however_many_pulses() -> None:
    account = np.repeat(np.arange(9), 50)
    made = Pulses(account, np.full(450, 50.0), np.full(450, 60.0), np.full(450, KEPT), {})
    (whole,) = pulse_agreement(made, adverse=True)
    assert (whole.accounts, whole.difference, whole.ranks, whole.sides.rate) == (9, None, None, None)


@pytest.mark.parametrize("knows", [True, False])
def test_people_who_know_more_are_told_apart_from_those_who_do_not(knows: bool) -> None:
    draw = np.random.default_rng(3)
    account = np.repeat(np.arange(300), 4)
    hidden = draw.normal(size=300)[account]
    score = 50 + 10 * hidden + draw.normal(0, 15, len(account))
    said = 50 + 10 * hidden + draw.normal(0, 3, len(account)) if knows else draw.uniform(0, 100, len(account))
    state = np.where(draw.random(len(account)) < 1 / (1 + np.exp(1 + 2 * hidden)), HAPPENED, KEPT)
    (whole,) = pulse_agreement(Pulses(account, said, score, state, {}), adverse=True)
    assert whole.sides.difference is not None
    assert (whole.sides.difference.low > 0) == knows
    assert (whole.sides.difference.high < 0) != knows
    assert whole.ranks is not None
    assert (whole.ranks.low > 0) == knows


def test_feedback_by_hand() -> None:
    word = np.array(
        [WORDS.index(Word.RIGHT)] * 20 + [WORDS.index(Word.TOO_HIGH)] * 15 + [WORDS.index(Word.TOO_LOW)] * 5
    )
    state = np.array([KEPT] * 20 + [HAPPENED] * 12 + [CENSORED] * 3 + [KEPT] * 5)
    made = Feedback(np.arange(40), word, state, {"team": Groups.of(["a"] * 35 + ["b"] * 5)})
    whole, a, b = feedback_agreement(made, adverse=True)
    assert whole.right is not None
    assert whole.right.value == 0.5
    assert whole.too_high is not None
    assert whole.too_high.value == 15 / 40
    assert whole.too_high_known == 12
    assert whole.too_high_bad is not None
    assert whole.too_high_bad.value == 1
    assert whole.bad is not None
    assert whole.bad.value == 12 / 37
    assert (whole.too_low_known, whole.too_low_bad) == (5, None)
    assert a.rows == 35
    assert (b.rows, b.right) == (5, None)
