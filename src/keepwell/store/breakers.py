"""Breakers as they are kept: which journeys are paused, since when, by whom and why."""

from collections.abc import Mapping

import sqlalchemy as sa
from sqlalchemy import Connection

from keepwell.outreach.breaker import Breaker, State
from keepwell.store import audit, ledger
from keepwell.store.audit import Event
from keepwell.store.outreach_tables import BREAKERS

LIMIT = "keepwell"
"""Who the audit says has paused a journey where a limit did."""

_EVENTS = {
    State.TRIPPED: Event.JOURNEY_TRIPPED,
    State.STOPPED: Event.JOURNEY_STOPPED,
    State.RUNNING: Event.JOURNEY_RESUMED,
}


def of(connection: Connection, journey: str) -> Breaker | None:
    """A journey's breaker; `None`: it has never been paused."""
    row = connection.execute(sa.select(BREAKERS).where(BREAKERS.c.journey == journey)).one_or_none()
    return None if row is None else _of(row)


def every(connection: Connection) -> Mapping[str, Breaker]:
    """The breakers of all journeys that have ever been paused."""
    return {row.journey: _of(row) for row in connection.execute(sa.select(BREAKERS))}


def keep(connection: Connection, journey: str, breaker: Breaker) -> None:
    """Keeps a breaker that has changed, and tells the audit; what waits is looked at again once the journey goes on."""
    values = {
        "state": str(breaker.state),
        "since": breaker.since,
        "by": breaker.by,
        "because": breaker.because,
    }
    mine = BREAKERS.c.journey == journey
    if not connection.execute(sa.update(BREAKERS).where(mine).values(**values)).rowcount:
        connection.execute(sa.insert(BREAKERS).values(journey=journey, **values))
    actor = breaker.by or LIMIT
    audit.note(
        connection,
        _EVENTS[breaker.state],
        f"journey {journey}",
        actor,
        breaker.since,
        because=breaker.because,
    )
    if not breaker.paused:
        ledger.wake(connection, journey)


def _of(row: sa.Row[tuple[object, ...]]) -> Breaker:
    kept = row._mapping
    return Breaker(State(kept["state"]), kept["since"], kept["by"], kept["because"])
