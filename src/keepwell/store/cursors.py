"""Cursors: how far those have come who follow something, such as the runs of scores that others were told of."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import Connection

from keepwell.store.record_tables import CURSORS


def at(connection: Connection, name: str) -> int | None:
    """How far somebody has come; `None`: they have not begun."""
    query = sa.select(CURSORS.c.place).where(CURSORS.c.name == name)
    return connection.execute(query).scalar_one_or_none()


def move(connection: Connection, name: str, place: int, when: datetime) -> None:
    """Notes how far somebody has come, in the transaction of what they did there."""
    mine = CURSORS.c.name == name
    moved = connection.execute(sa.update(CURSORS).where(mine).values(place=place, at=when)).rowcount
    if not moved:
        connection.execute(sa.insert(CURSORS).values(name=name, place=place, at=when))
