"""Remarks: what people say of the messages that they got."""

from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy import Connection

from keepwell.store.response_tables import REMARKS

MOST = 20
"""So many remarks are kept of one message."""


class Verdict(StrEnum):
    """What somebody thinks of a message."""

    USEFUL = "useful"
    NOT_USEFUL = "not_useful"
    TOO_OFTEN = "too_often"
    NOT_FOR_ME = "not_for_me"


@dataclass(frozen=True, slots=True)
class Remark:
    """What somebody says of the message of an entry of the ledger, in a word and in their own words."""

    entry: int
    verdict: Verdict
    words: str
    at: datetime


def keep(connection: Connection, remark: Remark) -> bool:
    """Keeps a remark; whether it did: not if it says just what one before it said, and of too many the first are kept."""
    before = of(connection, remark.entry)
    said = {(each.verdict, each.words) for each in before}
    if len(before) >= MOST or (remark.verdict, remark.words) in said:
        return False
    row = {**asdict(remark), "verdict": str(remark.verdict)}
    connection.execute(sa.insert(REMARKS).values(**row))
    return True


def of(connection: Connection, entry: int) -> tuple[Remark, ...]:
    """The remarks on the message of an entry, the oldest first."""
    columns = [REMARKS.c[name] for name in Remark.__slots__]
    query = sa.select(*columns).where(REMARKS.c.entry == entry).order_by(REMARKS.c.number)
    return tuple(
        Remark(row.entry, Verdict(row.verdict), row.words, row.at) for row in connection.execute(query)
    )
