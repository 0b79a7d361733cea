"""The outbox: what people said of accounts, on its way to the warehouse, where it becomes facts. Only ever added to.

The warehouse remembers how far it has read, in the transaction that writes the facts; so nothing is copied twice or left out, and
a warehouse that is built anew is told everything again.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from keepwell.store.record_tables import FEEDBACK, OUTBOX, OVERRIDES, PULSES

_TICK = timedelta(microseconds=1)
_WORDED = (OVERRIDES, PULSES, FEEDBACK)


@dataclass(frozen=True, slots=True)
class Told:
    """One revision of a record: what the canonical table `table` is to hold of it under `key`, known at `known_at`.

    `content` maps the table's columns to JSON values, instants as ISO 8601; what people wrote is not among them.
    """

    number: int
    table: str
    key: str
    account_id: str
    known_at: datetime
    content: Mapping[str, Any]


def put(
    connection: Connection, table: str, key: str, account_id: str, at: datetime, **content: Any
) -> datetime:
    """Puts one more revision of a record in; when it counts as known: `at`, or just after the revision before it."""
    query = sa.select(sa.func.max(OUTBOX.c.known_at)).where(OUTBOX.c.key == key)
    before: datetime | None = connection.execute(query).scalar_one()
    known_at = at if before is None else max(at, before + _TICK)
    values = {name: _plain(value) for name, value in content.items()}
    row = {"table": table, "key": key, "account_id": account_id, "known_at": known_at, "content": values}
    connection.execute(sa.insert(OUTBOX).values(**row))
    return known_at


def after(connection: Connection, number: int, most: int) -> tuple[Told, ...]:
    """What came after a number, in the order of writing; at most so many."""
    query = sa.select(OUTBOX).where(OUTBOX.c.number > number).order_by(OUTBOX.c.number).limit(most)
    return tuple(Told(**row._mapping) for row in connection.execute(query))


def last(connection: Connection) -> int:
    """The number of the last that was put in; 0 if none was."""
    return int(connection.execute(sa.select(sa.func.coalesce(sa.func.max(OUTBOX.c.number), 0))).scalar_one())


def last_known(connection: Connection, start: datetime, end: datetime) -> datetime | None:
    """The latest instant at which anything counts as known, of those from `start` on and before `end`; `None`: nothing does."""
    within = (OUTBOX.c.known_at >= start) & (OUTBOX.c.known_at < end)
    found: datetime | None = connection.execute(
        sa.select(sa.func.max(OUTBOX.c.known_at)).where(within)
    ).scalar_one()
    return found


def holds(connection: Connection, number: int, key: str) -> bool:
    """Whether the revision of that number is of that record: not so in a store that was restored to what it was before."""
    query = sa.select(OUTBOX.c.number).where((OUTBOX.c.number == number) & (OUTBOX.c.key == key))
    return connection.execute(query).one_or_none() is not None


def reasons(connection: Connection, told: Iterable[Told]) -> dict[str, str]:
    """The reasons that people gave, by the key of their record; only of the tables that hold any."""
    keys: dict[str, set[str]] = {}
    for each in told:
        keys.setdefault(each.table, set()).add(each.key)
    found: dict[str, str] = {}
    for table in _WORDED:
        if wanted := keys.get(table.name):
            query = sa.select(table.c.key, table.c.reason).where(table.c.key.in_(wanted))
            found |= {row.key: row.reason for row in connection.execute(query)}
    return found


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value
