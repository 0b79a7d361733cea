"""Outreach at one account: the journeys that it is in or was in, and what was sent there, what was not and why."""

from dataclasses import dataclass

from keepwell.runs.reaching import Reached
from keepwell.store import enrolled, ledger
from keepwell.store.engine import Store
from keepwell.store.enrolled import Enrolled
from keepwell.store.ledger import Entry

MOST = 50
"""So many messages, and so many journeys, are shown of an account at most, the newest."""


@dataclass(frozen=True, slots=True)
class AtAccount:
    """Journeys under way first; messages the newest first."""

    journeys: tuple[Enrolled, ...]
    messages: tuple[Entry, ...]

    @property
    def any(self) -> bool:
        """Whether there ever was any outreach."""
        return bool(self.journeys or self.messages)


def at_account(store: Store, reached: Reached) -> AtAccount:
    """What outreach there is at an account, and was."""
    with store.reading() as connection:
        return AtAccount(
            journeys=enrolled.listed(connection, account_id=reached.id, most=MOST),
            messages=ledger.of(connection, account_id=reached.id, most=MOST),
        )
