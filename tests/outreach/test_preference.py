"""Preferences: what somebody wants, also where they say it by several addresses."""

from dataclasses import replace

from keepwell.outreach.caps import Cap
from keepwell.outreach.preference import NONE, Frequency, Preferences, together
from keepwell.signals.window import Span
from tests.outreach.made import BEGIN, DAY


def test_a_frequency_is_a_cap() -> None:
    assert NONE.caps == ()
    assert Preferences(frequency=Frequency.WEEKLY).caps == (Cap(1, Span.parse("1 week")),)
    assert Preferences(frequency=Frequency.MONTHLY).caps == (Cap(1, Span.parse("1 month")),)


def test_of_several_addresses_whatever_any_keeps_away_is_kept_away() -> None:
    first = Preferences(frozenset({"tips"}), frozenset({"sms"}), Frequency.MONTHLY, BEGIN, sharing=True)
    second = Preferences(frozenset({"offers"}), frozenset(), Frequency.WEEKLY, BEGIN + DAY, sharing=False)
    both = Preferences(
        frozenset({"tips", "offers"}), frozenset({"sms"}), Frequency.MONTHLY, BEGIN + DAY, sharing=False
    )
    assert together((first, second)) == together((second, first)) == both
    assert together((first, NONE)) == first
    assert together(()) == together((NONE, NONE)) == NONE
    assert together((replace(first, sharing=None), NONE)).sharing is None
