"""Looking for leaks wherever there are data and an outcome to hold them against; and stopping what would be fitted to them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from keepwell.errors import UserError
from keepwell.project.project import Project
from keepwell.proof.leaks import Leak, Sample
from keepwell.proof.outcome import Outcome
from keepwell.proof.panel import Panel
from keepwell.proof.tally import MIN_OTHERS, MIN_OUTCOMES
from keepwell.runs import figures
from keepwell.runs.evidence import LeakLine
from keepwell.runs.labelling import Extent
from keepwell.runs.leaks import Look, look, look_at, looks, trial
from keepwell.runs.reads import Reads
from keepwell.runs.score import Progress, silent
from keepwell.runs.trial import Trial
from keepwell.runs.waiving import reasons
from keepwell.warehouse.protocol import Warehouse


@dataclass(frozen=True, slots=True)
class Waived:
    """A leak that somebody lets pass, and why."""

    leak: Leak
    why: str


@dataclass(frozen=True, slots=True)
class Inspection:
    """What was found against one outcome, or why nothing could be looked for (`why_not`, a sentence without a full stop).

    `sample`: on how many accounts it rests (`None`: nothing could be looked for).
    """

    outcome: str
    leaks: tuple[Leak, ...] = ()
    waived: tuple[Waived, ...] = ()
    why_not: str = ""
    sample: Sample | None = None

    @property
    def too_little(self) -> str:
        """Why values could show nothing: the sample is too small (a sentence without a full stop; empty: it is not)."""
        if self.sample is None or self.sample.enough:
            return ""
        return (
            f"too little data to tell: of the accounts that are looked at and can be judged it happened to {self.sample.outcomes:,}, and did not happen to "
            f"{self.sample.others:,}; at least {MIN_OUTCOMES} and {MIN_OTHERS} are needed"
        )

    @property
    def unknown(self) -> str:
        """Why it cannot be told whether anything knows the outcome (a sentence without a full stop; empty: it can)."""
        return self.why_not or self.too_little

    @property
    def blocking(self) -> tuple[Leak, ...]:
        """What stops a fit."""
        return tuple(leak for leak in self.leaks if leak.blocks)

    def lines(self) -> tuple[LeakLine, ...]:
        """What a certificate tells before its figures: all that blocks, and what was waived."""
        return (
            *(LeakLine(leak.what, str(leak.sign), leak.evidence) for leak in self.blocking),
            *(
                LeakLine(each.leak.what, str(each.leak.sign), each.leak.evidence, each.why)
                for each in self.waived
            ),
        )


def inspected(
    project: Project, warehouse: Warehouse, *, progress: Progress = silent
) -> tuple[Inspection, ...]:
    """What the data show against the first outcome of each purpose that is scored, of all that the project reads."""
    judging = (project.judging(purpose) for purpose in project.purposes())
    outcomes = [outcome for outcome in judging if outcome is not None]
    reads = Reads.by_project(project)
    trials: list[Trial] = []
    found: dict[str, Inspection] = {}
    for outcome in outcomes:
        try:
            trials.append(trial(project, warehouse, outcome, reads))
        except UserError as error:
            found[outcome.name] = Inspection(outcome.name, why_not=error.what)
    try:
        why = reasons(project.folder)
        seen = looks(project, warehouse, trials, reads, progress=progress)
    except UserError as error:
        found |= {each.outcome.name: Inspection(each.outcome.name, why_not=error.what) for each in trials}
    else:
        for each, looked in zip(trials, seen, strict=True):
            found[each.outcome.name] = _weighed(each.outcome, looked, why)
    return tuple(found[outcome.name] for outcome in outcomes)


def attempted(
    project: Project,
    warehouse: Warehouse,
    outcome: Outcome,
    *,
    reads: Reads | None = None,
    known: Extent | None = None,
    progress: Progress = silent,
) -> Inspection:
    """What the data show against an outcome; where they cannot be looked at, why not."""
    try:
        return inspection(project, warehouse, outcome, reads=reads, known=known, progress=progress)
    except UserError as error:
        return Inspection(outcome.name, why_not=error.what)


def in_passing(project: Project, warehouse: Warehouse, reads: Reads, trial: Trial, made: Panel) -> Inspection:
    """What a panel that was read on the way shows against its trial's outcome; where it cannot be looked at, why not."""
    try:
        why = reasons(project.folder)
        found = look_at(project, warehouse, trial, made, reads)
    except UserError as error:
        return Inspection(trial.outcome.name, why_not=error.what)
    return _weighed(trial.outcome, found, why)


def inspection(
    project: Project,
    warehouse: Warehouse,
    outcome: Outcome,
    *,
    reads: Reads | None = None,
    known: Extent | None = None,
    progress: Progress = silent,
) -> Inspection:
    """What the data show against an outcome of all that is read (by the whole project, if not said).

    Raises:
        UserError: the data are too short, or hold nothing that could tell the outcome; or the store cannot be read.
    """
    why = reasons(project.folder)
    found = look(project, warehouse, outcome, reads=reads, known=known, progress=progress)
    return _weighed(outcome, found, why)


def _weighed(outcome: Outcome, found: Look, why: Mapping[tuple[str, str], str]) -> Inspection:
    """What was found, without what somebody lets pass."""
    left = tuple(leak for leak in found.leaks if (leak.what, str(leak.sign)) not in why)
    passed = tuple(
        Waived(leak, why[leak.what, str(leak.sign)])
        for leak in found.leaks
        if (leak.what, str(leak.sign)) in why
    )
    return Inspection(outcome.name, left, passed, sample=found.sample)


def guarded(
    project: Project, warehouse: Warehouse, outcome: Outcome, reads: Reads, progress: Progress = silent
) -> None:
    """Refuses to learn from what knows the outcome already.

    Raises:
        UserError: something that is read does, and nobody has waived it.
    """
    found = inspection(project, warehouse, outcome, reads=reads, progress=progress).blocking
    if not found:
        return
    told = "\n".join(f"    {leak.what} ({leak.sign}): {figures.plain(leak.evidence)}" for leak in found)
    names = list(dict.fromkeys(leak.what for leak in found))
    raise UserError(
        f"{len(names)} of what is read seem to know the outcome {outcome.name} beforehand:\n{told}",
        where=found[0].where,
        do="leave them out, or say why they are none: "
        + "; ".join(f"keepwell waive {name} --why REASON" for name in names),
    )


def of_inspection(inspection: Inspection) -> dict[str, Any]:
    """How far it was looked against an outcome, for JSON: the accounts with and without it, how many are needed, and why nothing can be
    told (empty: it can)."""
    sample = inspection.sample
    return {
        "outcome": inspection.outcome,
        "accounts_with": None if sample is None else sample.outcomes,
        "accounts_without": None if sample is None else sample.others,
        "needed_with": MIN_OUTCOMES,
        "needed_without": MIN_OTHERS,
        "enough": sample is not None and sample.enough,
        "why_not": inspection.unknown,
    }


def of_leaks(inspection: Inspection) -> list[dict[str, Any]]:
    """All signs that something knows an outcome, for JSON; those that somebody lets pass last."""
    return [
        *(of_leak(leak, inspection.outcome) for leak in inspection.leaks),
        *(of_leak(each.leak, inspection.outcome, each.why) for each in inspection.waived),
    ]


def of_leak(leak: Leak, outcome: str, waived: str | None = None) -> dict[str, Any]:
    """One sign that something knows the outcome, for JSON; `waived`: why somebody lets it pass (null: nobody does). `weeks` shows, of what moves
    only after the outcome, by how much it stands apart from accounts without it in each week (-1 is the last one before), with its interval."""
    return {
        "outcome": outcome,
        "what": leak.what,
        "sign": str(leak.sign),
        "evidence": leak.evidence,
        "where": leak.where,
        "blocks": leak.blocks and waived is None,
        "waived": waived,
        "weeks": [
            {
                "week": each.week,
                "accounts": each.accounts,
                "mean": each.mean,
                "difference": each.difference.value,
                "low": each.difference.low,
                "high": each.difference.high,
            }
            for each in leak.weeks
        ],
    }
