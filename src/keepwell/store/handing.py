"""Work changes hands: open tasks and unseen alerts of somebody go to somebody else, at one account or at all."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import Connection

from keepwell.store import audit
from keepwell.store.audit import Event
from keepwell.store.outreach_tables import ALERTS
from keepwell.store.record_tables import TASKS
from keepwell.store.tasks import State


def hand_over(
    connection: Connection,
    before: str,
    after: str,
    *,
    actor: str,
    at: datetime,
    account_id: str | None = None,
    of_journeys: bool = False,
) -> tuple[int, int]:
    """Gives what `before` (an e-mail address, or as accounts call their owner) has to do to `after`; how many tasks and alerts that were.

    `account_id` limits it to one account, `of_journeys` to tasks that journeys ask for.
    """
    tasks = (TASKS.c.assignee == before) & (TASKS.c.state == str(State.OPEN))
    alerts = (ALERTS.c.assignee == before) & ALERTS.c.seen_at.is_(None)
    if account_id is not None:
        tasks &= TASKS.c.account_id == account_id
        alerts &= ALERTS.c.account_id == account_id
    if of_journeys:
        tasks &= TASKS.c.intent.is_not(None)
    given = connection.execute(sa.update(TASKS).where(tasks).values(assignee=after)).rowcount
    told = connection.execute(sa.update(ALERTS).where(alerts).values(assignee=after)).rowcount
    if given or told:
        said = {"to": after, "tasks": given, "alerts": told, "account": account_id or ""}
        audit.note(connection, Event.WORK_HANDED_OVER, f"work of {before}", actor, at, **said)
    return given, told
