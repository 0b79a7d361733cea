"""What a journey brings about, held against a published figure; and what is said where little is known."""

import pytest

from keepwell.runs.outreach.overview import ENOUGH, effect_of, reason_in_words
from keepwell.store.enrolled import Outcome


def test_the_effect_is_newcombes() -> None:
    """56 of 70 against 48 of 80: Newcombe, Statistics in Medicine 17 (1998), 873–890, table II, method 10."""
    effect = effect_of([Outcome(False, 70, 70, 56), Outcome(True, 80, 80, 48)])
    assert effect.more is not None
    assert effect.more.value == pytest.approx(0.2, abs=1e-9)
    assert (effect.more.low, effect.more.high) == pytest.approx((0.0524, 0.3339), abs=5e-5)


def test_an_account_is_one_witness_however_often_it_went_through() -> None:
    once = effect_of([Outcome(False, 60, 60, 30), Outcome(True, 60, 60, 15)])
    thrice = effect_of([Outcome(False, 180, 60, 90), Outcome(True, 180, 60, 45)])
    assert thrice.more == once.more


def test_of_few_accounts_nothing_is_said() -> None:
    few = effect_of([Outcome(False, 500, 500, 100), Outcome(True, ENOUGH, ENOUGH - 1, 2)])
    assert few.treated.share is not None
    assert (few.alone.share, few.more, few.alone.reached) == (None, None, 2)
    nobody = effect_of([])
    assert (nobody.treated.count, nobody.alone.count, nobody.more) == (0, 0, None)


def test_reasons_are_words() -> None:
    assert reason_in_words("opt_out") == "they have unsubscribed"
    assert reason_in_words("no_such_step") == "no such step"
    assert reason_in_words("") == ""
