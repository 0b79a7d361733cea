"""Four eyes: somebody else than its author says whether a plan may be applied."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from keepwell import clock
from keepwell.errors import UserError
from keepwell.project.report import listed
from keepwell.store import approvals, audit, engine, plans
from keepwell.store.address import address
from keepwell.store.approvals import Approval, Verdict
from keepwell.store.audit import Event
from keepwell.store.engine import Store
from keepwell.store.plans import Plan, State, Step


@dataclass(frozen=True, slots=True)
class Judged:
    """A plan after somebody's word on it: `missing` approvals are still to come, those of `owners` among them."""

    plan: Plan
    approvals: tuple[Approval, ...]
    missing: int
    owners: tuple[str, ...]


def approve(
    folder: Path, plan: str | None = None, *, actor: str, reject: bool = False, note: str = ""
) -> Judged:
    """Approves a plan (by the beginning of its id; without one the only plan that waits), or rejects it for good.

    Raises:
        UserError: there is no such plan; it can no longer be approved; or `actor` has drawn it up.
    """
    store = opened(folder)
    with store.writing() as connection:
        found = chosen(plans.pending(connection) if plan is None else plans.beginning(connection, plan), plan)
        if found.state not in (State.OPEN, State.APPROVED):
            raise UserError(f"the plan {found.plan} is {found.state}", do="draw up a new one: keepwell plan")
        if actor == found.author:
            raise UserError(
                f"{actor} has drawn up the plan {found.plan}, and nobody approves what is their own",
                do=f"ask somebody else to type: keepwell approve {found.plan}",
            )
        verdict = Verdict.REJECTED if reject else Verdict.APPROVED
        at = clock.now()
        approvals.give(connection, Approval(found.plan, actor, at, verdict, note))
        event = Event.PLAN_REJECTED if reject else Event.PLAN_APPROVED
        audit.note(connection, event, found.plan, actor, at, note=note)
        by = approvals.approved_by(connection, found.plan)
        after = plans.move(connection, found, Step.REJECT) if reject else plans.settle(connection, found, by)
        missing, owners = (
            after.demand.missing(after.author, by),
            after.demand.missing_owners(after.author, by),
        )
        return Judged(after, approvals.of(connection, found.plan), max(missing, 0), owners)


def opened(folder: Path) -> Store:
    """The store of a project, which must be there.

    Raises:
        UserError: there is none yet.
    """
    store = engine.existing(address(folder))
    if store is None:
        raise UserError("nothing has been planned or applied yet", do="begin with: keepwell plan")
    return store


def chosen(found: Sequence[Plan], asked: str | None) -> Plan:
    """The one plan that is meant.

    Raises:
        UserError: there is none, or there are several.
    """
    if len(found) == 1:
        return found[0]
    if not found:
        what = "no plan waits" if asked is None else f"there is no plan {asked!r}"
        raise UserError(what, do="draw one up: keepwell plan")
    what = "several plans wait" if asked is None else f"{asked!r} begins several plans"
    raise UserError(what, do=f"name one: {listed(each.plan for each in found)}")
