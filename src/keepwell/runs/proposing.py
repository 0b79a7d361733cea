"""Makes a proposal of fitted scorecards: what changes, why, and how much better it would have been."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from keepwell.project.project import Project
from keepwell.proof.fitting.comparison import Compared, banded, compared
from keepwell.proof.fitting.contradictions import bearings
from keepwell.proof.fitting.filling import filled
from keepwell.proof.fitting.readable import readable, shares
from keepwell.proof.fitting.sample import Sample
from keepwell.proof.fitting.weights import Weights
from keepwell.proof.outcome import Outcome
from keepwell.proof.panel import Panel
from keepwell.runs import rewriting
from keepwell.runs.learning import Parts, Rows
from keepwell.runs.proposal import CardProposal, Learnt, Proposal, Weighed
from keepwell.runs.rescaling import units
from keepwell.scoring.observed import Ints
from keepwell.scoring.scorecard import Fitted, Line, Scorecard
from keepwell.scoring.weights import nominal


@dataclass(frozen=True, slots=True, eq=False)
class Proposing:
    """A proposal in the making: `old` and `new` are panels of the same rows, scored before and after."""

    project: Project
    outcome: Outcome
    split: Parts
    old: Panel
    new: Panel

    def card(
        self, before: Scorecard, after: Scorecard, rows: Rows, weights: Weights | None, sample: Sample | None
    ) -> CardProposal:
        """One scorecard; `weights` and the `sample` they were learned from, if they were asked for."""
        here = rows.rows[(self.old.judged & self.new.judged & self.split.test)[rows.rows]]
        old, new = self.old.rows(here), self.new.rows(here)
        learnt: Learnt | None = None
        measures: tuple[Weighed, ...] = ()
        if weights is not None and sample is not None:
            learnt = _learnt(after, weights, sample)
            measures = tuple(self._weighed(before, after, weights, sample))
        return CardProposal(
            file=rewriting.file_of(self.project.where[f"scorecard:{before.name}"]),
            before=before,
            after=after,
            learnt=learnt,
            measures=measures,
            evidence=self._compared(here),
            bands_before=banded(old.score, before.bands, old.happened, old.account),
            bands_after=banded(new.score, after.bands, new.happened, new.account),
        )

    def whole(self, cards: tuple[CardProposal, ...], fitted: Fitted, left: tuple[str, ...]) -> Proposal:
        """All scorecards together, with the change of the files."""
        of_signals = units(self.project)
        edits = tuple(edit for one in cards for edit in rewriting.edits(one, of_signals))
        return Proposal(
            outcome=self.outcome,
            fitted=fitted,
            first=self.split.first,
            last=self.split.last,
            begins=self.split.begins,
            ends=self.old.as_ofs[-1],
            cards=cards,
            left=left,
            evidence=self._compared(np.flatnonzero(self.old.judged & self.new.judged & self.split.test)),
            edits=edits,
            diff=rewriting.diff(rewriting.rewritten(self.project.folder, edits)),
        )

    def _compared(self, rows: Ints) -> Compared:
        old, new = self.old.rows(rows), self.new.rows(rows)
        return compared(old.score, new.score, old.happened, old.account, adverse=self.outcome.kind.adverse)

    def _weighed(
        self, before: Scorecard, after: Scorecard, weights: Weights, sample: Sample
    ) -> Iterator[Weighed]:
        titles = [self.project.signal(measure.signal).title for measure in after.measures]
        dimension = [one.name for one in after.dimensions for _ in one.measures]
        old, new = 100 * nominal(before), 100 * nominal(after)
        toward = bearings(sample)
        alike = {one: [other for other in each if other != one] for each in weights.sets for one in each}
        opposed: dict[int, list[int]] = {one: [] for one in alike}
        for left, right in weights.opposed:
            opposed[left].append(right)
        for place, measure in enumerate(after.measures):
            yield Weighed(
                signal=measure.signal,
                label=titles[place],
                dimension=dimension[place],
                before=float(old[place]),
                after=float(new[place]),
                start=float(100 * weights.start[place]),
                alone=float(100 * weights.alone[place]),
                low=float(100 * weights.low[place]),
                high=float(100 * weights.high[place]),
                bearing=toward[place],
                alike=tuple(titles[other] for other in alike[place]),
                opposed=tuple(titles[other] for other in opposed[place]),
                scale=measure.scale
                if isinstance(measure.scale, Line) and measure.scale != before.measures[place].scale
                else None,
            )


def _learnt(after: Scorecard, weights: Weights, sample: Sample) -> Learnt:
    """What weights were learned from, and what their rounding costs there."""
    exact = filled(after, sample.marks, weights.shares) @ weights.shares
    whole = shares(after, readable(after, weights.shares))
    rough = filled(after, sample.marks, whole) @ whole
    found = compared(exact, rough, sample.good, sample.account, adverse=False)
    rows, rarer, accounts = weights.learnt
    rounding = found.gain.value if found.gain is not None else 0.0
    return Learnt(rows, rarer, accounts, weights.own, weights.pooled, weights.silent, rounding)
