"""Messages that were handed over, for what comes back of them."""

from datetime import datetime
from itertools import count
from typing import Any

from keepwell.outreach.ledger import Key, Step
from keepwell.store import enrollments, ledger
from keepwell.store.engine import Store
from keepwell.store.ledger import Entry
from tests.outreach.made import BEGIN, enrolled, journey, message

BEGUN = enrolled(journey(message("guide")))
ANA = "ana@other.example"
_numbers = count(1)


def handed(
    store: Store, to: str = ANA, at: datetime = BEGIN, last: Step = Step.ACCEPT, **fields: Any
) -> Entry:
    """An e-mail to somebody, handed over, and then accepted or what `last` says."""
    key = Key.to(BEGUN.id, "guide", next(_numbers), fields.pop("channel", "email"), to)
    with store.writing() as connection:
        enrollments.begin(connection, BEGUN)
        entry = ledger.plan(connection, Entry(key, "A1", "tips", at, at, **fields))
        assert entry is not None
        for step in (Step.APPROVE, Step.HAND_OVER, last):
            entry = ledger.move(connection, entry, step, at)
    return entry
