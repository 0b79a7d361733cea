"""Quotas: all at once or spread; what is used up comes back evenly; each caller has their own."""

from keepwell.web.api import limits
from keepwell.web.api.limits import Limits, Policy

SIX = Policy("write", 6, 60)  # one every ten seconds


def test_a_quota_can_be_used_at_once_and_comes_back_evenly() -> None:
    taken = Limits(SIX)
    assert [taken.take("kim", 0)[:2] for _ in range(7)] == [
        (True, 5),
        (True, 4),
        (True, 3),
        (True, 2),
        (True, 1),
        (True, 0),
        (False, 0),
    ]
    assert taken.take("kim", 4) == (False, 0, 6)
    assert taken.take("kim", 10) == (True, 0, 10)
    assert taken.take("kim", 20 + 60) == (True, 5, 10)


def test_no_more_than_the_quota_is_saved_up() -> None:
    taken = Limits(SIX)
    taken.take("kim", 0)
    assert taken.take("kim", 10_000)[1] == 5


def test_a_clock_that_stands_still_gives_nothing_back() -> None:
    taken = Limits(SIX)
    for _ in range(6):
        taken.take("kim", 50)
    assert taken.take("kim", 50)[0] is False
    assert taken.take("kim", 40)[0] is False


def test_callers_have_quotas_of_their_own() -> None:
    taken = Limits(Policy("write", 1, 60))
    assert [taken.take(who, 0)[0] for who in ("kim", "ana", "kim", "ana")] == [True, True, False, False]


def test_not_more_callers_are_remembered_than_fit(monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr(limits, "MOST_KNOWN", 2)
    taken = Limits(Policy("write", 1, 60))
    granted = [taken.take(who, 0)[0] for who in ("a", "b", "a", "c", "a", "b")]
    assert granted == [True, True, False, True, False, True]
