"""Runs: what a server did by itself at set times, or because somebody asked; how far it is, and what came of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from keepwell.store.run_tables import RUNS

SERVER = "server"
"""Who asks for what is due by the schedule."""

LONGEST_LOG = 20_000
"""How many characters of a run's log are kept, from its end."""


class State(StrEnum):
    """How far a run has come. `STOPPED`: the server ended before it did, or somebody stopped it."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a piece of `work`; `due_at` is when the schedule wanted it (`None`: `asked_by` somebody, at `begun_at`).

    While it runs, it is `doing` something, and a `share` (0–1) of it is done. Then there is an `outcome`, or an `error` in words for people.
    """

    number: int
    work: str
    due_at: datetime | None
    asked_by: str
    begun_at: datetime
    ended_at: datetime | None
    state: State
    doing: str
    share: float
    outcome: Mapping[str, Any]
    error: str
    log: str


def begin(
    connection: Connection, work: str, *, due_at: datetime | None, asked_by: str, at: datetime
) -> Run | None:
    """Notes that a run begins; `None`: the same work runs already, or what was due at that time has been begun before."""
    same = RUNS.c.work == work
    running = same & (RUNS.c.state == str(State.RUNNING))
    taken = running if due_at is None else running | (same & (RUNS.c.due_at == due_at))
    if connection.execute(sa.select(RUNS.c.number).where(taken).limit(1)).first() is not None:
        return None
    row = {"work": work, "due_at": due_at, "asked_by": asked_by, "begun_at": at, "state": str(State.RUNNING)}
    rest: dict[str, Any] = {"doing": "", "share": 0.0, "outcome": {}, "error": "", "log": ""}
    number = connection.execute(sa.insert(RUNS).values(**row, **rest).returning(RUNS.c.number)).scalar_one()
    return get(connection, number)


def advance(connection: Connection, number: int, doing: str, share: float) -> None:
    """Notes how far a run is."""
    running = (RUNS.c.number == number) & (RUNS.c.state == str(State.RUNNING))
    connection.execute(sa.update(RUNS).where(running).values(doing=doing, share=share))


def settle(
    connection: Connection,
    number: int,
    state: State,
    *,
    at: datetime,
    outcome: Mapping[str, Any] | None = None,
    error: str = "",
    log: str = "",
) -> None:
    """Notes what came of a run; one that has ended stays as it is."""
    running = (RUNS.c.number == number) & (RUNS.c.state == str(State.RUNNING))
    ended = {"state": str(state), "ended_at": at, "doing": "", "outcome": dict(outcome or {}), "error": error}
    if state is State.DONE:
        ended["share"] = 1.0
    connection.execute(sa.update(RUNS).where(running).values(**ended, log=log[-LONGEST_LOG:]))


def abandon(connection: Connection, at: datetime) -> int:
    """Settles the runs that a server left behind when it ended without notice, and says how many."""
    running = RUNS.c.state == str(State.RUNNING)
    values = {
        "state": str(State.STOPPED),
        "ended_at": at,
        "doing": "",
        "error": "the server ended while it ran",
    }
    return connection.execute(sa.update(RUNS).where(running).values(**values)).rowcount


def get(connection: Connection, number: int) -> Run | None:
    """The run of that number, if there is one."""
    row = connection.execute(sa.select(RUNS).where(RUNS.c.number == number)).one_or_none()
    return None if row is None else _of(row)


def latest(connection: Connection, most: int = 50, before: int | None = None) -> tuple[Run, ...]:
    """The last runs, the newest first; of those before a number, if one is given."""
    query = sa.select(RUNS).order_by(RUNS.c.number.desc()).limit(most)
    if before is not None:
        query = query.where(RUNS.c.number < before)
    return tuple(_of(row) for row in connection.execute(query))


def last_done(connection: Connection) -> dict[str, datetime]:
    """When each work was last done to its end."""
    done = sa.select(RUNS.c.work, sa.func.max(RUNS.c.ended_at).label("at")).where(
        RUNS.c.state == str(State.DONE)
    )
    return {row.work: row.at for row in connection.execute(done.group_by(RUNS.c.work))}


def _of(row: sa.Row[tuple[object, ...]]) -> Run:
    return Run(**{**row._mapping, "state": State(row._mapping["state"])})
