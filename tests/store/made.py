"""Records for tests of the store, in which the versions `one` and `two` have been seen."""

from datetime import UTC, datetime, timedelta
from typing import Any

from keepwell.store import applied, approvals, audit, certificates, outbox, plans
from keepwell.store.applied import Kind
from keepwell.store.approvals import Approval, Verdict
from keepwell.store.audit import Event
from keepwell.store.engine import Connection
from keepwell.store.overrides import Override
from keepwell.store.plans import Demand, Plan, State

NOON = datetime(2025, 6, 30, 12, tzinfo=UTC)


def plan(**fields: Any) -> Plan:
    """A plan by Kim that leads from nothing to version `one`."""
    made: dict[str, Any] = {
        "plan": "p1",
        "base": 0,
        "base_version": None,
        "version": "one",
        "snapshot": "files of one",
        "state": State.OPEN,
        "author": "kim",
        "made_at": NOON,
        "load": 3,
        "demand": Demand(),
        "summary": {"moved": 0.25},
    }
    return Plan(**(made | fields))


def one_of_each(connection: Connection) -> None:
    """A plan, its approval, its application, a certificate, an entry of the audit and one of the outbox."""
    plans.keep(connection, plan())
    approvals.give(connection, Approval("p1", "ravi", NOON, Verdict.APPROVED))
    applied.add(
        connection,
        version="one",
        snapshot="files of one",
        at=NOON,
        actor="kim",
        why="as agreed",
        kind=Kind.APPLY,
        plan="p1",
    )
    certificates.keep(connection, "hone", "churn", {"auc": 0.7}, NOON)
    audit.note(connection, Event.PLAN_MADE, "p1", "kim", NOON)
    outbox.put(connection, "pulses", "k1", "A1", NOON, score=60)


def override(**fields: Any) -> Override:
    """An override by Kim: the score of A1 is 40 from noon on, for a week."""
    made: dict[str, Any] = {
        "key": "00000000-0000-4000-8000-000000000001",
        "account_id": "A1",
        "purpose": "health",
        "target": "score",
        "value": 40.0,
        "from_at": NOON,
        "until_at": NOON + timedelta(days=7),
        "reason": "Their champion left",
        "author": "kim@firm.example",
    }
    return Override(**(made | fields))
