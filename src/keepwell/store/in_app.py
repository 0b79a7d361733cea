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


@dataclass(frozen=True, slots=True)
class Shown:
    """A message in the app: the number of its entry, what it says, and when it was read."""

    entry: int
    title: str
    html: str
    text: str
    at: datetime
    read_at: datetime | None


def shown(connection: Connection, recipient: int, now: datetime, most: int) -> tuple[Shown, ...]:
    """The messages that a recipient sees in the app, the latest first; at most so many. What was dismissed, or is over, is not seen."""
    columns = [INBOX.c[name] for name in Shown.__slots__]
    lasts = INBOX.c.until.is_(None) | (INBOX.c.until > now)
    mine = (INBOX.c.recipient == recipient) & INBOX.c.dismissed_at.is_(None) & lasts
    query = sa.select(*columns).where(mine).order_by(INBOX.c.entry.desc()).limit(most)
    return tuple(Shown(**row._mapping) for row in connection.execute(query))


def read(connection: Connection, recipient: int, entry: int, at: datetime) -> bool | None:
    """Notes that a message was read; whether that is new, `None`: the recipient has no such message."""
    return _noted(connection, recipient, entry, "read_at", at)


def dismiss(connection: Connection, recipient: int, entry: int, at: datetime) -> bool | None:
    """Notes that a message was put away; whether that is new, `None`: the recipient has no such message."""
    return _noted(connection, recipient, entry, "dismissed_at", at)


def _noted(connection: Connection, recipient: int, entry: int, column: str, at: datetime) -> bool | None:
    mine = (INBOX.c.recipient == recipient) & (INBOX.c.entry == entry)
    there = connection.execute(sa.select(INBOX.c.entry).where(mine)).one_or_none()
    if there is None:
        return None
    unsaid = mine & INBOX.c[column].is_(None)
    return bool(connection.execute(sa.update(INBOX).where(unsaid).values(**{column: at})).rowcount)
