"""Overrides: people's expiring, explained corrections of a score. They can be ended early, never removed."""

from dataclasses import asdict, dataclass, replace
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import Connection

from keepwell.store import audit, outbox
from keepwell.store.audit import Event
from keepwell.store.record_tables import OVERRIDES


@dataclass(frozen=True, slots=True)
class Override:
    """That `target` (the score, a dimension or a measure) of an account is `value`, 0 to 100, from one instant until another, and why.

    `number` is 0 as long as it is not kept. `ended_at`: somebody has ended it before its time, or `None`.
    """

    key: str
    account_id: str
    purpose: str
    target: str
    value: float
    from_at: datetime
    until_at: datetime
    reason: str
    author: str
    ended_at: datetime | None = None
    ended_by: str | None = None
    ended_why: str = ""
    number: int = 0

    def holds(self, at: datetime) -> bool:
        """Whether it acts on scores of that instant."""
        return self.from_at < at <= (self.until_at if self.ended_at is None else self.ended_at)


def give(connection: Connection, override: Override, *, known_at: datetime, at: datetime) -> Override:
    """Keeps an override that is given now (`at`), and counts as known from `known_at` on."""
    row = {name: value for name, value in asdict(override).items() if name != "number"}
    insert = sa.insert(OVERRIDES).values(**row).returning(OVERRIDES.c.number)
    kept = replace(override, number=connection.execute(insert).scalar_one())
    _tell(connection, kept, known_at)
    said = {"purpose": kept.purpose, "target": kept.target, "value": kept.value, "until": kept.until_at}
    audit.note(connection, Event.OVERRIDE_GIVEN, f"override {kept.number}", kept.author, at, **said)
    return kept


def end(
    connection: Connection, override: Override, *, why: str, actor: str, known_at: datetime, at: datetime
) -> Override:
    """Ends an override now (`at`): it holds until `known_at`."""
    ended = replace(override, ended_at=known_at, ended_by=actor, ended_why=why)
    changed = {"ended_at": known_at, "ended_by": actor, "ended_why": why}
    connection.execute(sa.update(OVERRIDES).where(OVERRIDES.c.number == override.number).values(**changed))
    _tell(connection, ended, known_at)
    audit.note(connection, Event.OVERRIDE_ENDED, f"override {override.number}", actor, at)
    return ended


def get(connection: Connection, number: int) -> Override | None:
    """The override of that number, if there is one."""
    row = connection.execute(sa.select(OVERRIDES).where(OVERRIDES.c.number == number)).one_or_none()
    return None if row is None else Override(**row._mapping)


def of(connection: Connection, account_id: str) -> tuple[Override, ...]:
    """All overrides that an account ever had, the newest first."""
    query = sa.select(OVERRIDES).where(OVERRIDES.c.account_id == account_id)
    rows = connection.execute(query.order_by(OVERRIDES.c.number.desc()))
    return tuple(Override(**row._mapping) for row in rows)


def in_force(connection: Connection, at: datetime) -> tuple[Override, ...]:
    """The overrides of all accounts that act on scores of an instant, those that end first before the others."""
    until = sa.func.coalesce(OVERRIDES.c.ended_at, OVERRIDES.c.until_at, type_=OVERRIDES.c.until_at.type)
    holding = (OVERRIDES.c.from_at < at) & (until >= at)
    rows = connection.execute(sa.select(OVERRIDES).where(holding).order_by(until, OVERRIDES.c.number))
    return tuple(Override(**row._mapping) for row in rows)


def _tell(connection: Connection, override: Override, known_at: datetime) -> None:
    outbox.put(
        connection,
        "overrides",
        override.key,
        override.account_id,
        known_at,
        occurred_at=override.from_at,
        until_at=override.until_at if override.ended_at is None else override.ended_at,
        purpose=override.purpose,
        target=override.target,
        value=override.value,
        author=override.author,
    )
