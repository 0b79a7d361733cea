"""Enrollments as they are kept: where each stands, when it wakes, and what is to be done, put down in the transaction that advances it."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from keepwell.outreach.engine import Advanced, Intent
from keepwell.outreach.enrollment import End, Enrollment
from keepwell.store import many
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


AT_ONCE = 5000
"""So many ids a statement names at most."""


@dataclass(frozen=True, slots=True)
class Due:
    """Something that is to be done, with the enrollment that it is to be done for: which journey it is in, by which version, and whose it is."""

    wanted: Wanted
    journey: str
    version: str
    account: str


@dataclass(frozen=True, slots=True)
class Count:
    """How many enrollments of a journey stand alike: `end` is `None` for those under way."""

    journey: str
    end: End | None
    held_out: bool
    count: int


def to_do(connection: Connection) -> Mapping[str, int]:
    """How much is still to be done for the enrollments of each journey."""
    query = sa.select(ENROLLMENTS.c.journey, sa.func.count().label("counted")).group_by(ENROLLMENTS.c.journey)
    query = query.join(INTENTS, INTENTS.c.enrollment == ENROLLMENTS.c.id)
    return {
        row.journey: row.counted for row in connection.execute(query.where(INTENTS.c.settled_at.is_(None)))
    }


def begin(connection: Connection, enrollment: Enrollment) -> bool:
    """Keeps an enrollment that is to be advanced at once; whether it is new: one that is kept already stays as it is."""
    if get(connection, enrollment.id) is not None:
        return False
    connection.execute(sa.insert(ENROLLMENTS).values(**_row(enrollment), wakes_at=enrollment.began_at))
    return True


def begin_all(connection: Connection, begun: Sequence[Enrollment]) -> int:
    """Keeps enrollments that are to be advanced at once; how many are new: those that are kept already stay as they are."""
    new = {each.id: each for each in begun}
    for ids in _batches(new):
        query = sa.select(ENROLLMENTS.c.id).where(ENROLLMENTS.c.id.in_(ids))
        for known in connection.execute(query).scalars().all():
            del new[known]
    if new:
        rows = [{**_row(each), "wakes_at": each.began_at} for each in new.values()]
        _insert(connection, ENROLLMENTS, rows)
    return len(new)


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


def claimed(connection: Connection, at: datetime, most: int) -> tuple[Enrollment, ...]:
    """Enrollments that time moves by an instant, those that wake first first; at most so many. Nobody else gets them until the transaction ends.

    Of several who claim at once in PostgreSQL each gets others; in SQLite only one can.
    """
    query = sa.select(*many.raw(_KEPT)).where(ENROLLMENTS.c.wakes_at <= at)
    query = query.order_by(ENROLLMENTS.c.wakes_at).limit(
        most
    )  # by the id too, all that wake together would be sorted
    rows = connection.execute(query.with_for_update(skip_locked=True)).all()
    converters = [many.read(connection, column) for column in _KEPT]
    return tuple(
        _enrollment([read(value) for read, value in zip(converters, row, strict=True)]) for row in rows
    )


def keep_all(connection: Connection, advanced: Sequence[Advanced]) -> None:
    """Keeps where enrollments that were claimed in this transaction have come to, and all that is to be done."""
    moving = [
        (_moving(each.enrollment) | {"wakes_at": each.wakes_at}, each.enrollment.id) for each in advanced
    ]
    converters = [(name, many.bound(connection, ENROLLMENTS.c[name])) for name in _MOVING]
    rows = [[bound(row[name]) for name, bound in converters] + [id] for row, id in moving]
    many.execute(connection, _MOVE, rows, [*_MOVING, "same"])
    _insert(connection, INTENTS, [_wanted(each) for one in advanced for each in one.intents])


def wake(
    connection: Connection,
    at: datetime,
    *,
    journey: str | None = None,
    accounts: Collection[str] | None = None,
) -> int:
    """Has enrollments under way looked at by an instant, of a journey and of accounts as far as these are said; how many would have slept on."""
    asleep = ENROLLMENTS.c.end.is_(None) & (ENROLLMENTS.c.wakes_at.is_(None) | (ENROLLMENTS.c.wakes_at > at))
    if journey is not None:
        asleep &= ENROLLMENTS.c.journey == journey
    if accounts is None:
        return connection.execute(sa.update(ENROLLMENTS).where(asleep).values(wakes_at=at)).rowcount
    woken = 0
    for some in _batches(sorted(accounts)):
        mine = asleep & ENROLLMENTS.c.account_id.in_(some)
        woken += connection.execute(sa.update(ENROLLMENTS).where(mine).values(wakes_at=at)).rowcount
    return woken


def wake_these(connection: Connection, ids: Collection[str], at: datetime) -> int:
    """Has some enrollments looked at by an instant, as far as they are under way; how many would have slept on."""
    asleep = ENROLLMENTS.c.end.is_(None) & (ENROLLMENTS.c.wakes_at.is_(None) | (ENROLLMENTS.c.wakes_at > at))
    woken = 0
    for some in _batches(sorted(ids)):
        mine = asleep & ENROLLMENTS.c.id.in_(some)
        woken += connection.execute(sa.update(ENROLLMENTS).where(mine).values(wakes_at=at)).rowcount
    return woken


def wake_others(connection: Connection, journey: str, version: str, at: datetime) -> int:
    """Has those looked at that are under way in a journey by another version than one; how many there are."""
    mine = (ENROLLMENTS.c.journey == journey) & ENROLLMENTS.c.end.is_(None)
    others = mine & (ENROLLMENTS.c.version != version)
    return connection.execute(sa.update(ENROLLMENTS).where(others).values(wakes_at=at)).rowcount


def sleep(connection: Connection, id: str) -> None:
    """Has an enrollment looked at no more until something wakes it."""
    connection.execute(sa.update(ENROLLMENTS).where(ENROLLMENTS.c.id == id).values(wakes_at=None))


def get(connection: Connection, id: str) -> Enrollment | None:
    """The enrollment of that id, if there is one."""
    row = connection.execute(sa.select(*_KEPT).where(ENROLLMENTS.c.id == id)).one_or_none()
    return None if row is None else _of(row)


def of(connection: Connection, journey: str, account_id: str) -> tuple[Enrollment, ...]:
    """An account's enrollments in a journey, the oldest first."""
    mine = (ENROLLMENTS.c.journey == journey) & (ENROLLMENTS.c.account_id == account_id)
    query = sa.select(*_KEPT).where(mine).order_by(ENROLLMENTS.c.began_at, ENROLLMENTS.c.id)
    return tuple(_of(row) for row in connection.execute(query))


def earlier(
    connection: Connection, journey: str, accounts: Collection[str]
) -> Mapping[str, tuple[Enrollment, ...]]:
    """The enrollments in a journey of those among the accounts that have any, by account id, the oldest first."""
    found: dict[str, list[Enrollment]] = {}
    for some in _batches(sorted(accounts)):
        mine = (ENROLLMENTS.c.journey == journey) & ENROLLMENTS.c.account_id.in_(some)
        query = sa.select(*_KEPT).where(mine).order_by(ENROLLMENTS.c.began_at, ENROLLMENTS.c.id)
        for row in connection.execute(query):
            found.setdefault(row.account_id, []).append(_of(row))
    return {account: tuple(mine) for account, mine in found.items()}


def under_way(connection: Connection) -> frozenset[tuple[str, str]]:
    """The journeys in which anybody is under way, each with the versions by which they are."""
    columns = (ENROLLMENTS.c.journey, ENROLLMENTS.c.version)
    query = sa.select(*columns).where(ENROLLMENTS.c.end.is_(None)).distinct()
    return frozenset((row.journey, row.version) for row in connection.execute(query))


def counts(connection: Connection) -> Iterator[Count]:
    """How many enrollments each journey has, by how they ended and whether they are held out."""
    columns = (ENROLLMENTS.c.journey, ENROLLMENTS.c.end, ENROLLMENTS.c.held_out)
    query = sa.select(*columns, sa.func.count().label("counted")).group_by(*columns).order_by(*columns)
    for row in connection.execute(query):
        end = None if row.end is None else End(row.end)
        yield Count(row.journey, end, bool(row.held_out), row.counted)


def every(connection: Connection) -> Iterator[Enrollment]:
    """All enrollments, those that began first first."""
    query = sa.select(*_KEPT).order_by(ENROLLMENTS.c.began_at, ENROLLMENTS.c.id)
    for row in connection.execute(query):
        yield _of(row)


def wakes_next(connection: Connection) -> datetime | None:
    """When the next enrollment under way is to be looked at; `None`: time alone moves none."""
    query = sa.select(sa.func.min(ENROLLMENTS.c.wakes_at)).where(ENROLLMENTS.c.end.is_(None))
    found: datetime | None = connection.execute(query).scalar_one()
    return found


def intents(connection: Connection, kinds: Collection[str]) -> Iterator[tuple[Due, str | None]]:
    """What was or is to be done of some kinds, in the order in which it was put down, each with what came of it (`None`: nothing that is told)."""
    columns = [INTENTS.c[name] for name in Wanted.__slots__]
    whose = [ENROLLMENTS.c[name] for name in ("journey", "version", "account_id")]
    query = sa.select(*columns, *whose, INTENTS.c.came_of)
    query = query.join(ENROLLMENTS, INTENTS.c.enrollment == ENROLLMENTS.c.id)
    for row in connection.execute(query.where(INTENTS.c.kind.in_(sorted(kinds))).order_by(INTENTS.c.number)):
        yield (
            Due(Wanted(*row[: len(columns)]), row.journey, row.version, row.account_id),
            row.came_of,
        )


def due(connection: Connection, at: datetime, most: int) -> tuple[Enrollment, ...]:
    """Enrollments that time moves by an instant, those that wake first first; at most so many."""
    query = sa.select(*_KEPT).where(ENROLLMENTS.c.end.is_(None) & (ENROLLMENTS.c.wakes_at <= at))
    rows = connection.execute(query.order_by(ENROLLMENTS.c.wakes_at, ENROLLMENTS.c.id).limit(most))
    return tuple(_of(row) for row in rows)


def wanted(connection: Connection, most: int) -> tuple[Wanted, ...]:
    """What is still to be done, in the order in which it was put down; at most so many."""
    columns = [INTENTS.c[name] for name in Wanted.__slots__]
    query = sa.select(*columns).where(INTENTS.c.settled_at.is_(None)).order_by(INTENTS.c.number).limit(most)
    return tuple(Wanted(**row._mapping) for row in connection.execute(query))


def to_settle(connection: Connection, kinds: Collection[str], most: int) -> tuple[Due, ...]:
    """What is still to be done of some kinds, in the order in which it was put down; at most so many."""
    columns = [INTENTS.c[name] for name in Wanted.__slots__]
    whose = [ENROLLMENTS.c[name] for name in ("journey", "version", "account_id")]
    waiting = INTENTS.c.settled_at.is_(None) & INTENTS.c.kind.in_(sorted(kinds))
    query = sa.select(*columns, *whose).join(ENROLLMENTS, INTENTS.c.enrollment == ENROLLMENTS.c.id)
    rows = connection.execute(query.where(waiting).order_by(INTENTS.c.number).limit(most))
    return tuple(Due(Wanted(*row[: len(columns)]), row.journey, row.version, row.account_id) for row in rows)


def settle(connection: Connection, numbers: Sequence[int], at: datetime, came_of: str | None = None) -> None:
    """Notes that something is done, in the transaction of what was done: the ledger's entries of a message, a task.

    `came_of` says what came of it: `task 12`.
    """
    mine = INTENTS.c.number.in_(numbers) & INTENTS.c.settled_at.is_(None)
    connection.execute(sa.update(INTENTS).where(mine).values(settled_at=at, came_of=came_of))


def _wanted(intent: Intent) -> dict[str, Any]:
    return {
        "enrollment": intent.enrollment,
        "step": intent.step.id,
        "occurrence": intent.occurrence,
        "kind": type(intent.step).__name__.lower(),
        "offered": intent.offer is not None,
        "at": intent.at,
    }


_KEPT = [column for column in ENROLLMENTS.c if column.name != "wakes_at"]
_PLACES = {column.name: place for place, column in enumerate(_KEPT)}
_MOVES = ("version", "at", "place", "since", "round", "ended_at", "because")
_MOVING = (*_MOVES, "arms", "done", "end", "wakes_at")
_MOVE = (
    sa.update(ENROLLMENTS)
    .where(ENROLLMENTS.c.id == sa.bindparam("same"))
    .values({name: sa.bindparam(name) for name in _MOVING})
)


def _insert(connection: Connection, table: sa.Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Puts rows, all of the same columns, into a table."""
    if rows:
        names = list(rows[0])
        converters = [(name, many.bound(connection, table.c[name])) for name in names]
        values = [[bound(row[name]) for name, bound in converters] for row in rows]
        many.execute(connection, sa.insert(table), values, names)


def _batches(ids: Iterable[str]) -> list[list[str]]:
    every = list(ids)
    return [every[start : start + AT_ONCE] for start in range(0, len(every), AT_ONCE)]


def _moving(enrollment: Enrollment) -> dict[str, Any]:
    """What of an enrollment can change on its way."""
    row: dict[str, Any] = {name: getattr(enrollment, name) for name in _MOVES}
    row["arms"], row["done"] = dict(enrollment.arms or {}), tuple(sorted(enrollment.done))
    row["end"] = None if enrollment.end is None else str(enrollment.end)
    return row


def _row(enrollment: Enrollment) -> dict[str, Any]:
    whose = ("id", "journey", "key", "began_at", "held_out")
    row = {name: getattr(enrollment, name) for name in whose} | {"account_id": enrollment.account}
    return row | _moving(enrollment)


def _of(row: sa.Row[Any]) -> Enrollment:
    return _enrollment(row)


_FIELDS = [_PLACES["account_id" if each.name == "account" else each.name] for each in fields(Enrollment)]
_DONE, _END = (
    next(n for n, each in enumerate(fields(Enrollment)) if each.name == name) for name in ("done", "end")
)


def _enrollment(values: Sequence[Any]) -> Enrollment:
    """The enrollment of a row of the columns that are kept."""
    row = [values[place] for place in _FIELDS]
    row[_DONE] = frozenset(row[_DONE])
    row[_END] = None if row[_END] is None else End(row[_END])
    return Enrollment(*row)
