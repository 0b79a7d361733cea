"""Preferences as they are kept, by recipient."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from keepwell.outreach.preference import NONE, Frequency, Preferences, together
from keepwell.store.response_tables import PREFERENCES


def keep(connection: Connection, recipient: int, preferences: Preferences, at: datetime) -> None:
    """Keeps what a recipient wants from now on, in place of what they wanted before."""
    row = {
        "declined": sorted(preferences.declined),
        "unwanted": sorted(preferences.unwanted),
        "frequency": str(preferences.frequency),
        "paused_until": preferences.paused_until,
        "sharing": preferences.sharing,
        "changed_at": at,
    }
    mine = PREFERENCES.c.recipient == recipient
    if not connection.execute(sa.update(PREFERENCES).where(mine).values(**row)).rowcount:
        connection.execute(sa.insert(PREFERENCES).values(recipient=recipient, **row))


def of(connection: Connection, recipient: int) -> Preferences:
    """What a recipient wants; who has said nothing wants everything."""
    query = sa.select(PREFERENCES).where(PREFERENCES.c.recipient == recipient)
    row = connection.execute(query).one_or_none()
    return NONE if row is None else _of(row)


def of_all(connection: Connection, recipients: Sequence[int]) -> Preferences:
    """What somebody wants who can be reached by several recipients: whatever any of them keeps away."""
    query = sa.select(PREFERENCES).where(PREFERENCES.c.recipient.in_(recipients))
    return together(_of(row) for row in connection.execute(query))


def many(connection: Connection, recipients: Sequence[int]) -> Mapping[int, Preferences]:
    """What each of some recipients wants; those who have said nothing are absent."""
    query = sa.select(PREFERENCES).where(PREFERENCES.c.recipient.in_(recipients))
    return {row.recipient: _of(row) for row in connection.execute(query)}


def _of(row: sa.Row[Any]) -> Preferences:
    return Preferences(
        frozenset(row.declined),
        frozenset(row.unwanted),
        Frequency(row.frequency),
        row.paused_until,
        row.sharing,
    )
