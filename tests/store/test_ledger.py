"""The ledger: one entry for each message and recipient, moved along its arrows alone."""

from dataclasses import replace

import pytest
import sqlalchemy as sa

from keepwell.outreach.caps import Sent
from keepwell.outreach.ledger import Key, State, Step
from keepwell.store import enrollments, ledger
from keepwell.store.engine import Connection, Store
from keepwell.store.ledger import Entry
from tests.outreach.made import BEGIN, DAY, HOUR, enrolled, journey, message

BEGUN = enrolled(journey(message("guide")))
KEY = Key.to(BEGUN.id, "guide", 1, "email", "Ana@Firm.example")
ENTRY = Entry(KEY, "A1", "tips", BEGIN, BEGIN)


def _planned(connection: Connection, entry: Entry = ENTRY) -> Entry:
    enrollments.begin(connection, BEGUN)
    planned = ledger.plan(connection, entry)
    assert planned is not None
    return planned


def _other(recipient: str, **fields: object) -> Entry:
    return replace(ENTRY, key=Key.to(BEGUN.id, "guide", 1, "email", recipient), **fields)  # type: ignore[arg-type]


def test_a_message_to_a_recipient_is_planned_once_however_the_address_is_spelt(store: Store) -> None:
    with store.writing() as connection:
        planned = _planned(connection)
        again = Key.to(BEGUN.id, "guide", 1, "email", " ana@FIRM.example. ")
        assert ledger.plan(connection, replace(ENTRY, key=again)) is None
        assert ledger.find(connection, again) == planned
        other = ledger.plan(connection, _other("ben@firm.example"))
        twice = ledger.plan(connection, replace(ENTRY, key=replace(KEY, occurrence=2)))
        assert ledger.standing(connection, State.PLANNED, 9) == (planned, other, twice)
        assert ledger.standing(connection, State.PLANNED, 1) == (planned,)


def test_the_database_itself_refuses_a_second_entry(store: Store) -> None:
    with store.writing() as connection:
        _planned(connection)
    columns = "enrollment, step, occurrence, recipient, channel, account_id, category, transactional, state, reason, planned_at, changed_at"
    with pytest.raises(sa.exc.IntegrityError), store.writing() as connection:
        connection.execute(sa.text(f"INSERT INTO ledger ({columns}) SELECT {columns} FROM ledger"))


def test_an_entry_goes_along_its_arrows_by_what_is_kept(store: Store) -> None:
    with store.writing() as connection:
        planned = _planned(connection)
        approved = ledger.move(connection, planned, Step.APPROVE, BEGIN + HOUR)
        assert ledger.find(connection, KEY) == approved
        handed = ledger.move(connection, approved, Step.HAND_OVER, BEGIN + 2 * HOUR)
        assert (handed.state, handed.handed_at) == (State.HANDED_OVER, BEGIN + 2 * HOUR)
        # Another still holds it for approved: it is not handed over once more.
        late = ledger.move(connection, approved, Step.HAND_OVER, BEGIN + 3 * HOUR)
        assert ledger.find(connection, KEY) == handed
        assert late.state is State.HANDED_OVER
        lost = ledger.move(connection, handed, Step.LOSE, BEGIN + 3 * HOUR)
        assert ledger.move(connection, lost, Step.HAND_OVER, BEGIN + DAY) == lost
        assert ledger.standing(connection, State.UNKNOWN, 9) == (lost,)


def test_a_skip_keeps_its_reason(store: Store) -> None:
    with store.writing() as connection:
        ledger.move(connection, _planned(connection), Step.SKIP, BEGIN + HOUR, "no_basis")
        kept = ledger.find(connection, KEY)
        assert kept is not None
        assert (kept.state, kept.reason, kept.changed_at) == (State.SKIPPED, "no_basis", BEGIN + HOUR)


def test_caps_are_told_what_went_out_or_may_have(store: Store) -> None:
    with store.writing() as connection:
        went = _planned(connection)
        waits = ledger.plan(connection, _other("ben@firm.example"))
        elsewhere = ledger.plan(connection, _other("eve@other.example", account_id="A2"))
        invoice = ledger.plan(connection, _other("kim@firm.example", transactional=True, category="invoices"))
        for hours, entry in ((1, went), (2, elsewhere), (3, invoice)):
            assert entry is not None
            ready = ledger.move(connection, entry, Step.APPROVE, BEGIN)
            ledger.move(connection, ready, Step.HAND_OVER, BEGIN + hours * HOUR)
        assert waits is not None
        ana = Sent(BEGIN + HOUR, "ana@firm.example", "tips")
        kim = Sent(BEGIN + 3 * HOUR, "kim@firm.example", "invoices", transactional=True)
        assert ledger.sent(connection, "A1", BEGIN) == (ana, kim)
        assert ledger.sent(connection, "A1", BEGIN + 2 * HOUR) == (kim,)


def test_an_entry_is_found_by_its_number_and_by_its_message_id(store: Store) -> None:
    with store.writing() as connection:
        planned = _planned(connection)
        other = ledger.plan(connection, _other("ben@firm.example"))
        assert other is not None
        assert ledger.get(connection, planned.number) == planned
        assert ledger.get(connection, 99) is None
        named = other.key.message_id("mail.firm.example")[1:].partition("@")[0]
        assert ledger.named(connection, ["0" * 32, named]) == other
        assert ledger.named(connection, []) is None
