"""How enrollments stand, counted and listed for people to look at; what advances them is in `enrollments`."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import Connection

from keepwell.outreach.enrollment import End
from keepwell.outreach.ledger import State
from keepwell.store.outreach_tables import ENROLLMENTS, LEDGER


@dataclass(frozen=True, slots=True)
class Stand:
    """So many enrollments of a journey that stand alike: `place` is the step of those under way, `end` how the others ended (`None`: under way)."""

    journey: str
    place: str
    end: End | None
    held_out: bool
    count: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of enrollments, of those held out or of the others: how many there are, of how many accounts, and how many reached the goal."""

    held_out: bool
    count: int
    accounts: int
    reached: int


@dataclass(frozen=True, slots=True)
class Enrolled:
    """An account in a journey: the step at which it stands since when, or how and when that ended, and why."""

    id: str
    journey: str
    version: str
    account_id: str
    began_at: datetime
    place: str
    since: datetime
    held_out: bool
    end: End | None
    ended_at: datetime | None
    because: str

    @property
    def under_way(self) -> bool:
        """Whether it has not ended."""
        return self.end is None


@dataclass(frozen=True, slots=True)
class Tally:
    """So many messages of a journey are in a state, for a reason (empty: for none)."""

    state: State
    reason: str
    count: int


def stands(connection: Connection, journey: str | None = None) -> Iterator[Stand]:
    """How many enrollments stand where, of one journey or of all."""
    place = sa.case((ENROLLMENTS.c.end.is_(None), ENROLLMENTS.c.place), else_="").label("place")
    columns = (ENROLLMENTS.c.journey, place, ENROLLMENTS.c.end, ENROLLMENTS.c.held_out)
    query = sa.select(*columns, sa.func.count().label("many")).group_by(*columns)
    if journey is not None:
        query = query.where(ENROLLMENTS.c.journey == journey)
    for row in connection.execute(query.order_by(ENROLLMENTS.c.journey)):
        end = None if row.end is None else End(row.end)
        yield Stand(row.journey, row.place, end, bool(row.held_out), row.many)


def outcomes(connection: Connection, journey: str, began_by: datetime) -> tuple[Outcome, ...]:
    """What became of the enrollments of a journey that began by an instant: of those held out, and of the others."""
    reached = sa.func.sum(sa.case((ENROLLMENTS.c.end == str(End.REACHED), 1), else_=0)).label("reached")
    accounts = sa.func.count(ENROLLMENTS.c.account_id.distinct()).label("accounts")
    query = sa.select(ENROLLMENTS.c.held_out, sa.func.count().label("many"), accounts, reached)
    query = query.where((ENROLLMENTS.c.journey == journey) & (ENROLLMENTS.c.began_at <= began_by))
    rows = connection.execute(query.group_by(ENROLLMENTS.c.held_out))
    return tuple(Outcome(bool(row.held_out), row.many, row.accounts, int(row.reached)) for row in rows)


def listed(
    connection: Connection, *, journey: str | None = None, account_id: str | None = None, most: int = 200
) -> tuple[Enrolled, ...]:
    """The enrollments in a journey, or of an account: those under way first, and then the newest first; at most so many."""
    query = sa.select(*(ENROLLMENTS.c[name] for name in Enrolled.__slots__))
    for column, wanted in ((ENROLLMENTS.c.journey, journey), (ENROLLMENTS.c.account_id, account_id)):
        if wanted is not None:
            query = query.where(column == wanted)
    order = (ENROLLMENTS.c.end.is_not(None), ENROLLMENTS.c.began_at.desc(), ENROLLMENTS.c.id)
    return tuple(_of(row) for row in connection.execute(query.order_by(*order).limit(most)))


def tallied(connection: Connection, journey: str) -> tuple[Tally, ...]:
    """How many messages of a journey are in which state and for which reason, the most first."""
    columns = (LEDGER.c.state, LEDGER.c.reason)
    query = sa.select(*columns, sa.func.count().label("many")).where(LEDGER.c.journey == journey)
    rows = connection.execute(query.group_by(*columns).order_by(sa.desc("many"), *columns))
    return tuple(Tally(State(row.state), row.reason, row.many) for row in rows)


def _of(row: sa.Row[tuple[object, ...]]) -> Enrolled:
    end = row._mapping["end"]
    return Enrolled(**{**row._mapping, "end": None if end is None else End(end)})
