"""Attempts to sign in that failed, counted by what they have in common, so that guessing becomes slow."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import Connection

from keepwell.store.tables import ATTEMPTS


def get(connection: Connection, subject: str) -> tuple[int, datetime] | None:
    """How many attempts failed of a subject (a digest), and when the last one did."""
    row = connection.execute(sa.select(ATTEMPTS).where(ATTEMPTS.c.subject == subject)).one_or_none()
    return None if row is None else (row.failures, row.last_at)


def count(connection: Connection, subject: str, failures: int, at: datetime) -> None:
    """Notes how many attempts of a subject have failed by now."""
    forget(connection, subject)
    connection.execute(sa.insert(ATTEMPTS).values(subject=subject, failures=failures, last_at=at))


def forget(connection: Connection, subject: str) -> None:
    """Begins to count anew."""
    connection.execute(sa.delete(ATTEMPTS).where(ATTEMPTS.c.subject == subject))


def clean(connection: Connection, before: datetime) -> int:
    """Forgets whatever has failed before an instant, and not since; how many subjects."""
    return connection.execute(sa.delete(ATTEMPTS).where(ATTEMPTS.c.last_at < before)).rowcount
