"""Alerts of journeys: somebody of the team is told of an account, until they have seen it."""

from dataclasses import asdict, dataclass, replace
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import Connection

from keepwell.store import audit
from keepwell.store.audit import Event
from keepwell.store.outreach_tables import ALERTS


@dataclass(frozen=True, slots=True)
class Alert:
    """What `assignee` (an e-mail address, or the name by which accounts call their owner) is told of an account.

    `snoozed_until`: it is not shown before; `dismissed`: why nothing was to be done about it. `intent` is the step of the journey that tells it; `number` is 0 as long as it is not kept.
    """

    intent: int
    account_id: str
    assignee: str
    journey: str
    text: str
    at: datetime
    seen_at: datetime | None = None
    snoozed_until: datetime | None = None
    dismissed: str | None = None
    seen_by: str | None = None
    number: int = 0


def put(connection: Connection, alert: Alert) -> Alert:
    """Keeps an alert; of one intent the database keeps one."""
    row = {name: value for name, value in asdict(alert).items() if name != "number"}
    insert = sa.insert(ALERTS).values(**row).returning(ALERTS.c.number)
    return replace(alert, number=connection.execute(insert).scalar_one())


def see(
    connection: Connection, alert: Alert, *, actor: str, at: datetime, dismissed: str | None = None
) -> Alert:
    """Notes that an alert was seen, and, where it was dismissed, why; one that was seen already stays as it is."""
    mine = (ALERTS.c.number == alert.number) & ALERTS.c.seen_at.is_(None)
    values = {"seen_at": at, "seen_by": actor, "dismissed": dismissed}
    if not connection.execute(sa.update(ALERTS).where(mine).values(**values)).rowcount:
        return alert
    event = Event.ALERT_SEEN if dismissed is None else Event.ALERT_DISMISSED
    said = {} if dismissed is None else {"because": dismissed}
    audit.note(connection, event, f"alert {alert.number}", actor, at, **said)
    return replace(alert, seen_at=at, seen_by=actor, dismissed=dismissed)


def snooze(connection: Connection, alert: Alert, until: datetime, *, actor: str, at: datetime) -> Alert:
    """Puts an alert off: it is not shown until then."""
    mine = (ALERTS.c.number == alert.number) & ALERTS.c.seen_at.is_(None)
    connection.execute(sa.update(ALERTS).where(mine).values(snoozed_until=until))
    audit.note(connection, Event.ALERT_SNOOZED, f"alert {alert.number}", actor, at, until=until)
    return replace(alert, snoozed_until=until)


def get(connection: Connection, number: int) -> Alert | None:
    """The alert of that number, if there is one."""
    row = connection.execute(sa.select(ALERTS).where(ALERTS.c.number == number)).one_or_none()
    return None if row is None else Alert(**row._mapping)


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
