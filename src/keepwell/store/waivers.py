"""Waivers: findings that somebody has looked at and lets pass, with the reason. They can be revoked, never removed."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import Connection

from keepwell.store import audit
from keepwell.store.audit import Event
from keepwell.store.tables import WAIVERS


@dataclass(frozen=True, slots=True)
class Waiver:
    """That `rule` need not hold for `subject` (a signal, a scorecard), since `at`, and why; until it was revoked, if it was."""

    number: int
    subject: str
    rule: str
    why: str
    actor: str
    at: datetime
    revoked_at: datetime | None = None
    revoked_by: str | None = None


def give(connection: Connection, subject: str, rule: str, *, why: str, actor: str, at: datetime) -> Waiver:
    """Lets a finding pass from now on."""
    values = {"subject": subject, "rule": rule, "why": why, "actor": actor, "at": at}
    row = sa.insert(WAIVERS).values(**values).returning(WAIVERS.c.number)
    given = Waiver(connection.execute(row).scalar_one(), subject, rule, why, actor, at)
    audit.note(connection, Event.WAIVER_GIVEN, f"{rule} of {subject}", actor, at, why=why)
    return given


def revoke(connection: Connection, subject: str, rule: str, *, actor: str, at: datetime) -> int:
    """Ends every waiver of a rule for a subject that is in force; how many there were."""
    mine = (WAIVERS.c.subject == subject) & (WAIVERS.c.rule == rule) & WAIVERS.c.revoked_at.is_(None)
    ended = connection.execute(
        sa.update(WAIVERS).where(mine).values(revoked_at=at, revoked_by=actor)
    ).rowcount
    if ended:
        audit.note(connection, Event.WAIVER_REVOKED, f"{rule} of {subject}", actor, at)
    return ended


def in_force(connection: Connection) -> tuple[Waiver, ...]:
    """The waivers that nobody has revoked, the oldest first."""
    query = sa.select(WAIVERS).where(WAIVERS.c.revoked_at.is_(None)).order_by(WAIVERS.c.number)
    return tuple(Waiver(**row._mapping) for row in connection.execute(query))
