"""What a change would do before it is made: the working files against the applied version."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from keepwell import clock
from keepwell.errors import UserError
from keepwell.project import Project
from keepwell.project.changes import changes
from keepwell.project.governance import Governance
from keepwell.project.snapshot import Snapshot, differing, digests
from keepwell.runs import purposes
from keepwell.runs.applied import of_copy, same_project, working_copy
from keepwell.runs.contradicting import Contradiction, contradicting
from keepwell.runs.drawn import Drawn, summary
from keepwell.runs.effects import Effect, effect
from keepwell.runs.facts import freshness
from keepwell.runs.inspection import Inspection, attempted
from keepwell.runs.outreach.foreseeing import Outlook, foreseen
from keepwell.runs.reads import Reads
from keepwell.runs.retelling import Retold, retold
from keepwell.runs.score import Progress, Scoring, instant, silent
from keepwell.scoring.definition import Definition
from keepwell.scoring.scores import Scores
from keepwell.store import applied, approvals, audit, engine, plans, snapshots, versions
from keepwell.store.address import address
from keepwell.store.applied import Applied
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


def plan(folder: Path, *, actor: str, evidence: bool = True, progress: Progress = silent) -> Drawn | None:
    """Compares the working files with the applied version, and keeps the plan that leads from one to the other.

    Scores by the working files are worked out and forgotten. The same files over the same applied version are always the same
    plan: drawn up again, only its effect is measured anew. `None`: the working files are as they were applied. Without `evidence`
    it is not worked out how well the scores tell the outcomes, before and after, nor whether what they read knows these.

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
    found = _measured(base.project, project, evidence, progress)
    outlook = _outlook(base.project, project, store, evidence and found.load > 0, progress)
    cards = changed(None if before is None else before.scorecards, seen.scorecards)
    rules = governing(base, project)
    moved = max((each.share for each in found.effects or ()), default=0.0)
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
            load=found.load,
            demand=Demand(rules.needed(moved), owners(rules, cards)),
            summary={},
        ),
        project=project,
        as_of=found.as_of,
        changes=changes(base.project, project),
        files=tuple(differing({} if base.copy is None else digests(base.copy), digests(copy))),
        scorecards=cards,
        effects=found.effects,
        evidence=found.evidence,
        inspections=found.inspections,
        contradictions=found.contradictions,
        outlook=outlook,
        guardrail=None if rules.guardrail is None else rules.guardrail.moved,
        approvals=(),
    )
    return _kept(store, base, drawn, copy, seen)


def _outlook(
    before: Project | None, after: Project, store: Store, looked: bool, progress: Progress
) -> Outlook:
    """What becomes of journeys; whom they would begin for is only looked at where that is wanted, and there is anything to look at."""
    if not looked or not after.scorecards or not after.journeys:
        return foreseen(before, after, store, None)
    with open_warehouse(after.warehouse) as warehouse:
        return foreseen(before, after, store, warehouse, progress)


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


@dataclass(frozen=True, slots=True)
class _Measured:
    """Up to which load there are facts, the instant of the comparison, the effects on each purpose, the evidence, what leaks, and what
    contradicts the outcomes."""

    load: int = 0
    as_of: datetime | None = None
    effects: tuple[Effect, ...] | None = None
    evidence: tuple[Retold, ...] | None = None
    inspections: tuple[Inspection, ...] | None = None
    contradictions: tuple[Contradiction, ...] | None = None


def _measured(before: Project | None, after: Project, evidence: bool, progress: Progress) -> _Measured:
    if not after.warehouse.exists():
        return _Measured()
    with open_warehouse(after.warehouse) as warehouse:
        load = freshness(warehouse).load
        if not load or not after.scorecards:
            return _Measured(load)
        at = instant(after)
        one, other = {} if before is None else _definitions(before), _definitions(after)
        old = {} if before is None else _scores(before, warehouse, _but(one, other), at, progress)
        new = _scores(after, warehouse, _but(other, one), at, progress)
        both = dict.fromkeys((*new, *old))
        effects = tuple(effect(old.get(purpose), new.get(purpose)) for purpose in both)
        told = retold(before, after, warehouse, progress) if evidence and before is not None else None
        if not evidence:
            return _Measured(load, at, effects)
        anew = _told_anew(before, after, one, other)
        looked = _inspected(after, warehouse, anew, progress)
        return _Measured(load, at, effects, told, looked, _contradicted(after, warehouse, anew))


def _told_anew(
    before: Project | None, after: Project, old: Mapping[str, Definition], new: Mapping[str, Definition]
) -> tuple[Definition, ...]:
    """The definitions that read, or are judged by, something else than before: either can make what is read know the outcome."""
    if before is None:
        return tuple(new.values())
    return tuple(
        definition
        for purpose, definition in new.items()
        if purpose not in old
        or definition.version != old[purpose].version
        or _judging_version(before, purpose) != _judging_version(after, purpose)
    )


def _judging_version(project: Project, purpose: str) -> str | None:
    outcome = project.judging(purpose)
    return None if outcome is None else project.outcome_version(outcome)


def _inspected(
    project: Project, warehouse: Warehouse, definitions: tuple[Definition, ...], progress: Progress
) -> tuple[Inspection, ...]:
    """What the definitions read, looked through for what knows the outcome by which each is judged."""
    judged = [(project.judging(definition.purpose), definition) for definition in definitions]
    return tuple(
        attempted(
            project, warehouse, outcome, reads=Reads.by_cards(project, definition.cards), progress=progress
        )
        for outcome, definition in judged
        if outcome is not None
    )


def _contradicted(
    project: Project, warehouse: Warehouse, definitions: tuple[Definition, ...]
) -> tuple[Contradiction, ...]:
    """What contradicts the outcomes by which the definitions are judged; one whose facts have not been loaded is contradicted by nothing."""
    found: list[Contradiction] = []
    for definition in definitions:
        outcome = project.judging(definition.purpose)
        if outcome is not None:
            with suppress(
                UserError
            ):  # what it lacks is why nothing is known of it, which stands beside its evidence and leaks
                found += contradicting(project, warehouse, outcome)
    return tuple(found)


def _definitions(project: Project) -> dict[str, Definition]:
    return {purpose: purposes.definition(project, purpose) for purpose in project.purposes()}


def _but(some: Mapping[str, Definition], others: Mapping[str, Definition]) -> tuple[Definition, ...]:
    """The definitions of which the others hold no equal one: what is scored as it was need not be compared."""
    versions = {definition.version for definition in others.values()}
    return tuple(definition for definition in some.values() if definition.version not in versions)


def _scores(
    project: Project,
    warehouse: Warehouse,
    definitions: tuple[Definition, ...],
    at: datetime,
    progress: Progress,
) -> dict[str, Scores]:
    if not definitions:
        return {}
    with warehouse.transaction():
        made = Scoring.of(project, warehouse, definitions, at)
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
