"""Enrollments as they are kept: where each stands, when it wakes, and what is to be done, put down in the transaction that advances it."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from keepwell.outreach.engine import Advanced, Intent
from keepwell.outreach.enrollment import End, Enrollment
from keepwell.store.outreach_tables import ENROLLMENTS, INTENTS


@dataclass(frozen=True, slots=True)
class Wanted:
    """Something that is to be done for an enrollment: a step of a kind (`message`, `task` ...), and whether the offer that it has is made."""

    number: int
    enrollment: str
    step: str
    occurrence: int
    kind: str
    offered: bool
    at: datetime


def begin(connection: Connection, enrollment: Enrollment) -> bool:
    """Keeps an enrollment that is to be advanced at once; whether it is new: one that is kept already stays as it is."""
    if get(connection, enrollment.id) is not None:
        return False
    connection.execute(sa.insert(ENROLLMENTS).values(**_row(enrollment), wakes_at=enrollment.began_at))
    return True


def keep(connection: Connection, before: Enrollment, advanced: Advanced) -> bool:
    """Keeps where an enrollment has come to, and all that is to be done, in one; whether it did.

    It does not where the enrollment is no more what it was: another has advanced it, and then nothing of this is kept.
    """
    mine = (ENROLLMENTS.c.id == before.id) & (ENROLLMENTS.c.at == before.at) & ENROLLMENTS.c.end.is_(None)
    same = mine & (ENROLLMENTS.c.place == before.place) & (ENROLLMENTS.c.version == before.version)
    values = {**_row(advanced.enrollment), "wakes_at": advanced.wakes_at}
    if not connection.execute(sa.update(ENROLLMENTS).where(same).values(**values)).rowcount:
        return False
    if advanced.intents:
        connection.execute(sa.insert(INTENTS), [_wanted(each) for each in advanced.intents])
    return True


def get(connection: Connection, id: str) -> Enrollment | None:
    """The enrollment of that id, if there is one."""
    row = connection.execute(sa.select(ENROLLMENTS).where(ENROLLMENTS.c.id == id)).one_or_none()
    return None if row is None else _of(row)


def of(connection: Connection, journey: str, account_id: str) -> tuple[Enrollment, ...]:
    """An account's enrollments in a journey, the oldest first."""
    mine = (ENROLLMENTS.c.journey == journey) & (ENROLLMENTS.c.account_id == account_id)
    query = sa.select(ENROLLMENTS).where(mine).order_by(ENROLLMENTS.c.began_at, ENROLLMENTS.c.id)
    return tuple(_of(row) for row in connection.execute(query))


def due(connection: Connection, at: datetime, most: int) -> tuple[Enrollment, ...]:
    """Enrollments that time moves by an instant, those that wake first first; at most so many."""
    query = sa.select(ENROLLMENTS).where(ENROLLMENTS.c.end.is_(None) & (ENROLLMENTS.c.wakes_at <= at))
    rows = connection.execute(query.order_by(ENROLLMENTS.c.wakes_at, ENROLLMENTS.c.id).limit(most))
    return tuple(_of(row) for row in rows)


def wanted(connection: Connection, most: int) -> tuple[Wanted, ...]:
    """What is still to be done, in the order in which it was put down; at most so many."""
    columns = [INTENTS.c[name] for name in Wanted.__slots__]
    query = sa.select(*columns).where(INTENTS.c.settled_at.is_(None)).order_by(INTENTS.c.number).limit(most)
    return tuple(Wanted(**row._mapping) for row in connection.execute(query))


def settle(connection: Connection, numbers: Sequence[int], at: datetime) -> None:
    """Notes that something is done, in the transaction of what was done: the ledger's entries of a message, a task."""
    mine = INTENTS.c.number.in_(numbers) & INTENTS.c.settled_at.is_(None)
    connection.execute(sa.update(INTENTS).where(mine).values(settled_at=at))


def _wanted(intent: Intent) -> dict[str, Any]:
    return {
        "enrollment": intent.enrollment,
        "step": intent.step.id,
        "occurrence": intent.occurrence,
        "kind": type(intent.step).__name__.lower(),
        "offered": intent.offer is not None,
        "at": intent.at,
    }


def _row(enrollment: Enrollment) -> dict[str, Any]:
    row = asdict(enrollment)
    row["account_id"] = row.pop("account")
    end = None if enrollment.end is None else str(enrollment.end)
    return {**row, "arms": dict(enrollment.arms or {}), "done": sorted(enrollment.done), "end": end}


def _of(row: sa.Row[Any]) -> Enrollment:
    kept = dict(row._mapping)
    del kept["wakes_at"]
    end = None if kept["end"] is None else End(kept["end"])
    account = kept.pop("account_id")
    return Enrollment(**{**kept, "account": account, "done": frozenset(kept["done"]), "end": end})
