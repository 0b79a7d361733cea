"""Versions of a project as a whole, each with the copy of its files in which it was first seen."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import Connection

from keepwell.store.tables import VERSIONS


@dataclass(frozen=True, slots=True)
class Seen:
    """A version, the snapshot in which it was first seen, and when.

    `definitions` are the versions of what scores by it, by purpose; `scorecards` those of its scorecards, by name.
    """

    version: str
    snapshot: str
    first_seen: datetime
    definitions: Mapping[str, str] = field(default_factory=dict)
    scorecards: Mapping[str, str] = field(default_factory=dict)


def get(connection: Connection, version: str) -> Seen | None:
    """What is known of a version; `None` if it was never seen."""
    row = connection.execute(sa.select(VERSIONS).where(VERSIONS.c.version == version)).one_or_none()
    return None if row is None else Seen(**row._mapping)


def see(connection: Connection, seen: Seen) -> Seen:
    """Notes a version, unless it has been seen before; what is known of it."""
    known = get(connection, seen.version)
    if known is None:
        connection.execute(sa.insert(VERSIONS).values(**asdict(seen)))
    return known or seen
