"""Versions of journeys by which accounts are under way, each with a copy of the project's files that holds it."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import Connection

from keepwell.store.outreach_tables import JOURNEY_VERSIONS


def see(connection: Connection, journey: str, version: str, snapshot: str, at: datetime) -> None:
    """Notes where a version of a journey can be read, unless that is known."""
    if snapshot_of(connection, journey, version) is None:
        row = {"journey": journey, "version": version, "snapshot": snapshot, "since": at}
        connection.execute(sa.insert(JOURNEY_VERSIONS).values(**row))


def snapshot_of(connection: Connection, journey: str, version: str) -> str | None:
    """The copy that holds a version of a journey; `None` if it was never begun by."""
    mine = (JOURNEY_VERSIONS.c.journey == journey) & (JOURNEY_VERSIONS.c.version == version)
    return connection.execute(sa.select(JOURNEY_VERSIONS.c.snapshot).where(mine)).scalar_one_or_none()
