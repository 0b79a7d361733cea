"""Approvals of journeys as they are kept: who has said yes to which content, and until when that holds."""

from collections.abc import Mapping

import sqlalchemy as sa
from sqlalchemy import Connection

from keepwell.outreach.approval import Approval
from keepwell.store import audit, ledger
from keepwell.store.audit import Event
from keepwell.store.outreach_tables import JOURNEY_APPROVALS


def approve(connection: Connection, journey: str, approval: Approval) -> None:
    """Keeps somebody's yes to a content of a journey, and has what waits for it looked at again."""
    row = {"journey": journey, "content": approval.content, "by": approval.by, "at": approval.at}
    connection.execute(sa.insert(JOURNEY_APPROVALS).values(**row))
    about = f"journey {journey}"
    audit.note(connection, Event.JOURNEY_APPROVED, about, approval.by, approval.at, content=approval.content)
    ledger.wake(connection, journey)


def withdraw(connection: Connection, journey: str, approval: Approval) -> int:
    """Takes back every yes to the content that stands, as of `withdrawn_at` and by whom the approval names; how many there were."""
    mine = (JOURNEY_APPROVALS.c.journey == journey) & (JOURNEY_APPROVALS.c.content == approval.content)
    standing = mine & JOURNEY_APPROVALS.c.withdrawn_at.is_(None)
    values = {"withdrawn_at": approval.withdrawn_at, "withdrawn_by": approval.by}
    count = connection.execute(sa.update(JOURNEY_APPROVALS).where(standing).values(**values)).rowcount
    if count and approval.withdrawn_at is not None:
        about = f"journey {journey}"
        event = Event.JOURNEY_APPROVAL_WITHDRAWN
        audit.note(connection, event, about, approval.by, approval.withdrawn_at, content=approval.content)
    return count


def every(connection: Connection) -> Mapping[str, tuple[Approval, ...]]:
    """All approvals by journey, also those withdrawn, the oldest first."""
    columns = [JOURNEY_APPROVALS.c[name] for name in ("journey", *Approval.__slots__)]
    found: dict[str, list[Approval]] = {}
    for row in connection.execute(sa.select(*columns).order_by(JOURNEY_APPROVALS.c.number)):
        kept = dict(row._mapping)
        found.setdefault(kept.pop("journey"), []).append(Approval(**kept))
    return {journey: tuple(each) for journey, each in found.items()}
