"""Digests: who wants to be told by e-mail, how often and of how much, and what was sent to them."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy import Connection

from keepwell.store import audit
from keepwell.store.audit import Event
from keepwell.store.record_tables import DIGESTS, WISHES

MOST = 20
"""How many things a digest tells of, where nothing else is wished."""


class Rhythm(StrEnum):
    """How often somebody wants a digest."""

    NEVER = "never"
    DAILY = "daily"
    WEEKLY = "weekly"


class State(StrEnum):
    """What became of a digest. `HANDED_OVER`: the mail server was being asked when all stopped; it is not asked again."""

    HANDED_OVER = "handed_over"
    SENT = "sent"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Wish:
    """How often a person (an e-mail address) wants a digest, and of how many things at most (1 to 100)."""

    person: str
    rhythm: Rhythm = Rhythm.NEVER
    most: int = MOST


@dataclass(frozen=True, slots=True)
class Digest:
    """A digest of a day: the id of its message, how many things it told of, and what became of it."""

    number: int
    person: str
    day: date
    message: str
    items: int
    state: State
    at: datetime
    error: str


def wish(connection: Connection, wished: Wish, at: datetime) -> None:
    """Keeps what somebody wants."""
    values = {"rhythm": str(wished.rhythm), "most": wished.most, "changed_at": at}
    mine = WISHES.c.person == wished.person
    if not connection.execute(sa.update(WISHES).where(mine).values(**values)).rowcount:
        connection.execute(sa.insert(WISHES).values(person=wished.person, **values))
    said = {"rhythm": str(wished.rhythm), "most": wished.most}
    audit.note(connection, Event.DIGEST_WISHED, f"digest of {wished.person}", wished.person, at, **said)


def wished(connection: Connection, person: str) -> Wish:
    """What somebody wants: no digest, until they say so."""
    columns = (WISHES.c.person, WISHES.c.rhythm, WISHES.c.most)
    row = connection.execute(sa.select(*columns).where(WISHES.c.person == person)).one_or_none()
    return Wish(person) if row is None else Wish(row.person, Rhythm(row.rhythm), row.most)


def wishes(connection: Connection) -> tuple[Wish, ...]:
    """The wishes of all who want a digest, by person."""
    some = WISHES.c.rhythm != str(Rhythm.NEVER)
    columns = (WISHES.c.person, WISHES.c.rhythm, WISHES.c.most)
    rows = connection.execute(sa.select(*columns).where(some).order_by(WISHES.c.person))
    return tuple(Wish(row.person, Rhythm(row.rhythm), row.most) for row in rows)


def hand_over(
    connection: Connection, person: str, day: date, *, message: str, items: int, at: datetime
) -> bool:
    """Notes that a digest is about to be handed to the mail server; false: that of the day was already. One that failed is tried anew."""
    if last_day(connection, person) == day:
        return False
    connection.execute(sa.delete(DIGESTS).where((DIGESTS.c.person == person) & (DIGESTS.c.day == day)))
    row = {"person": person, "day": day, "message": message, "items": items, "at": at, "error": ""}
    connection.execute(sa.insert(DIGESTS).values(**row, state=str(State.HANDED_OVER)))
    return True


def settle(connection: Connection, message: str, state: State, error: str = "") -> None:
    """Notes what became of a digest."""
    connection.execute(
        sa.update(DIGESTS).where(DIGESTS.c.message == message).values(state=str(state), error=error)
    )


def last_day(connection: Connection, person: str) -> date | None:
    """The day of the last digest that somebody got, or may have got."""
    mine = (DIGESTS.c.person == person) & (DIGESTS.c.state != str(State.FAILED))
    found: date | None = connection.execute(sa.select(sa.func.max(DIGESTS.c.day)).where(mine)).scalar_one()
    return found


def of(connection: Connection, person: str) -> tuple[Digest, ...]:
    """All digests of somebody, the newest first."""
    query = sa.select(DIGESTS).where(DIGESTS.c.person == person).order_by(DIGESTS.c.number.desc())
    return tuple(
        Digest(**{**row._mapping, "state": State(row._mapping["state"])}) for row in connection.execute(query)
    )
