"""How a change of the definitions changes how well scores tell what really happened."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from keepwell.errors import UserError
from keepwell.project import Project
from keepwell.proof.baselines import Comparison, compared
from keepwell.proof.outcome import Outcome, Population
from keepwell.proof.panel import HAPPENED, Panel
from keepwell.runs import purposes
from keepwell.runs.as_ofs import Rhythm, as_ofs
from keepwell.runs.labelling import extent
from keepwell.runs.panels import panels
from keepwell.runs.score import Progress, silent
from keepwell.runs.trial import Trial, Wanted
from keepwell.scoring.definition import Definition
from keepwell.warehouse.protocol import Warehouse

TOO_LITTLE = "too few of its outcomes are known to say anything"


@dataclass(frozen=True, slots=True)
class Retold:
    """How well one purpose's scores tell one outcome after a change and before it: `comparison.own` is the AUC after, `other` before.

    `comparison` is `None` where nothing can be said, and `why_not` says why.
    """

    purpose: str
    outcome: str
    title: str
    comparison: Comparison | None
    why_not: str = ""


def retold(
    before: Project, after: Project, warehouse: Warehouse, progress: Progress = silent
) -> tuple[Retold, ...]:
    """The evidence of each purpose whose definitions differ, by each outcome that judges it, over the same accounts and past instants.

    The outcomes, the instants and who is at risk are those of the project after the change.
    """
    return tuple(_each(before, after, warehouse, progress))


def _each(before: Project, after: Project, warehouse: Warehouse, progress: Progress) -> Iterator[Retold]:
    both = set(before.purposes()) & set(after.purposes())
    told: dict[str, Retold] = {}
    for purpose in dict.fromkeys(outcome.purpose for outcome in after.outcomes if outcome.purpose in both):
        old, new = (purposes.definition(project, purpose) for project in (before, after))
        if old.version != new.version:
            told.update(_Telling(before, after, warehouse, old, new).by_outcome(purpose, progress))
    yield from (told[outcome.name] for outcome in after.outcomes if outcome.name in told)


@dataclass(frozen=True, slots=True)
class _Telling:
    """The two versions of one purpose's scores: each is read and scored once, whichever outcomes judge them."""

    before: Project
    after: Project
    warehouse: Warehouse
    old: Definition
    new: Definition

    def by_outcome(self, purpose: str, progress: Progress) -> dict[str, Retold]:
        """The evidence by each outcome, by its name."""
        progress(f"evidence of {purpose}", 0.0)
        judging = [outcome for outcome in self.after.outcomes if outcome.purpose == purpose]
        tried = [self._trial(outcome) for outcome in judging]
        told = {
            outcome.name: Retold(purpose, outcome.name, outcome.title, None, each)
            for outcome, each in zip(judging, tried, strict=True)
            if isinstance(each, str)
        }
        trials = [each for each in tried if isinstance(each, Trial)]
        if not trials:
            return told
        everyone = [replace(each, outcome=replace(each.outcome, population=Population())) for each in trials]
        try:
            now = panels(self.after, self.warehouse, trials, definition=self.new, progress=progress)
            then = panels(self.before, self.warehouse, everyone, definition=self.old, progress=progress)
        except UserError as reason:
            lost = [trial.outcome for trial in trials]
            return told | {
                each.name: Retold(purpose, each.name, each.title, None, reason.what) for each in lost
            }
        for trial, earlier, later in zip(trials, then, now, strict=True):
            outcome, found = trial.outcome, _compared(trial.outcome, earlier, later)
            why_not = "" if found is not None else TOO_LITTLE
            told[outcome.name] = Retold(purpose, outcome.name, outcome.title, found, why_not)
        return told

    def _trial(self, outcome: Outcome) -> Trial | str:
        """When to judge by an outcome; or why nothing can be said."""
        try:
            known = extent(self.after, self.warehouse, outcome)
            instants = as_ofs(self.after, self.warehouse, outcome, self.new, Rhythm(), known=known)
        except UserError as reason:
            return reason.what
        return Trial.of(outcome, instants, known, Wanted(daily=False))


def _compared(outcome: Outcome, then: Panel, now: Panel) -> Comparison | None:
    """The two scores of each row of which the outcome is known. Both panels have the same rows: who is active does not depend on
    definitions."""
    if not np.array_equal(then.account, now.account) or not np.array_equal(then.point, now.point):
        raise ValueError("the two panels are not of the same accounts and instants")
    sign = -1.0 if outcome.kind.adverse else 1.0
    rows = now.judged & ~np.isnan(then.score)
    return compared(
        now.state[rows] == HAPPENED, sign * now.score[rows], sign * then.score[rows], now.account[rows]
    )
