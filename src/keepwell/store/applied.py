"""What has been applied: every time the version that scores go by changed, who did it and why. Only ever added to."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy import Connection

from keepwell.store.tables import APPLIED


class Kind(StrEnum):
    """How a version came to be applied."""

    APPLY = "apply"
    ROLLBACK = "rollback"


@dataclass(frozen=True, slots=True)
class Applied:
    """One time that a version was applied: since `at`, scores go by the files of `snapshot`. `plan` is the one that led to it."""

    number: int
    version: str
    snapshot: str
    at: datetime
    actor: str
    why: str
    kind: Kind
    plan: str | None


def latest(connection: Connection) -> Applied | None:
    """What is applied now; `None` if nothing ever was."""
    row = connection.execute(sa.select(APPLIED).order_by(APPLIED.c.number.desc()).limit(1)).one_or_none()
    return None if row is None else _of(row)


def history(connection: Connection) -> tuple[Applied, ...]:
    """All that was ever applied, the oldest first."""
    return tuple(_of(row) for row in connection.execute(sa.select(APPLIED).order_by(APPLIED.c.number)))


def add(
    connection: Connection,
    *,
    version: str,
    snapshot: str,
    at: datetime,
    actor: str,
    why: str,
    kind: Kind,
    plan: str | None = None,
) -> Applied:
    """Notes that a version is applied from now on."""
    values = {"version": version, "snapshot": snapshot, "at": at, "actor": actor, "why": why, "plan": plan}
    row = sa.insert(APPLIED).values(**values, kind=str(kind)).returning(APPLIED.c.number)
    return Applied(connection.execute(row).scalar_one(), version, snapshot, at, actor, why, kind, plan)


def _of(row: sa.Row[tuple[object, ...]]) -> Applied:
    return Applied(**{**row._mapping, "kind": Kind(row._mapping["kind"])})
