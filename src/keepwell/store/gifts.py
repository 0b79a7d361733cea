"""Offers that messages carry: what each costs, and how much of a budget is spent."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import Connection

from keepwell.outreach.ledger import State
from keepwell.store.outreach_tables import GIFTS, LEDGER

_FREE = (State.SKIPPED, State.EXPIRED, State.FAILED)
"""What never reached anybody costs nothing."""


@dataclass(frozen=True, slots=True)
class Gift:
    """An offer made with an entry of the ledger: its cost, and the code by which it is redeemed (`""`: there is none)."""

    entry: int
    journey: str
    offer: str
    cost: float
    currency: str
    code: str
    at: datetime


def make(connection: Connection, gift: Gift) -> None:
    """Keeps an offer, in the transaction that plans its message."""
    connection.execute(sa.insert(GIFTS).values(**asdict(gift)))


def of(connection: Connection, entry: int) -> Gift | None:
    """The offer that an entry carries, if it does."""
    row = connection.execute(sa.select(GIFTS).where(GIFTS.c.entry == entry)).one_or_none()
    return None if row is None else Gift(**row._mapping)


def many(connection: Connection, entries: Sequence[int]) -> Mapping[int, Gift]:
    """The offers that some entries carry, by entry."""
    query = sa.select(GIFTS).where(GIFTS.c.entry.in_(entries))
    return {row.entry: Gift(**row._mapping) for row in connection.execute(query)}


def spent(connection: Connection, journey: str, offer: str) -> float:
    """What an offer of a journey has cost, or will: that of messages which never went, or never will, is free again."""
    free = [str(state) for state in _FREE]
    total = sa.select(sa.func.coalesce(sa.func.sum(GIFTS.c.cost), 0.0))
    total = total.join(LEDGER, GIFTS.c.entry == LEDGER.c.number)
    mine = (GIFTS.c.journey == journey) & (GIFTS.c.offer == offer) & LEDGER.c.state.not_in(free)
    return float(connection.execute(total.where(mine)).scalar_one())
