"""Plans: changes of the applied version that somebody has drawn up, and how far each has come."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from keepwell.store.tables import PLANS


class State(StrEnum):
    """How far a plan has come."""

    OPEN = "open"
    APPROVED = "approved"
    REJECTED = "rejected"
    APPLIED = "applied"
    STALE = "stale"


class Step(StrEnum):
    """What can happen to a plan."""

    AGREE = "agree"  # all have approved whose approval it needs
    LACK = "lack"  # measured anew, it needs more approvals than it has
    REJECT = "reject"
    APPLY = "apply"
    OVERTAKE = "overtake"  # something else was applied


ARROWS: Mapping[tuple[State, Step], State] = {
    (State.OPEN, Step.AGREE): State.APPROVED,
    (State.OPEN, Step.REJECT): State.REJECTED,
    (State.OPEN, Step.OVERTAKE): State.STALE,
    (State.APPROVED, Step.LACK): State.OPEN,
    (State.APPROVED, Step.REJECT): State.REJECTED,
    (State.APPROVED, Step.APPLY): State.APPLIED,
    (State.APPROVED, Step.OVERTAKE): State.STALE,
}
"""Where each step leads. A step that is not here does nothing: what is rejected, applied or stale stays so."""


def after(state: State, step: Step) -> State:
    """The state that a step leads to; the same one where there is no arrow."""
    return ARROWS.get((state, step), state)


@dataclass(frozen=True, slots=True)
class Demand:
    """What a plan needs before it can be applied: so many `approvals` by others than its author, among them the `owners`."""

    approvals: int = 0
    owners: tuple[str, ...] = ()

    def missing_owners(self, author: str, approved_by: frozenset[str]) -> tuple[str, ...]:
        """The owners who have not agreed yet. Who has drawn up the plan agrees with it."""
        return tuple(owner for owner in self.owners if owner != author and owner not in approved_by)

    def missing(self, author: str, approved_by: frozenset[str]) -> int:
        """How many approvals are still to come, those of the owners among them."""
        others = len(approved_by - {author})
        return max(self.approvals - others, len(self.missing_owners(author, approved_by)))


@dataclass(frozen=True, slots=True)
class Plan:
    """A change from what was applied as number `base` (0: nothing) to the files of `snapshot`.

    `plan` is the hash of just that, so that approvals hold for this change and die with any edit. `load` is the load up to which
    facts were there when its effect was measured; `summary` is that effect as JSON.
    """

    plan: str
    base: int
    base_version: str | None
    version: str
    snapshot: str
    state: State
    author: str
    made_at: datetime
    load: int
    demand: Demand
    summary: dict[str, Any]


def identity(base: int, snapshot: str) -> str:
    """The id of the plan that leads from what was applied as number `base` to a snapshot: 12 hexadecimal digits."""
    return hashlib.sha256(json.dumps([base, snapshot]).encode()).hexdigest()[:12]


def get(connection: Connection, plan: str) -> Plan | None:
    """The plan of that id, if there is one."""
    row = connection.execute(sa.select(PLANS).where(PLANS.c.plan == plan)).one_or_none()
    return None if row is None else _of(row)


def beginning(connection: Connection, start: str) -> tuple[Plan, ...]:
    """The plans whose ids begin so, the newest first."""
    query = sa.select(PLANS).where(PLANS.c.plan.startswith(start, autoescape=True))
    return tuple(_of(row) for row in connection.execute(query.order_by(PLANS.c.made_at.desc())))


def pending(connection: Connection) -> tuple[Plan, ...]:
    """The plans that can still be applied, the newest first."""
    waiting = PLANS.c.state.in_([str(State.OPEN), str(State.APPROVED)])
    rows = connection.execute(sa.select(PLANS).where(waiting).order_by(PLANS.c.made_at.desc()))
    return tuple(_of(row) for row in rows)


def keep(connection: Connection, plan: Plan) -> Plan:
    """Keeps a plan as it is now; one that is kept already keeps its author, its making and its state."""
    known = get(connection, plan.plan)
    if known is None:
        connection.execute(sa.insert(PLANS).values(**_row(plan)))
        return plan
    measured = {"load": plan.load, "demand": asdict(plan.demand), "summary": plan.summary}
    connection.execute(sa.update(PLANS).where(PLANS.c.plan == plan.plan).values(**measured))
    return replace(known, load=plan.load, demand=plan.demand, summary=plan.summary)


def move(connection: Connection, plan: Plan, step: Step) -> Plan:
    """Lets a step happen to a plan; where no arrow leads on, nothing happens."""
    state = after(plan.state, step)
    if state is not plan.state:
        connection.execute(sa.update(PLANS).where(PLANS.c.plan == plan.plan).values(state=str(state)))
    return replace(plan, state=state)


def settle(connection: Connection, plan: Plan, approved_by: frozenset[str]) -> Plan:
    """Moves a plan to where its approvals put it."""
    missing = plan.demand.missing(plan.author, approved_by)
    return move(connection, plan, Step.LACK if missing else Step.AGREE)


def overtake(connection: Connection, applied: int) -> None:
    """Makes stale what starts from something that was applied earlier than number `applied`."""
    for plan in pending(connection):
        if plan.base < applied:
            move(connection, plan, Step.OVERTAKE)


def _row(plan: Plan) -> dict[str, Any]:
    return {**asdict(plan), "state": str(plan.state)}


def _of(row: sa.Row[Any]) -> Plan:
    kept = dict(row._mapping)
    demand = kept["demand"]
    return Plan(
        **{
            **kept,
            "state": State(kept["state"]),
            "demand": Demand(demand["approvals"], tuple(demand["owners"])),
        }
    )
