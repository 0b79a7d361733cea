"""Applying a plan: from then on scores go by its version."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from keepwell import clock
from keepwell.errors import UserError
from keepwell.project import Project
from keepwell.project.governance import Governance
from keepwell.project.report import listed
from keepwell.project.snapshot import Snapshot, differing, digests
from keepwell.runs.applied import same_project, working_copy
from keepwell.runs.approve import chosen, opened
from keepwell.runs.evidence import LeakLine
from keepwell.runs.facts import freshness
from keepwell.runs.plan import Base, base_of, changed, governing
from keepwell.runs.waiving import reasons
from keepwell.store import applied, approvals, audit, plans, snapshots, versions
from keepwell.store.applied import Applied, Kind
from keepwell.store.approvals import Verdict
from keepwell.store.audit import Event
from keepwell.store.engine import Connection
from keepwell.store.plans import Plan, State, Step
from keepwell.warehouse.duckdb import open_warehouse

AGAIN = "look at what has changed, and plan again: keepwell plan"


@dataclass(frozen=True, slots=True)
class Done:
    """What was applied, and what was before it (`None`: nothing).

    `leaks`: what its plan found to know the outcome and nobody has waived since (`None`: its plan did not look). `unknown`: against which
    outcomes nothing could be told, and why.
    """

    applied: Applied
    before: Applied | None
    leaks: tuple[LeakLine, ...] | None = ()
    unknown: Mapping[str, str] = field(default_factory=dict)


def apply(folder: Path, plan: str | None = None, *, why: str, actor: str) -> Done:
    """Applies a plan (by the beginning of its id; without one the plan that leads to the working files), with the reason.

    What knows the outcome stops no plan: people may score by it, though nothing is fitted to it. It is told.

    Raises:
        DefinitionError: the working files hold mistakes.
        UserError: there is no such plan; the working files, the applied version or, with a guardrail, the facts have changed
            since; approvals are missing; or `actor` may not change one of the scorecards.
    """
    _said(why)
    copy, project = working_copy(folder)
    store = opened(folder)
    base = base_of(store, folder)
    if base.project is not None:
        same_project(copy, base.project, store.address)
    rules = governing(base, project)
    why_waived = reasons(folder)
    load = None if rules.guardrail is None else _load(project)
    with store.writing() as connection:
        _unmoved(connection, base)
        found = _found(connection, base, copy, plan)
        _ready(connection, found, load)
        before = None if base.applied is None else versions.get(connection, base.applied.version)
        after = versions.get(connection, found.version)
        cards = changed(before.scorecards if before else None, after.scorecards if after else {})
        allowed(rules, cards, actor)
        at = clock.now()
        done = applied.add(
            connection,
            version=found.version,
            snapshot=found.snapshot,
            at=at,
            actor=actor,
            why=why,
            kind=Kind.APPLY,
            plan=found.plan,
        )
        plans.move(connection, found, Step.APPLY)
        plans.overtake(connection, done.number)
        audit.note(connection, Event.VERSION_APPLIED, done.version, actor, at, plan=found.plan, why=why)
        return Done(done, base.applied, leaking(found, why_waived), unlooked(found))


def leaking(plan: Plan, waived: Collection[tuple[str, str]]) -> tuple[LeakLine, ...] | None:
    """What a plan found to know an outcome, but for what has been waived (by what it is of, and its sign); `None`: it did not look."""
    found = plan.summary.get("leaks")
    if found is None:
        return None
    return tuple(
        LeakLine(each["what"], each["sign"], each["evidence"])
        for each in found
        if each["blocks"] and (each["what"], each["sign"]) not in waived
    )


def unlooked(plan: Plan) -> Mapping[str, str]:
    """Against which outcomes a plan could not tell whether anything knows them, and why."""
    return {
        each["outcome"]: each["why_not"] for each in plan.summary.get("looked_at") or () if each["why_not"]
    }


def _said(why: str) -> None:
    if not why.strip():
        raise UserError("nobody will know why", do='say it: keepwell apply --why "Seats count for more"')


def _load(project: Project) -> int:
    """Up to which load there are facts."""
    if not project.warehouse.exists():
        return 0
    with open_warehouse(project.warehouse) as warehouse:
        return freshness(warehouse).load


def _unmoved(connection: Connection, base: Base) -> None:
    last = applied.latest(connection)
    if (0 if last is None else last.number) != base.number:
        raise UserError("something else was applied at the same time", do=AGAIN)


def _found(connection: Connection, base: Base, copy: Snapshot, asked: str | None) -> Plan:
    """The plan that is meant, if it leads from what is applied to the files as they are."""
    expected = plans.identity(base.number, copy.id)
    if asked is None:
        found = plans.get(connection, expected)
        if found is None and base.copy is not None and base.copy.id == copy.id:
            raise UserError("there is nothing to apply: the working files are as they were applied")
        if found is None:
            raise UserError("no plan leads to the working files as they are", do="draw one up: keepwell plan")
        return found
    found = chosen(plans.beginning(connection, asked), asked)
    if found.state in (State.APPLIED, State.REJECTED):
        return found
    if found.base != base.number and base.applied is not None:
        raise UserError(
            f"the plan {found.plan} is stale: since it was drawn up, {base.applied.actor} has applied the version "
            f"{base.applied.version} ({base.applied.why})",
            do=AGAIN,
        )
    if found.plan != expected:
        files = differing(snapshots.digests(connection, found.snapshot), digests(copy))
        raise UserError(
            f"the plan {found.plan} is stale: {listed(files)} changed since it was drawn up", do=AGAIN
        )
    return found


def _ready(connection: Connection, plan: Plan, load: int | None) -> None:
    """Sees to it that a plan has all that it needs. `load` is up to which load there are facts, if that matters."""
    said = approvals.of(connection, plan.plan)
    if plan.state is State.REJECTED:
        by = next(each for each in reversed(said) if each.verdict is Verdict.REJECTED)
        note = f": {by.note}" if by.note else ""
        raise UserError(
            f"{by.actor} has rejected the plan {plan.plan}{note}", do="change the files, and plan again"
        )
    if plan.state is State.APPLIED:
        raise UserError(f"the plan {plan.plan} was applied already", do="see them all: keepwell versions")
    if load is not None and load != plan.load:
        raise UserError(
            f"facts have come since the plan {plan.plan} was measured (load {load}, not {plan.load}), and the "
            "guardrail asks how many accounts it moves",
            do="measure it anew, approvals stay: keepwell plan",
        )
    by_whom = approvals.approved_by(connection, plan.plan)
    missing = plan.demand.missing(plan.author, by_whom)
    if missing > 0:
        who = plan.demand.missing_owners(plan.author, by_whom)
        of = f", that of {listed(who)} among them" if who else ""
        raise UserError(
            f"the plan {plan.plan} lacks {missing} approval{'s' if missing > 1 else ''}{of}",
            do=f"ask somebody else than {plan.author} to type: keepwell approve {plan.plan}",
        )


def allowed(rules: Governance, cards: Iterable[str], actor: str) -> None:
    """Sees to it that somebody may change some scorecards.

    Raises:
        UserError: the rules say that they may not.
    """
    for card in cards:
        charge = rules.charge(card)
        if not charge.allows(actor):
            able = sorted({*(charge.may_change or ()), *([charge.owner] if charge.owner else [])})
            raise UserError(
                f"{actor} may not change the scorecard {card!r}",
                where="governance.yml, as it was applied",
                do=f"ask {listed(able)} to apply it",
            )
