"""Account owners that were named here; where nobody was, the firm's own data say whose an account is."""

from collections.abc import Mapping
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import Connection

from keepwell.store import audit
from keepwell.store.audit import Event
from keepwell.store.record_tables import OWNERS


def assign(connection: Connection, account_id: str, owner: str, *, actor: str, at: datetime) -> None:
    """Makes somebody the owner of an account; nobody (an empty name) gives it back to what the firm's data say."""
    row = {"account_id": account_id, "owner": owner, "at": at, "actor": actor}
    insert = sa.insert(OWNERS).values(**row).returning(OWNERS.c.number)
    number = connection.execute(insert).scalar_one()
    audit.note(connection, Event.OWNER_ASSIGNED, f"owner {number}", actor, at, owner=owner)


def assigned(connection: Connection) -> Mapping[str, str]:
    """The owners that were named here and stand, by account id."""
    latest = sa.select(sa.func.max(OWNERS.c.number)).group_by(OWNERS.c.account_id)
    query = sa.select(OWNERS.c.account_id, OWNERS.c.owner).where(OWNERS.c.number.in_(latest))
    return {row.account_id: row.owner for row in connection.execute(query.where(OWNERS.c.owner != ""))}


def of(connection: Connection, account_id: str) -> str | None:
    """The owner that was named here for an account, if one was and stands."""
    query = sa.select(OWNERS.c.owner).where(OWNERS.c.account_id == account_id)
    found = connection.execute(query.order_by(OWNERS.c.number.desc()).limit(1)).scalar_one_or_none()
    return found or None
