"""Versions of a project as a whole, each with the copy of its files in which it was first seen."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import Connection

from keepwell.store.tables import VERSIONS


@dataclass(frozen=True, slots=True)
class Seen:
    """A version, the snapshot in which it was first seen, and when."""

    version: str
    snapshot: str
    first_seen: datetime


def see(connection: Connection, version: str, snapshot: str, at: datetime) -> Seen:
    """Notes a version with a copy of its files, unless it has been seen before; what is known of it."""
    known = connection.execute(sa.select(VERSIONS).where(VERSIONS.c.version == version)).one_or_none()
    if known is not None:
        return Seen(**known._mapping)
    connection.execute(sa.insert(VERSIONS).values(version=version, snapshot=snapshot, first_seen=at))
    return Seen(version, snapshot, at)
