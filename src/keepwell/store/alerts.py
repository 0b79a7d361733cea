"""Alerts of journeys: somebody of the team is told of an account, until they have seen it."""

from dataclasses import asdict, dataclass, replace
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import Connection

from keepwell.store.outreach_tables import ALERTS


@dataclass(frozen=True, slots=True)
class Alert:
    """What `assignee` (an e-mail address, or the name by which accounts call their owner) is told of an account.

    `intent` is the step of the journey that tells it; `number` is 0 as long as it is not kept.
    """

    intent: int
    account_id: str
    assignee: str
    journey: str
    text: str
    at: datetime
    seen_at: datetime | None = None
    number: int = 0


def put(connection: Connection, alert: Alert) -> Alert:
    """Keeps an alert; of one intent the database keeps one."""
    row = {name: value for name, value in asdict(alert).items() if name != "number"}
    insert = sa.insert(ALERTS).values(**row).returning(ALERTS.c.number)
    return replace(alert, number=connection.execute(insert).scalar_one())


def seen(connection: Connection, number: int, at: datetime) -> None:
    """Notes that an alert was seen."""
    mine = (ALERTS.c.number == number) & ALERTS.c.seen_at.is_(None)
    connection.execute(sa.update(ALERTS).where(mine).values(seen_at=at))


def of(
    connection: Connection,
    *,
    assignee: str | None = None,
    account_id: str | None = None,
    unseen: bool = True,
    most: int | None = None,
) -> tuple[Alert, ...]:
    """The alerts for somebody, or of an account, the newest first; those that were seen too, if that is wanted."""
    query = sa.select(ALERTS)
    for column, wanted in ((ALERTS.c.assignee, assignee), (ALERTS.c.account_id, account_id)):
        if wanted is not None:
            query = query.where(column == wanted)
    if unseen:
        query = query.where(ALERTS.c.seen_at.is_(None))
    rows = connection.execute(query.order_by(ALERTS.c.number.desc()).limit(most))
    return tuple(Alert(**row._mapping) for row in rows)
