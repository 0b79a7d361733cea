"""Keys: what programs show instead of signing in. The store knows their digests alone."""

from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from keepwell.people import Permission
from keepwell.store import users
from keepwell.store.tables import KEYS, USERS
from keepwell.store.users import User


@dataclass(frozen=True, slots=True)
class Key:
    """A key of a user, who it can never do more than; `start` is its beginning, for people to tell keys apart."""

    number: int
    start: str
    user: int
    name: str
    scopes: frozenset[Permission]
    made_at: datetime
    expires_at: datetime
    used_at: datetime | None = None
    revoked_at: datetime | None = None

    def works(self, at: datetime) -> bool:
        """Whether it is taken at an instant."""
        return self.revoked_at is None and at < self.expires_at


_COLUMNS = [KEYS.c[field.name] for field in fields(Key)]


def add(
    connection: Connection,
    token: str,
    *,
    start: str,
    user: int,
    name: str,
    scopes: Iterable[Permission],
    at: datetime,
    expires_at: datetime,
) -> Key:
    """A new key; `token` is its digest."""
    made = Key(0, start, user, name, frozenset(scopes), at, expires_at)
    values = {field.name: getattr(made, field.name) for field in fields(Key) if field.name != "number"}
    values["scopes"] = sorted(made.scopes)
    query = sa.insert(KEYS).values(token=token, **values).returning(KEYS.c.number)
    return replace(made, number=connection.execute(query).scalar_one())


def find(connection: Connection, token: str) -> tuple[Key, User] | None:
    """The key of a digest, whether it still works or not, with its user."""
    mine = [column.label(f"key_{column.name}") for column in _COLUMNS]
    query = sa.select(*mine, USERS).join(USERS, USERS.c.number == KEYS.c.user).where(KEYS.c.token == token)
    row = connection.execute(query).one_or_none()
    if row is None:
        return None
    return _of({field.name: row._mapping[f"key_{field.name}"] for field in fields(Key)}), users.of(
        row._mapping
    )


def get(connection: Connection, number: int) -> Key | None:
    """The key of that number, if there is one."""
    row = connection.execute(sa.select(*_COLUMNS).where(KEYS.c.number == number)).one_or_none()
    return None if row is None else _of(dict(row._mapping))


def every(connection: Connection, user: int | None = None) -> tuple[Key, ...]:
    """The keys of a user or of everybody that nobody has revoked, the newest first."""
    query = sa.select(*_COLUMNS).where(KEYS.c.revoked_at.is_(None)).order_by(KEYS.c.number.desc())
    rows = connection.execute(query if user is None else query.where(KEYS.c.user == user))
    return tuple(_of(dict(row._mapping)) for row in rows)


def see(connection: Connection, number: int, at: datetime) -> None:
    """Notes that a key has been used."""
    connection.execute(sa.update(KEYS).where(KEYS.c.number == number).values(used_at=at))


def revoke(connection: Connection, number: int, at: datetime) -> int:
    """Ends a key for good; how many there were to end."""
    mine = (KEYS.c.number == number) & KEYS.c.revoked_at.is_(None)
    return connection.execute(sa.update(KEYS).where(mine).values(revoked_at=at)).rowcount


def forget(connection: Connection, before: datetime) -> int:
    """Removes the keys that were revoked or expired before an instant; how many."""
    ends = sa.func.coalesce(KEYS.c.revoked_at, KEYS.c.expires_at)
    return connection.execute(sa.delete(KEYS).where(ends < before)).rowcount


def _of(kept: dict[str, Any]) -> Key:
    return Key(**(kept | {"scopes": frozenset(Permission(scope) for scope in kept["scopes"])}))
