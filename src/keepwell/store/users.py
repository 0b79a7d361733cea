"""Users: the people who may sign in. They can be disabled, never removed: the audit names them."""

from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from keepwell.people import Role, Scope
from keepwell.store.tables import USERS


@dataclass(frozen=True, slots=True)
class User:
    """Somebody who may sign in, until `disabled_at`.

    `email` is in small letters and unique; `owner` is the name by which accounts call their owner (empty: the e-mail); `segments`
    count for the scope segment. `zone` is an IANA name, `locale` a BCP 47 tag.
    """

    number: int
    email: str
    name: str
    role: Role
    scope: Scope
    segments: tuple[str, ...]
    owner: str
    zone: str
    locale: str
    made_at: datetime
    disabled_at: datetime | None = None

    @property
    def active(self) -> bool:
        """Whether they may sign in."""
        return self.disabled_at is None

    @property
    def owner_name(self) -> str:
        """What accounts call their owner, if it is this user."""
        return self.owner or self.email


_COLUMNS = [USERS.c[field.name] for field in fields(User)]


def normal(email: str) -> str:
    """An e-mail address as users are found by it."""
    return email.strip().lower()


def add(
    connection: Connection,
    *,
    email: str,
    name: str,
    role: Role,
    at: datetime,
    scope: Scope = Scope.ALL,
    segments: tuple[str, ...] = (),
    owner: str = "",
    zone: str = "UTC",
    locale: str = "en",
) -> User:
    """A new user, who has no password yet."""
    made = User(0, normal(email), name, role, scope, segments, owner, zone, locale, at)
    query = sa.insert(USERS).values(**_row(made)).returning(USERS.c.number)
    return replace(made, number=connection.execute(query).scalar_one())


def get(connection: Connection, number: int) -> User | None:
    """The user of that number, if there is one."""
    row = connection.execute(sa.select(*_COLUMNS).where(USERS.c.number == number)).one_or_none()
    return None if row is None else of(row._mapping)


def by_email(connection: Connection, email: str) -> User | None:
    """The user of that e-mail address, if there is one."""
    row = connection.execute(sa.select(*_COLUMNS).where(USERS.c.email == normal(email))).one_or_none()
    return None if row is None else of(row._mapping)


def everybody(connection: Connection) -> tuple[User, ...]:
    """All users, by e-mail address."""
    return tuple(of(row._mapping) for row in connection.execute(sa.select(*_COLUMNS).order_by(USERS.c.email)))


def nobody(connection: Connection) -> bool:
    """Whether there is no user yet."""
    return connection.execute(sa.select(USERS.c.number).limit(1)).one_or_none() is None


def admins(connection: Connection) -> int:
    """How many admins may sign in."""
    mine = (USERS.c.role == str(Role.ADMIN)) & USERS.c.disabled_at.is_(None)
    return connection.execute(sa.select(sa.func.count()).select_from(USERS).where(mine)).scalar_one()


def keep(connection: Connection, user: User) -> None:
    """Keeps a user as they are now."""
    connection.execute(sa.update(USERS).where(USERS.c.number == user.number).values(**_row(user)))


def password(connection: Connection, number: int) -> str | None:
    """The hash of a user's password; `None` if they have none."""
    query = sa.select(USERS.c.password).where(USERS.c.number == number)
    kept: str | None = connection.execute(query).scalar_one()
    return kept


def set_password(connection: Connection, number: int, hashed: str) -> None:
    """Keeps the hash of a user's new password."""
    connection.execute(sa.update(USERS).where(USERS.c.number == number).values(password=hashed))


def of(kept: sa.RowMapping) -> User:
    """The user of a row's columns, by name; there may be others."""
    made = {field.name: kept[field.name] for field in fields(User)}
    read = {
        "role": Role(made["role"]),
        "scope": Scope(made["scope"]),
        "segments": tuple(made["segments"]),
    }
    return User(**(made | read))


def _row(user: User) -> dict[str, Any]:
    kept = {field.name: getattr(user, field.name) for field in fields(User) if field.name != "number"}
    return kept | {"role": str(user.role), "scope": str(user.scope), "segments": list(user.segments)}
