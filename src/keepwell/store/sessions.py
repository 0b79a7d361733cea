"""Sessions: who is signed in where. They are known by the digests of their tokens, and end rather than vanish."""

from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from keepwell.store import users
from keepwell.store.tables import SESSIONS, USERS
from keepwell.store.users import User


@dataclass(frozen=True, slots=True)
class Session:
    """A user who is signed in, from `began_at` until `ended_at`.

    `proved_at`: when they last showed who they are; `rotated_at`: when the token was last exchanged; `seen_at`: their last
    request, to the minute. `form` is what its forms must carry. `address` and `agent` are the network address and browser it
    began from.
    """

    number: int
    user: int
    form: str
    began_at: datetime
    proved_at: datetime
    rotated_at: datetime
    seen_at: datetime
    address: str
    agent: str
    ended_at: datetime | None = None


_COLUMNS = [SESSIONS.c[field.name] for field in fields(Session)]


def begin(
    connection: Connection, token: str, form: str, user: int, *, at: datetime, address: str, agent: str
) -> Session:
    """A new session; `token` is the digest of its token."""
    made = Session(0, user, form, at, at, at, at, address, agent)
    values = {field.name: getattr(made, field.name) for field in fields(Session) if field.name != "number"}
    query = sa.insert(SESSIONS).values(token=token, **values).returning(SESSIONS.c.number)
    return replace(made, number=connection.execute(query).scalar_one())


def find(connection: Connection, token: str) -> tuple[Session, User, bool] | None:
    """The session of a token's digest with its user, unless it has ended; and whether the token is its former one."""
    known = sa.or_(SESSIONS.c.token == token, SESSIONS.c.former == token) & SESSIONS.c.ended_at.is_(None)
    mine = [column.label(f"session_{column.name}") for column in _COLUMNS]
    query = sa.select(*mine, SESSIONS.c.former, USERS).join(USERS, USERS.c.number == SESSIONS.c.user)
    row = connection.execute(query.where(known)).one_or_none()
    if row is None:
        return None
    kept = row._mapping
    found = Session(**{field.name: kept[f"session_{field.name}"] for field in fields(Session)})
    return found, users.of(kept), kept["former"] == token


def rotate(connection: Connection, number: int, token: str, at: datetime) -> None:
    """Exchanges the token of a session; the one it had becomes its former one."""
    values = {"former": SESSIONS.c.token, "token": token, "rotated_at": at, "seen_at": at}
    connection.execute(sa.update(SESSIONS).where(SESSIONS.c.number == number).values(**values))


def see(connection: Connection, number: int, at: datetime) -> None:
    """Notes that somebody has asked for something."""
    connection.execute(sa.update(SESSIONS).where(SESSIONS.c.number == number).values(seen_at=at))


def of(connection: Connection, user: int) -> tuple[Session, ...]:
    """The sessions of a user that nobody has ended, the latest first."""
    mine = (SESSIONS.c.user == user) & SESSIONS.c.ended_at.is_(None)
    rows = connection.execute(sa.select(*_COLUMNS).where(mine).order_by(SESSIONS.c.seen_at.desc()))
    return tuple(_of(row) for row in rows)


def end(connection: Connection, number: int, at: datetime) -> int:
    """Ends a session; how many there were to end."""
    return _end(connection, SESSIONS.c.number == number, at)


def end_all(connection: Connection, user: int, at: datetime, but: int | None = None) -> int:
    """Ends every session of a user, but for one; how many there were to end."""
    which = SESSIONS.c.user == user
    return _end(connection, which if but is None else which & (SESSIONS.c.number != but), at)


def forget(connection: Connection, before: datetime) -> int:
    """Removes the sessions that were last used before an instant; how many."""
    return connection.execute(sa.delete(SESSIONS).where(SESSIONS.c.seen_at < before)).rowcount


def _end(connection: Connection, which: sa.ColumnElement[bool], at: datetime) -> int:
    query = sa.update(SESSIONS).where(which & SESSIONS.c.ended_at.is_(None)).values(ended_at=at)
    return connection.execute(query).rowcount


def _of(row: sa.Row[Any]) -> Session:
    return Session(**row._mapping)


def go_along(connection: Connection, by: timedelta) -> None:
    """Has whoever is signed in stay so though the clock is turned: their sessions go along with it."""
    names = ("began_at", "proved_at", "rotated_at", "seen_at")
    rows = connection.execute(sa.select(SESSIONS).where(SESSIONS.c.ended_at.is_(None))).all()
    for row in rows:
        values = {name: row._mapping[name] + by for name in names}
        connection.execute(sa.update(SESSIONS).where(SESSIONS.c.number == row.number).values(**values))
