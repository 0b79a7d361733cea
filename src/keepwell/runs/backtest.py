"""Backtests: a version scored again at past as_ofs, and judged by what became of the accounts."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from keepwell import clock
from keepwell.errors import UserError
from keepwell.project.project import Project
from keepwell.proof.bias import Comparison, bias
from keepwell.proof.certificate import Certificate, Setting, certify
from keepwell.proof.outcome import Outcome
from keepwell.proof.panel import Panel
from keepwell.proof.subject import Subject
from keepwell.runs import purposes
from keepwell.runs.as_ofs import Rhythm, as_ofs
from keepwell.runs.baselines import baseline_signals, baselines
from keepwell.runs.contradicting import Contradiction, contradicting, told
from keepwell.runs.evidence import LeakLine
from keepwell.runs.inspection import Inspection, attempted, in_passing
from keepwell.runs.labelling import extent
from keepwell.runs.leaks import trial, within
from keepwell.runs.opinions import NOTHING_SAID, Opinions, opinions
from keepwell.runs.panels import panels
from keepwell.runs.predicting import models
from keepwell.runs.reached import counted_in_words
from keepwell.runs.reads import Reads
from keepwell.runs.score import Progress, silent
from keepwell.runs.trial import Trial, Wanted
from keepwell.scoring.definition import Definition
from keepwell.signals.window import midnight
from keepwell.warehouse.protocol import Warehouse
from keepwell.warehouse.scores import KeptScores


@dataclass(frozen=True, slots=True)
class Backtest:
    """What a backtest found: the certificate, the version of the purpose's definition that it is of, what seems to
    leak, whether it errs more for some accounts than for others with the same end, by the attributes that outcomes.yml declares,
    and what people said beside the scores. `leaks_unknown`: why it cannot be told whether anything leaks (empty: it can, or nobody asked).
    """

    version: str
    certificate: Certificate
    leaks: tuple[LeakLine, ...] = ()
    bias: tuple[Comparison, ...] = ()
    opinions: Opinions = NOTHING_SAID
    leaks_unknown: str = ""


def backtest(
    project: Project,
    warehouse: Warehouse,
    outcome: str | None = None,
    *,
    purpose: str | None = None,
    version: str | None = None,
    rhythm: Rhythm | None = None,
    daily: bool = True,
    capacity: int | None = None,
    look_for_leaks: bool = True,
    progress: Progress = silent,
) -> Backtest:
    """The certificate of a version: that of the project or, if said, one whose scores have been kept.

    Before anything is judged, what the scores read is looked through for leaks, unless that is not wanted (`look_for_leaks`).
    `outcome` names what judges it (the purpose's first, if not said). `capacity` is how many accounts the team can look after
    at an as_of (as outcomes.yml says, if not said). `daily` folds bands over every day, as live.

    Raises:
        UserError: there is no such outcome or version, the data are too short, or hold nothing that could tell the outcome.
    """
    judged = chosen(project, outcome, purpose)
    definition = definition_of(project, warehouse, judged.purpose, version)
    known = extent(project, warehouse, judged)
    instants = as_ofs(project, warehouse, judged, definition, rhythm or Rhythm(), known=known)
    wanted = Wanted(signals=baseline_signals(warehouse.tables()), attributes=project.judged_by, daily=daily)
    judging = Trial.of(judged, instants, known, wanted)
    made, look = _read(
        project, warehouse, definition, judging, look_for_leaks=look_for_leaks, progress=progress
    )
    progress("judging", 0.97)
    subject = Subject(
        project.name,
        judged.purpose,
        ", ".join(name for name, _ in definition.versions),
        tuple(version for _, version in definition.versions),
        fitted_through(definition, project.zone),
    )
    setting = Setting(
        made_at=clock.now(),
        zone=project.zone,
        capacity=capacity or project.capacity,
        data_through=known.through,
        folded_daily=daily and judged.dated,
        point_in_time=judged.dated,
        outreach=counted_in_words(project, warehouse, judged) if judged.dated else "",
        outcome_version=project.outcome_version(judged),
    )
    with ThreadPoolExecutor(1) as beside:
        looking = beside.submit(look)
        certificate = certify(made, judged, subject, setting, baselines=baselines(made, judged))
        looked = looking.result()  # nobody else asks the warehouse until then
    certificate = _cautioned(certificate, contradicting(project, warehouse, judged))
    declared = [name for name in project.judged_by if name in made.groups]
    unequal = bias(made, declared, adverse=judged.kind.adverse) if certificate.whole.tally.enough else ()
    said = opinions(project, warehouse, judged, made)
    return Backtest(definition.version, certificate, looked.lines(), unequal, said, looked.unknown)


def _read(
    project: Project,
    warehouse: Warehouse,
    definition: Definition,
    judging: Trial,
    *,
    look_for_leaks: bool,
    progress: Progress,
) -> tuple[Panel, Callable[[], Inspection]]:
    """The panel to be judged, and what looks whether anything leaks: on the same days, where these are all that is read."""
    outcome, known = judging.outcome, judging.known
    reads = Reads.by_cards(project, definition.cards)
    beside = None
    looked = Inspection(outcome.name)
    if look_for_leaks and not judging.wanted.daily:
        beside = _beside(project, warehouse, judging, reads)
    if look_for_leaks and beside is None:
        looked = attempted(project, warehouse, outcome, reads=reads, known=known, progress=progress)
    trials = (judging,) if beside is None else (judging, beside)
    made, *seen = panels(project, warehouse, trials, definition=definition, progress=progress)
    if beside is None:
        return made, lambda: looked
    return made, partial(in_passing, project, warehouse, reads, beside, seen[0])


def _beside(project: Project, warehouse: Warehouse, judging: Trial, reads: Reads) -> Trial | None:
    """What is looked at for leaks, if its days are all among those that are judged."""
    try:
        asked = trial(project, warehouse, judging.outcome, reads, known=judging.known)
    except UserError:
        return None  # it is tried by itself, and what is missing is told
    return within(judging.as_ofs, asked)


def _cautioned(certificate: Certificate, found: Sequence[Contradiction]) -> Certificate:
    """The certificate, which says before its figures what contradicts the outcome that it is judged by."""
    verdict = certificate.verdict
    statements = (*map(told, found), *verdict.statements)
    return replace(certificate, verdict=replace(verdict, statements=statements))


def fitted_through(definition: Definition, zone: ZoneInfo) -> datetime | None:
    """The end of the last day from which any of the scorecards was fitted, or up to which any of their models has seen what happened."""
    days = [date.fromisoformat(card.fitted.last) for card in definition.cards if card.fitted is not None]
    ends = [midnight(day + timedelta(days=1), zone) for day in days]
    ends += [datetime.fromisoformat(model.training.through) for model in models(definition).values()]
    return max(ends, default=None)


def chosen(project: Project, name: str | None, purpose: str | None = None) -> Outcome:
    """The outcome of that name or, if none is said, the first that judges the purpose (the project's first, if not said).

    Raises:
        UserError: there is none.
    """
    known = {each.name: each for each in project.outcomes}
    if name is not None and name in known:
        return known[name]
    where = str(project.folder / "outcomes.yml")
    if name is not None:
        raise UserError(
            f"there is no outcome {name!r}", where=where, do=f"choose one of {', '.join(known) or 'none yet'}"
        )
    wanted = purpose or project.purposes()[0]
    found = project.judging(wanted)
    if found is None:
        raise UserError(
            f"no outcome says what {wanted} should have told",
            where=where,
            do="say what really happened, for example: outcomes: {churn: {kind: churned, "
            "event: {from: accounts, at: ended_at}, horizon: 90 days}}",
        )
    return found


def definition_of(project: Project, warehouse: Warehouse, purpose: str, version: str | None) -> Definition:
    """What scores: the project's definition of the purpose, or a kept one by the (beginning of the) version.

    Raises:
        UserError: no scores of that version have been kept.
    """
    present = purposes.definition(project, purpose)
    if version is None or present.version.startswith(version):
        return present
    kept = KeptScores(warehouse).definition(version)
    if kept is None:
        raise UserError(
            f"no scores of the version {version!r} have been kept", do="keepwell versions lists them"
        )
    return kept
