"""Approvals: what others said of a plan. Only ever added to; of several by one person the last counts."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy import Connection

from keepwell.store.tables import APPROVALS


class Verdict(StrEnum):
    """What somebody said of a plan."""

    APPROVED = "approved"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Approval:
    """One person's word on a plan."""

    plan: str
    actor: str
    at: datetime
    verdict: Verdict
    note: str = ""


def give(connection: Connection, approval: Approval) -> None:
    """Keeps what somebody said."""
    values = {"plan": approval.plan, "actor": approval.actor, "at": approval.at, "note": approval.note}
    connection.execute(sa.insert(APPROVALS).values(**values, verdict=str(approval.verdict)))


def of(connection: Connection, plan: str) -> tuple[Approval, ...]:
    """The last word of each person on a plan, in the order in which they were spoken."""
    columns = [APPROVALS.c[name] for name in ("plan", "actor", "at", "verdict", "note")]
    query = sa.select(*columns).where(APPROVALS.c.plan == plan).order_by(APPROVALS.c.number)
    last: dict[str, Approval] = {}
    for row in connection.execute(query):
        last.pop(row.actor, None)
        last[row.actor] = Approval(row.plan, row.actor, row.at, Verdict(row.verdict), row.note)
    return tuple(last.values())


def approved_by(connection: Connection, plan: str) -> frozenset[str]:
    """Who approves of a plan."""
    return frozenset(each.actor for each in of(connection, plan) if each.verdict is Verdict.APPROVED)
