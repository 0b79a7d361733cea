"""Links that work once: to set the server up, to accept an invitation, to choose a new password."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from keepwell.store.tables import LINKS


class Kind(StrEnum):
    """What a link leads to."""

    SET_UP = "set-up"
    INVITATION = "invitation"
    RESET = "reset"


@dataclass(frozen=True, slots=True)
class Link:
    """A link, of which the store knows the digest of its token alone.

    `offer` is what an invitation offers: role, scope, segments, owner, teams. `user` is whose password a reset is about.
    """

    number: int
    kind: Kind
    email: str
    offer: Mapping[str, Any]
    user: int | None
    made_by: str
    made_at: datetime
    expires_at: datetime
    used_at: datetime | None = None
    withdrawn_at: datetime | None = None

    def open(self, at: datetime) -> bool:
        """Whether it still works at an instant."""
        return self.used_at is None and self.withdrawn_at is None and at < self.expires_at


_COLUMNS = [LINKS.c[field.name] for field in fields(Link)]


def add(
    connection: Connection,
    kind: Kind,
    token: str,
    *,
    made_by: str,
    at: datetime,
    expires_at: datetime,
    email: str = "",
    offer: Mapping[str, Any] | None = None,
    user: int | None = None,
) -> Link:
    """A new link; `token` is the digest of its token. Others of its kind for the same address or user are withdrawn."""
    same = (LINKS.c.kind == str(kind)) & (LINKS.c.email == email) & LINKS.c.user.is_not_distinct_from(user)
    _withdraw(connection, same, at)
    values = {
        "kind": str(kind),
        "email": email,
        "offer": dict(offer or {}),
        "user": user,
        "made_by": made_by,
        "made_at": at,
        "expires_at": expires_at,
    }
    query = sa.insert(LINKS).values(**values, token=token).returning(LINKS.c.number)
    number = connection.execute(query).scalar_one()
    return Link(number, kind, email, dict(offer or {}), user, made_by, at, expires_at)


def find(connection: Connection, token: str) -> Link | None:
    """The link of a token's digest, whether it still works or not."""
    row = connection.execute(sa.select(*_COLUMNS).where(LINKS.c.token == token)).one_or_none()
    return None if row is None else _of(row)


def waiting(connection: Connection, at: datetime) -> tuple[Link, ...]:
    """The links that still work, the newest first."""
    works = LINKS.c.used_at.is_(None) & LINKS.c.withdrawn_at.is_(None) & (LINKS.c.expires_at > at)
    rows = connection.execute(sa.select(*_COLUMNS).where(works).order_by(LINKS.c.number.desc()))
    return tuple(_of(row) for row in rows)


def use(connection: Connection, link: Link, at: datetime) -> None:
    """Notes that a link has been used."""
    connection.execute(sa.update(LINKS).where(LINKS.c.number == link.number).values(used_at=at))


def withdraw(connection: Connection, number: int, at: datetime) -> None:
    """Ends a link that has not been used."""
    _withdraw(connection, LINKS.c.number == number, at)


def withdraw_of(connection: Connection, user: int, at: datetime) -> None:
    """Ends every link of a user that has not been used."""
    _withdraw(connection, LINKS.c.user == user, at)


def forget(connection: Connection, before: datetime) -> int:
    """Removes the links that were used, withdrawn or too old before an instant; how many."""
    ends = sa.func.coalesce(LINKS.c.used_at, LINKS.c.withdrawn_at, LINKS.c.expires_at)
    return connection.execute(sa.delete(LINKS).where(ends < before)).rowcount


def _withdraw(connection: Connection, which: sa.ColumnElement[bool], at: datetime) -> None:
    unused = LINKS.c.used_at.is_(None) & LINKS.c.withdrawn_at.is_(None)
    connection.execute(sa.update(LINKS).where(which & unused).values(withdrawn_at=at))


def _of(row: sa.Row[Any]) -> Link:
    kept = dict(row._mapping)
    return Link(**(kept | {"kind": Kind(kept["kind"])}))
