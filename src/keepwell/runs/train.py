"""Training: a model learns at earlier as_ofs, is calibrated on a later slice, and is judged on the last one beside its rivals."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np

from keepwell.errors import UserError
from keepwell.models.definition import Kind
from keepwell.models.fit import Rows, fit
from keepwell.models.fitted import FittedModel
from keepwell.project.folder import fitted_path
from keepwell.project.project import Project
from keepwell.proof.outcome import Outcome
from keepwell.proof.split import folds
from keepwell.runs.as_ofs import Rhythm, as_ofs
from keepwell.runs.contest import Contest, contest
from keepwell.runs.contradicting import contradicting, told
from keepwell.runs.inspection import guarded
from keepwell.runs.labelling import through
from keepwell.runs.model_rows import Seen, ahead_of, complete, measuring, seen
from keepwell.runs.purposes import chosen
from keepwell.runs.reads import Reads
from keepwell.runs.score import Progress, silent
from keepwell.runs.standins import STAND_INS, out_of_fold
from keepwell.scoring.observed import Bools, Floats
from keepwell.warehouse.protocol import Warehouse

JUDGED, CALIBRATED = 0.25, 0.2
"""The shares of the as_ofs, the last ones, on which a model is judged, and, before these, calibrated."""


@dataclass(frozen=True, slots=True, eq=False)
class Trained:
    """A model that has been fitted but not yet kept, where it belongs, and how it does beside its rivals.

    `before` is the same model as it was fitted last, if it was. `notes` say what somebody should know of how it came about.
    """

    model: FittedModel
    path: Path
    before: FittedModel | None
    contest: Contest
    notes: tuple[str, ...]

    def keep(self) -> bool:
        """Writes the model beside its definition; whether that changed anything."""
        text = self.model.text()
        if self.path.is_file() and self.path.read_text(encoding="utf-8") == text:
            return False
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.write_text(text, encoding="utf-8")
        return True


def train(
    project: Project,
    warehouse: Warehouse,
    name: str,
    *,
    rhythm: Rhythm | None = None,
    progress: Progress = silent,
) -> Trained:
    """Fits a model of the project to what became of its accounts; nothing is kept.

    As_ofs are divided by time. The last quarter judges; of those whose horizons are over before it the last fifth calibrates; of those whose
    horizons are over before that the model learns. Of an outcome without dates every account is judged, by a stand-in that has not seen it.

    Raises:
        UserError: there is no such model or outcome, an input seems to know it and nobody has waived that, the history is too short, or the outcomes are too few.
    """
    model = complete(chosen(project, name))
    outcome = project.outcome(model.outcome)
    guarded(project, warehouse, outcome, Reads.by_model(project, model), progress)
    until = through(project, warehouse, outcome)
    instants = as_ofs(project, warehouse, outcome, measuring(project, model, outcome), rhythm or Rhythm())
    found = seen(project, warehouse, model, outcome, instants, through=until, progress=progress)
    parts = divided(found, outcome, model.kind)
    progress("learning", 0.6)
    ahead = ahead_of(outcome)
    fitted = fit(model, parts.rows, parts.later, ahead, parts.seen_until.isoformat())
    progress("judging", 0.8)
    said = _said(fitted, found, parts.judged) if outcome.dated else out_of_fold(model, found, ahead)
    rivals = contest(
        project,
        warehouse,
        fitted,
        outcome=outcome,
        found=found,
        probability=said,
        progress=progress,
    )
    return Trained(
        model=fitted,
        path=fitted_path(project.folder, name),
        before=rivals.before,
        contest=rivals,
        notes=(*_contradicted(project, warehouse, outcome), *parts.notes, *fitted.notes),
    )


def _contradicted(project: Project, warehouse: Warehouse, outcome: Outcome) -> Iterator[str]:
    """What contradicts the outcome that a model learns."""
    return (told(each).text.removesuffix(".") for each in contradicting(project, warehouse, outcome))


def _said(model: FittedModel, found: Seen, judged: Bools) -> Floats:
    """What a model says of the rows that judge it; NaN of all others."""
    probability = np.full(len(judged), np.nan)
    probability[judged] = model.probability(found.table.rows(judged))
    return probability


@dataclass(frozen=True, slots=True, eq=False)
class Parts:
    """The rows to learn from, those to calibrate on (`None`: there are none), and which rows judge.

    `seen_until` is the instant up to which the first two have seen what happened.
    """

    rows: Rows
    later: Rows | None
    judged: Bools
    seen_until: datetime
    notes: tuple[str, ...] = ()


def divided(found: Seen, outcome: Outcome, kind: Kind) -> Parts:
    """The rows divided by time; those of an outcome without dates by account, where stand-ins judge all of them.

    A survival model learns from as_ofs whose horizons are not over, too: of what it was not to see it only knows that it had not come yet.

    Raises:
        UserError: not even two as_ofs are so far apart that the horizon of one is over before the other.
    """
    if not outcome.dated:
        fold = folds(found.account)
        return Parts(
            found.rows(fold > 0),
            found.rows(fold == 0),
            np.ones(len(fold), dtype=np.bool_),
            found.as_ofs[-1],
            (
                "not point in time: the outcome has no dates, so accounts were divided by chance, and each is judged by one "
                f"of {STAND_INS} stand-ins that had not seen it",
            ),
        )
    instants = found.as_ofs
    judge = len(instants) - max(1, round(JUDGED * len(instants)))
    if kind is Kind.PURCHASES:
        return _purchases(found, judge)
    judge = next((n for n in range(judge, len(instants)) if _over(found, n)), len(instants))
    if judge == len(instants):
        raise UserError(
            f"the as_ofs reach from {instants[0]:%Y-%m-%d} to {instants[-1]:%Y-%m-%d}, too short to learn before and judge after: "
            f"{outcome.title} looks {outcome.gap.days + outcome.horizon.days:g} days ahead",
            do="load more of the past, shorten the outcome's horizon, or judge from an earlier day: --from DATE",
        )
    usable = _over(found, judge)
    later = usable - max(1, round(CALIBRATED * usable))
    learn = _over(found, later)
    judged = found.at(judge, len(instants))
    if 2 * learn < usable:
        last = judge if kind is Kind.SURVIVAL else usable
        return _by_other_accounts(found, found.at(0, last), judged, instants[judge])
    last = later if kind is Kind.SURVIVAL else learn
    return Parts(
        found.rows(found.at(0, last), instants[later]),
        found.rows(found.at(later, usable), instants[judge]),
        judged,
        instants[judge],
    )


def _purchases(found: Seen, judge: int) -> Parts:
    """Purchases are learnt from what each customer bought before one instant, once each: the first as_of that judges will do."""
    until, over = found.as_ofs[judge], _over(found, judge)
    learned = found.at(judge, judge + 1)
    return Parts(
        found.rows(learned, until),
        found.rows(found.at(0, over), until) if over else None,
        found.at(judge, len(found.as_ofs)),
        until,
    )


def _by_other_accounts(found: Seen, earlier: Bools, judged: Bools, until: datetime) -> Parts:
    """Where a slice of its own would leave too little to learn from: accounts that nothing is learnt from calibrate."""
    apart = folds(found.account) == 0
    return Parts(
        found.rows(earlier & ~apart, until),
        found.rows(earlier & apart, until),
        judged,
        until,
        ("calibrated on other accounts instead of a later time: the history is too short for three parts",),
    )


def _over(found: Seen, before: int) -> int:
    """How many as_ofs, the first ones, have horizons that are over by the as_of of that index."""
    return sum(1 for end in found.ends[:before] if end <= found.as_ofs[before])


def of_trained(trained: Trained, *, written: bool) -> dict[str, Any]:
    """A fitted model as an object for JSON: what it learned from, and how it does beside its rivals."""
    model, contest = trained.model, trained.contest
    return {
        "model": model.name,
        "kind": str(model.kind),
        "outcome": model.outcome,
        "horizon": model.horizon,
        "training": asdict(model.training),
        "judged": {
            "first": contest.first,
            "last": contest.last,
            "rows": contest.rows,
            "accounts": contest.accounts,
            "outcomes": contest.outcomes,
            "stand_ins": contest.stand_ins,
            "auc": None if contest.auc is None else asdict(contest.auc),
            "calibration": None if contest.calibration is None else asdict(contest.calibration),
            "rivals": [asdict(each) for each in contest.rivals],
            "unfair": list(contest.unfair),
        },
        "notes": list(trained.notes),
        "file": str(trained.path),
        "written": written,
    }
