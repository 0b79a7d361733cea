"""Picks: whom at an account its owner wants to be written to; and times in which an account is left in peace."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import Connection

from keepwell.store import audit
from keepwell.store.audit import Event
from keepwell.store.outreach_tables import BUSY, PICKS


@dataclass(frozen=True, slots=True)
class Busy:
    """A time in which an account is left in peace: from `begins_at` up to but not including `ends_at`, and why."""

    account_id: str
    begins_at: datetime
    ends_at: datetime
    because: str


def pick(connection: Connection, account_id: str, contact: str, *, actor: str, at: datetime) -> None:
    """Keeps whom (a contact's id) somebody has picked; nobody (an empty id) takes the pick back."""
    connection.execute(sa.delete(PICKS).where(PICKS.c.account_id == account_id))
    if contact:
        row = {"account_id": account_id, "contact": contact, "by": actor, "at": at}
        connection.execute(sa.insert(PICKS).values(**row))
    audit.note(connection, Event.CONTACT_PICKED, f"account {account_id}", actor, at, contact=contact)


def picked(connection: Connection, account_ids: Sequence[str]) -> Mapping[str, str]:
    """Whom somebody has picked at each of the accounts, by account id; those without a pick are absent."""
    query = sa.select(PICKS.c.account_id, PICKS.c.contact).where(PICKS.c.account_id.in_(account_ids))
    return {row.account_id: row.contact for row in connection.execute(query)}


def leave_alone(connection: Connection, busy: Busy, *, actor: str, at: datetime) -> None:
    """Keeps that an account is left in peace for a time."""
    row = {name: getattr(busy, name) for name in Busy.__slots__}
    connection.execute(sa.insert(BUSY).values(**row, by=actor, at=at))
    said = {"from": busy.begins_at, "until": busy.ends_at, "because": busy.because}
    audit.note(connection, Event.ACCOUNT_LEFT_ALONE, f"account {busy.account_id}", actor, at, **said)


def busy(connection: Connection, account_ids: Sequence[str], at: datetime) -> Mapping[str, tuple[Busy, ...]]:
    """The times of each of the accounts that are not over by an instant, the earliest first."""
    columns = [BUSY.c[name] for name in Busy.__slots__]
    mine = BUSY.c.account_id.in_(account_ids) & (BUSY.c.ends_at > at)
    found: dict[str, list[Busy]] = {}
    for row in connection.execute(sa.select(*columns).where(mine).order_by(BUSY.c.begins_at, BUSY.c.number)):
        found.setdefault(row.account_id, []).append(Busy(**row._mapping))
    return {account: tuple(each) for account, each in found.items()}
