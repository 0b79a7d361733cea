"""Records for tests of the store, in which the versions `one` and `two` have been seen."""

from datetime import UTC, datetime
from typing import Any

from keepwell.store import applied, approvals, audit, certificates, plans
from keepwell.store.applied import Kind
from keepwell.store.approvals import Approval, Verdict
from keepwell.store.audit import Event
from keepwell.store.engine import Connection
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
    """A plan, its approval, its application, a certificate and an entry of the audit."""
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
