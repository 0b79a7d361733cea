"""Preferences, kept by recipient."""

from keepwell.outreach.preference import NONE, Frequency, Preferences
from keepwell.store import ledger, preferences
from keepwell.store.engine import Store
from tests.outreach.made import BEGIN, DAY

QUIET = Preferences(
    frozenset({"tips", "offers"}), frozenset({"sms"}), Frequency.WEEKLY, BEGIN + DAY, sharing=False
)


def test_what_somebody_wants_is_what_they_said_last(store: Store) -> None:
    with store.writing() as connection:
        ana = ledger.recipient(connection, "email", "ana@firm.example")
        assert preferences.of(connection, ana) == NONE
        for said in (QUIET, Preferences(), QUIET):
            preferences.keep(connection, ana, said, BEGIN)
            assert preferences.of(connection, ana) == said


def test_what_somebody_says_by_one_address_holds_for_their_others(store: Store) -> None:
    with store.writing() as connection:
        ana = ledger.recipient(connection, "email", "ana@firm.example")
        phone = ledger.recipient(connection, "sms", "+4930123456")
        preferences.keep(connection, ana, QUIET, BEGIN)
        assert preferences.of_all(connection, [phone]) == NONE
        assert preferences.of_all(connection, [phone, ana]) == QUIET
