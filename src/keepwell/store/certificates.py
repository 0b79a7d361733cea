"""Certificates of versions: the evidence as it was found, by version and outcome. Only ever added to."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from keepwell.store.tables import CERTIFICATES


@dataclass(frozen=True, slots=True)
class Kept:
    """A certificate as it was kept: `content` is its JSON form; `version` that of the scores it judges."""

    number: int
    version: str
    outcome: str
    made_at: datetime
    content: dict[str, Any]


def keep(connection: Connection, version: str, outcome: str, content: dict[str, Any], at: datetime) -> int:
    """Keeps a certificate; its number."""
    values = {"version": version, "outcome": outcome, "content": content, "made_at": at}
    row = sa.insert(CERTIFICATES).values(**values).returning(CERTIFICATES.c.number)
    return int(connection.execute(row).scalar_one())


def latest(connection: Connection, version: str) -> tuple[Kept, ...]:
    """The last certificate of a version for each outcome, by the outcome's name."""
    query = sa.select(CERTIFICATES).where(CERTIFICATES.c.version == version).order_by(CERTIFICATES.c.number)
    found = {row.outcome: Kept(**row._mapping) for row in connection.execute(query)}
    return tuple(found[outcome] for outcome in sorted(found))


def of(connection: Connection, version: str, outcome: str) -> tuple[Kept, ...]:
    """All certificates of a version for one outcome, the oldest first."""
    mine = (CERTIFICATES.c.version == version) & (CERTIFICATES.c.outcome == outcome)
    query = sa.select(CERTIFICATES).where(mine).order_by(CERTIFICATES.c.number)
    return tuple(Kept(**row._mapping) for row in connection.execute(query))
