"""Entries of the ledger for tests of what goes with them."""

from typing import Any

from keepwell.outreach.ledger import Key, Step
from keepwell.store import enrollments, ledger
from keepwell.store.engine import Connection
from keepwell.store.ledger import Entry, Move
from tests.outreach.made import BEGIN, enrolled, journey, message


def planned(
    connection: Connection, recipient: str = "ana@firm.example", account: str = "A1", **fields: Any
) -> Entry:
    """An e-mail of the journey `rescue` that waits."""
    begun = enrolled(journey(message("guide")), account)
    enrollments.begin(connection, begun)
    key = Key.to(begun.id, "guide", 1, "email", recipient)
    made: dict[str, Any] = {"journey": "rescue", "version": "v1", "contact": "P1"}
    entry = ledger.plan(connection, Entry(key, account, "tips", BEGIN, BEGIN, **(made | fields)))
    assert entry is not None
    return entry


def turned(connection: Connection, entry: Entry, *steps: Step, **fields: Any) -> Entry:
    """The entry after some steps."""
    for step in steps:
        (entry,) = ledger.turn(connection, [Move(entry, step, **fields)], BEGIN)
    return entry
