"""What a private store begins with: who is in the team, who looks after accounts, and what people have said about being written to."""

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from keepwell.store.outreach_tables import BUSY, CONSENTS, FIELDS, PICKS, RECIPIENTS, SUPPRESSIONS
from keepwell.store.record_tables import OWNERS
from keepwell.store.response_tables import PREFERENCES
from keepwell.store.tables import MEMBERSHIPS, TEAMS, USERS

_WHOLE = (USERS, TEAMS, MEMBERSHIPS, OWNERS, RECIPIENTS, PREFERENCES, PICKS, BUSY, FIELDS)
"""Tables that are copied as they are, each after those that it names."""

HOUR = timedelta(hours=1)
"""Into the last one before a simulation is put what has been said since."""


def copied(source: Connection, target: Connection, *, now: datetime, since: datetime) -> int:
    """Copies into an empty store what its simulation goes by; how many bases are on record `now`.

    What has been said of consent by `now` is put down as if it had been said before `since`, in the same order; so is what keeps somebody back still.
    """
    for table in _WHOLE:
        _put(target, table, [dict(row._mapping) for row in source.execute(sa.select(table))])
    known = [dict(row._mapping) for row in source.execute(sa.select(CONSENTS)) if row.granted_at <= now]
    _put(target, CONSENTS, [row | _long_before(row, now, since) for row in known])
    kept_back = [dict(row._mapping) for row in source.execute(sa.select(SUPPRESSIONS)) if row.since <= now]
    lasting = [row for row in kept_back if row["until"] is None or row["until"] > now]
    _put(target, SUPPRESSIONS, [row | {"since": min(row["since"], since)} for row in lasting])
    return sum(row["withdrawn_at"] is None or row["withdrawn_at"] > now for row in known)


def _long_before(row: dict[str, Any], now: datetime, since: datetime) -> dict[str, Any]:
    """When a consent would have been granted and withdrawn, if all that was said until now had been said `since`, in the same order."""

    def earlier(at: datetime | None) -> datetime | None:
        if at is None or at <= since or at > now:
            return at
        return since - HOUR * ((now - at) / (now - since))

    return {name: earlier(row[name]) for name in ("granted_at", "withdrawn_at")}


def _put(connection: Connection, table: sa.Table, rows: list[dict[str, Any]]) -> None:
    if rows:
        connection.execute(sa.insert(table), rows)
