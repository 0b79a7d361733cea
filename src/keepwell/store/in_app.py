"""Messages in the app as they are put there: one for each entry of the ledger on the channel `in_app`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import Connection

from keepwell.store.response_tables import INBOX


@dataclass(frozen=True, slots=True)
class Put:
    """A message for the app: its entry, the number of the recipient, and until when it is shown (`None`: until it is dismissed)."""

    entry: int
    recipient: int
    title: str
    html: str
    text: str
    at: datetime
    until: datetime | None = None


def put(connection: Connection, messages: Sequence[Put]) -> None:
    """Keeps messages; one that is kept already stays as it is."""
    numbers = [each.entry for each in messages]
    known = set(connection.execute(sa.select(INBOX.c.entry).where(INBOX.c.entry.in_(numbers))).scalars())
    rows = [
        {name: getattr(each, name) for name in Put.__slots__} for each in messages if each.entry not in known
    ]
    if rows:
        connection.execute(sa.insert(INBOX), rows)
