"""What came into the mailbox for answers and bounces: read, and tied to the message that it speaks of."""

from collections.abc import Mapping
from dataclasses import dataclass

from keepwell import clock
from keepwell.channels import mailbox
from keepwell.outreach.links import Links
from keepwell.outreach.returned import Returned, What, read
from keepwell.runs.outreach import effects
from keepwell.store import ledger
from keepwell.store.engine import Connection, Store
from keepwell.store.ledger import Entry

MOST = 500
"""So many messages are read at a time."""


@dataclass(frozen=True, slots=True)
class Heard:
    """How many messages were read, how many of them spoke of one of ours, and how many of each sort were new."""

    read: int
    ours: int
    new: Mapping[What, int]


def hear(store: Store, links: Links, raw: bytes) -> tuple[What, Entry | None, bool]:
    """Reads a message that came back: what it is, of which entry of the ledger it speaks (`None`: of none), and whether it was new."""
    returned = read(raw)
    if returned.what in (What.OTHER, What.DELAYED):
        return returned.what, None, False
    with store.writing() as connection:
        entry = tied(connection, links, returned)
        if entry is None:
            return returned.what, None, False
        return (
            returned.what,
            entry,
            effects.settle(connection, entry, returned.what, clock.now(), returned.mark),
        )


def tied(connection: Connection, links: Links, returned: Returned) -> Entry | None:
    """The entry that a message speaks of: the one that the address names to which it came back, or one of its Message-IDs.

    Nothing is tied by the recipient's address alone: anybody could write such a bounce.
    """
    for address in returned.addresses:
        link = links.returned(address)
        entry = ledger.get(connection, link.number) if link is not None else None
        if entry is not None:
            return entry
    for message in returned.messages:
        entry = ledger.named(connection, [message])
        if entry is not None:
            return entry
    return None


def collect(store: Store, links: Links, url: str) -> Heard:
    """Reads what has come into the mailbox at a URL since it was read last. Nothing is removed there.

    Each message is marked once what it says is kept; what stops between the two is read again, and noted once.

    Raises:
        UserError: the URL is none of a mailbox, or the mailbox cannot be reached or read.
    """
    count, ours, new = 0, 0, dict.fromkeys(What, 0)
    with mailbox.opened(url) as box:
        for each in box.unread(MOST):
            what, entry, fresh = hear(store, links, box.message(each))
            box.mark(each)
            count, ours = count + 1, ours + (entry is not None)
            new[what] += fresh
    return Heard(count, ours, {what: number for what, number in new.items() if number})
