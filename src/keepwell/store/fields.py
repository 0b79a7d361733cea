"""Fields of accounts that journeys have set: Keepwell's own, beside what the firm's data say."""

from collections.abc import Mapping
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import Connection

from keepwell.store.outreach_tables import FIELDS

Value = str | float | bool


def put(
    connection: Connection, account_id: str, field: str, value: Value, *, journey: str, at: datetime
) -> None:
    """Gives a field of an account a value, from an instant on."""
    row = {"account_id": account_id, "field": field, "value": value, "journey": journey, "at": at}
    connection.execute(sa.insert(FIELDS).values(**row))


def of(connection: Connection, account_id: str) -> Mapping[str, Value]:
    """The fields of an account, each with the value that it was given last."""
    query = sa.select(FIELDS.c.field, FIELDS.c.value).where(FIELDS.c.account_id == account_id)
    return {row.field: row.value for row in connection.execute(query.order_by(FIELDS.c.number))}


def every(connection: Connection) -> Mapping[str, Mapping[str, Value]]:
    """The fields of all accounts that have any, by account id."""
    found: dict[str, dict[str, Value]] = {}
    query = sa.select(FIELDS.c.account_id, FIELDS.c.field, FIELDS.c.value).order_by(FIELDS.c.number)
    for row in connection.execute(query):
        found.setdefault(row.account_id, {})[row.field] = row.value
    return found
