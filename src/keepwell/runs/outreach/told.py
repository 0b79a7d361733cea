"""What was sent, what waits and what was skipped, and why: of a journey or of an account, in words."""

from collections.abc import Mapping
from dataclasses import dataclass

from keepwell.outreach.arbiter import Reason
from keepwell.outreach.ledger import State
from keepwell.runs.outreach.sending import WORDS
from keepwell.store import ledger
from keepwell.store.engine import Store
from keepwell.store.ledger import Entry

MOST = 200


@dataclass(frozen=True, slots=True)
class Told:
    """A message to somebody, how far it has come, and why it is there, in words (`""`: nothing is to be said)."""

    entry: Entry
    why: str


def messages(
    store: Store,
    *,
    journey: str | None = None,
    account_id: str | None = None,
    most: int = MOST,
    before: int | None = None,
) -> tuple[Told, ...]:
    """The messages of a journey or to an account, the newest first: so many, from those before a number in the ledger."""
    with store.reading() as connection:
        found = ledger.of(connection, journey=journey, account_id=account_id, most=most, before=before)
    return tuple(Told(each, why(each)) for each in found)


def why(entry: Entry) -> str:
    """Why an entry waits or never went, in words, with what the provider said."""
    words = _words(entry.reason)
    return f"{words}: {entry.said}" if words and entry.said and entry.reason in WORDS else words


def _words(reason: str) -> str:
    if reason in WORDS:
        return WORDS[reason]
    return Reason(reason).about if reason in set(map(str, Reason)) else reason


def counts(store: Store, journey: str) -> Mapping[State, Mapping[str, int]]:
    """How many messages of a journey are in each state, by the reason for it (`""`: none)."""
    with store.reading() as connection:
        return ledger.tally(connection, journey)
