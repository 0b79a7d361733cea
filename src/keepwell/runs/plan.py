"""What a change would do before it is made: the working files against the applied version."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from keepwell import clock
from keepwell.errors import UserError
from keepwell.project import Project
from keepwell.project.changes import Change, changes
from keepwell.project.governance import Governance
from keepwell.project.snapshot import Snapshot, differing, digests
from keepwell.runs import purposes
from keepwell.runs.applied import of_copy, same_project, working_copy
from keepwell.runs.effects import Effect, Spread, effect
from keepwell.runs.facts import freshness
from keepwell.runs.score import Progress, Scoring, instant, silent
from keepwell.scoring.scores import Scores
from keepwell.store import applied, approvals, audit, engine, plans, snapshots, versions
from keepwell.store.address import address
from keepwell.store.applied import Applied
from keepwell.store.approvals import Approval
from keepwell.store.audit import Event
from keepwell.store.engine import Store
from keepwell.store.plans import Demand, Plan, State
from keepwell.store.versions import Seen
from keepwell.warehouse.duckdb import open_warehouse
from keepwell.warehouse.protocol import Warehouse


@dataclass(frozen=True, slots=True)
class Base:
    """What a plan starts from: what is applied now and its project; both `None` before the first apply."""

    applied: Applied | None
    project: Project | None
    copy: Snapshot | None

    @property
    def number(self) -> int:
        """The number of what is applied; 0 before the first apply."""
        return 0 if self.applied is None else self.applied.number


@dataclass(frozen=True, slots=True)
class Drawn:
    """A plan as it was drawn up: what changes, and what that does.

    `files` are those that differ, also where nothing but a comment does. `scorecards` are those whose scores may change.
    `effects` are `None` where nothing was loaded that could be scored. `approvals` are those given so far.
    """

    plan: Plan
    project: Project
    as_of: datetime | None
    changes: tuple[Change, ...]
    files: tuple[str, ...]
    scorecards: tuple[str, ...]
    effects: tuple[Effect, ...] | None
    guardrail: float | None
    approvals: tuple[Approval, ...]

    @property
    def moved(self) -> float:
        """The largest share (0–1) of accounts that change band for a purpose."""
        return max((each.share for each in self.effects or ()), default=0.0)


def plan(folder: Path, *, actor: str, progress: Progress = silent) -> Drawn | None:
    """Compares the working files with the applied version, and keeps the plan that leads from one to the other.

    Scores by the working files are worked out and forgotten. The same files over the same applied version are always the same
    plan: drawn up again, only its effect is measured anew. `None`: the working files are as they were applied.

    Raises:
        DefinitionError: the working files hold mistakes.
        UserError: the folder is no project; or something else was applied meanwhile.
        StoreError, WarehouseError: one of them cannot be opened.
    """
    copy, project = working_copy(folder)
    store = engine.made(address(folder))
    base = base_of(store, folder)
    if base.project is not None:
        same_project(copy, base.project, store.address)
    if base.copy is not None and base.copy.id == copy.id:
        return None
    seen, before = seen_of(project, copy), None if base.project is None else seen_of(base.project, base.copy)
    load, as_of, effects = _measured(base.project, project, progress)
    cards = changed(None if before is None else before.scorecards, seen.scorecards)
    rules = governing(base, project)
    moved = max((each.share for each in effects or ()), default=0.0)
    drawn = Drawn(
        plan=Plan(
            plan=plans.identity(base.number, copy.id),
            base=base.number,
            base_version=None if base.applied is None else base.applied.version,
            version=seen.version,
            snapshot=copy.id,
            state=State.OPEN,
            author=actor,
            made_at=clock.now(),
            load=load,
            demand=Demand(rules.needed(moved), owners(rules, cards)),
            summary={},
        ),
        project=project,
        as_of=as_of,
        changes=changes(base.project, project),
        files=tuple(differing({} if base.copy is None else digests(base.copy), digests(copy))),
        scorecards=cards,
        effects=effects,
        guardrail=None if rules.guardrail is None else rules.guardrail.moved,
        approvals=(),
    )
    return _kept(store, base, drawn, copy, seen)


def base_of(store: Store, folder: Path) -> Base:
    """What is applied now, with its project."""
    with store.reading() as connection:
        last = applied.latest(connection)
        texts = {} if last is None else snapshots.texts(connection, last.snapshot)
    if last is None:
        return Base(None, None, None)
    copy = Snapshot(folder, texts)
    return Base(last, of_copy(copy, last.version), copy)


def seen_of(project: Project, copy: Snapshot | None) -> Seen:
    """A project's version with those of its purposes and scorecards."""
    return Seen(
        version=project.version(),
        snapshot="" if copy is None else copy.id,
        first_seen=clock.now(),
        definitions={
            purpose: purposes.definition(project, purpose).version for purpose in project.purposes()
        },
        scorecards={card.name: project.version(card) for card in project.scorecards},
    )


def changed(before: Mapping[str, str] | None, after: Mapping[str, str]) -> tuple[str, ...]:
    """The scorecards whose versions differ, by name: also those that come or go. Before the first apply: all."""
    old = before or {}
    return tuple(sorted(name for name in {**old, **after} if old.get(name) != after.get(name)))


def governing(base: Base, project: Project) -> Governance:
    """The rules that count for a change: those that are applied; the project's own before the first apply."""
    return project.governance if base.project is None else base.project.governance


def owners(rules: Governance, cards: tuple[str, ...]) -> tuple[str, ...]:
    """Who must agree to a change of some scorecards."""
    return tuple(sorted({owner for card in cards if (owner := rules.charge(card).owner) is not None}))


def _measured(
    before: Project | None, after: Project, progress: Progress
) -> tuple[int, datetime | None, tuple[Effect, ...] | None]:
    """Up to which load there are facts, the instant of the comparison, and the effects on each purpose."""
    if not after.warehouse.exists():
        return 0, None, None
    with open_warehouse(after.warehouse) as warehouse:
        load = freshness(warehouse).load
        if not load or not after.scorecards:
            return load, None, None
        at = instant(after)
        old = {} if before is None else _scores(before, warehouse, at, progress)
        new = _scores(after, warehouse, at, progress)
        both = dict.fromkeys((*new, *old))
        return load, at, tuple(effect(old.get(purpose), new.get(purpose)) for purpose in both)


def _scores(project: Project, warehouse: Warehouse, at: datetime, progress: Progress) -> dict[str, Scores]:
    if not project.scorecards:
        return {}
    with warehouse.transaction():
        made = Scoring.of(project, warehouse, purposes.definitions(project), at)
        return {scores.purpose: scores for scores, _, _ in made.computed(progress)}


def _kept(store: Store, base: Base, drawn: Drawn, copy: Snapshot, seen: Seen) -> Drawn:
    at = clock.now()
    wanted = replace(drawn.plan, summary=summary(drawn))
    with store.writing() as connection:
        last = applied.latest(connection)
        if (0 if last is None else last.number) != base.number:
            raise UserError(
                "something else was applied while the plan was drawn up",
                do="look at the new one: keepwell plan",
            )
        snapshots.keep(connection, copy.id, copy.texts, at)
        versions.see(connection, seen)
        known = plans.get(connection, wanted.plan)
        event = Event.PLAN_MADE if known is None else Event.PLAN_MEASURED
        kept = plans.keep(connection, wanted)
        audit.note(connection, event, kept.plan, wanted.author, at, version=kept.version, moved=drawn.moved)
        kept = plans.settle(connection, kept, approvals.approved_by(connection, kept.plan))
        return replace(drawn, plan=kept, approvals=approvals.of(connection, kept.plan))


def summary(drawn: Drawn) -> dict[str, Any]:
    """What a plan changes and does, as JSON's own types."""
    return {
        "as_of": None if drawn.as_of is None else drawn.as_of.isoformat(),
        "changes": [
            {**asdict(each), "how": str(each.how), "words": list(each.words)} for each in drawn.changes
        ],
        "files": list(drawn.files),
        "scorecards": list(drawn.scorecards),
        "moved": drawn.moved,
        "guardrail": drawn.guardrail,
        "effects": None if drawn.effects is None else [of_effect(each) for each in drawn.effects],
    }


def of_effect(each: Effect) -> dict[str, Any]:
    """One purpose's effect as JSON's own types."""
    return {
        "purpose": each.purpose,
        "before": _spread(each.before),
        "after": _spread(each.after),
        "moves": [
            {"from": _band(old), "to": _band(new), "accounts": n} for (old, new), n in each.moves.items()
        ],
        "accounts": each.accounts,
        "moved": each.moved,
        "share": each.share,
        "value_moved": each.value_moved,
        "examples": [
            {**asdict(one), "band_before": _band(one.band_before), "band_after": _band(one.band_after)}
            for one in each.examples
        ],
    }


def _spread(spread: Spread | None) -> dict[str, Any] | None:
    if spread is None:
        return None
    return {
        "scored": spread.scored,
        "histogram": list(spread.histogram),
        "deciles": list(spread.deciles),
    }


def _band(band: object) -> str | None:
    return None if band is None else str(band)
