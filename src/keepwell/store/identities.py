"""Identities: who a user is to a provider of sign-in."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import Connection

from keepwell.store.tables import IDENTITIES


def user(connection: Connection, issuer: str, subject: str) -> int | None:
    """The number of the user whom a provider calls so; `None` if it is nobody yet."""
    mine = (IDENTITIES.c.issuer == issuer) & (IDENTITIES.c.subject == subject)
    return connection.execute(sa.select(IDENTITIES.c.user).where(mine)).scalar_one_or_none()


def tie(connection: Connection, issuer: str, subject: str, number: int, at: datetime) -> None:
    """Notes that a provider calls a user so."""
    values = {"issuer": issuer, "subject": subject, "user": number, "made_at": at}
    connection.execute(sa.insert(IDENTITIES).values(**values))
