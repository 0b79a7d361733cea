"""Holds: what a run of scores set off, and a person is to let go or to drop; each account and key of it once."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy import Connection

from keepwell.store import audit
from keepwell.store.audit import Event
from keepwell.store.outreach_tables import HELD, HOLDS


class Cause(StrEnum):
    """Why accounts do not enter a journey by themselves."""

    DEFINITION = "definition"  # the run goes by another definition than the one before it
    MASS = "mass"  # more accounts than is usual moved at once


class Verdict(StrEnum):
    """What a person made of a hold."""

    RELEASED = "released"
    DISMISSED = "dismissed"


@dataclass(frozen=True, slots=True)
class Hold:
    """So many `accounts` that a run would have put into a journey.

    `verdict`, `settled_at` and `settled_by` are `None` until a person has decided; `begun` is how many entered the journey then.
    `number` is 0 as long as it is not kept.
    """

    journey: str
    run: int
    cause: Cause
    accounts: int
    put_at: datetime
    settled_at: datetime | None = None
    settled_by: str | None = None
    verdict: Verdict | None = None
    begun: int | None = None
    number: int = 0

    @property
    def open(self) -> bool:
        """Whether nobody has decided yet."""
        return self.verdict is None


def put(connection: Connection, hold: Hold, held: Iterable[tuple[str, str]]) -> Hold:
    """Keeps a hold with what it holds: the ids of accounts, each with the key of the fact that set it off (empty: none did)."""
    pairs = sorted(set(held))
    row = {name: getattr(hold, name) for name in ("journey", "run", "put_at")}
    counted = row | {"cause": str(hold.cause), "accounts": len(pairs)}
    number = connection.execute(sa.insert(HOLDS).values(**counted).returning(HOLDS.c.number)).scalar_one()
    if pairs:
        rows = [{"hold": number, "account_id": account, "key": key} for account, key in pairs]
        connection.execute(sa.insert(HELD), rows)
    return replace(hold, accounts=len(pairs), number=number)


def settle(
    connection: Connection, hold: Hold, verdict: Verdict, *, actor: str, at: datetime, begun: int = 0
) -> None:
    """Notes what a person has decided, in the transaction that does it; on one that is settled nothing happens."""
    mine = (HOLDS.c.number == hold.number) & HOLDS.c.verdict.is_(None)
    values = {"verdict": str(verdict), "settled_at": at, "settled_by": actor, "begun": begun}
    if connection.execute(sa.update(HOLDS).where(mine).values(**values)).rowcount:
        event = Event.HOLD_RELEASED if verdict is Verdict.RELEASED else Event.HOLD_DISMISSED
        said = {"journey": hold.journey, "accounts": hold.accounts, "begun": begun}
        audit.note(connection, event, f"hold {hold.number}", actor, at, **said)


def get(connection: Connection, number: int) -> Hold | None:
    """The hold of that number, if there is one."""
    row = connection.execute(sa.select(HOLDS).where(HOLDS.c.number == number)).one_or_none()
    return None if row is None else _of(row)


def every(connection: Connection, *, settled: bool = False) -> tuple[Hold, ...]:
    """The holds on which somebody is to decide, or those that are settled, the oldest first."""
    query = sa.select(HOLDS).where(HOLDS.c.verdict.is_not(None) if settled else HOLDS.c.verdict.is_(None))
    return tuple(_of(row) for row in connection.execute(query.order_by(HOLDS.c.number)))


def held(connection: Connection, number: int, most: int | None = None) -> tuple[tuple[str, str], ...]:
    """The accounts of a hold, by id, each with its key; at most so many."""
    query = sa.select(HELD.c.account_id, HELD.c.key).where(HELD.c.hold == number)
    rows = connection.execute(query.order_by(HELD.c.account_id, HELD.c.key).limit(most))
    return tuple((row.account_id, row.key) for row in rows)


def _of(row: sa.Row[tuple[object, ...]]) -> Hold:
    kept = row._mapping
    verdict = None if kept["verdict"] is None else Verdict(kept["verdict"])
    return Hold(**{**kept, "cause": Cause(kept["cause"]), "verdict": verdict})
