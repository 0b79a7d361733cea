"""Why an account has its score: every step's points and words, adding up exactly."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np

from keepwell.scoring.evaluation import DECIMALS, Evaluation
from keepwell.scoring.marks import Marks
from keepwell.scoring.observed import NO_CARD, condition_of
from keepwell.scoring.overrides import SCORE, Override
from keepwell.scoring.peers import group_of
from keepwell.scoring.score import Reason, Step
from keepwell.scoring.scorecard import Cap, Measure, Percentile, RollUp, Rule
from keepwell.scoring.wording import called, in_points, number, of_cap, of_measure, of_points, of_unknown
from keepwell.signals.definition import Signal

ROLL_UP = "roll_up"
CLAMP = "clamp"


@dataclass(frozen=True, slots=True)
class Narrator:
    """What is needed to tell reasons: the signals by name, the accounts' names by surrogate id, and the zone of days."""

    signals: Mapping[str, Signal]
    name_of: Callable[[int], str]
    zone: ZoneInfo

    def day(self, instant: datetime) -> str:
        """An instant's day in the zone."""
        return instant.astimezone(self.zone).date().isoformat()


def reasons(evaluation: Evaluation, position: int, narrator: Narrator) -> tuple[float, tuple[Reason, ...]]:
    """The baseline and all reasons of one account, in the order of application; nothing for one that has no scorecard.

    All are rounded as scores are, and what rounding leaves over goes to the weightiest reason: they add up to the rounded
    score exactly, decimal by decimal.
    """
    if evaluation.chosen[position] == NO_CARD:
        return 0.0, ()
    told = tuple(_Case(evaluation, position, narrator).steps())
    score = evaluation.score[position]
    baseline = float(evaluation.baseline[position])
    if np.isnan(score):
        score = np.round(baseline + sum(reason.points for reason in told), DECIMALS)
    return _rounded(baseline, told, float(score))


def _rounded(baseline: float, told: tuple[Reason, ...], score: float) -> tuple[float, tuple[Reason, ...]]:
    unit = 10**DECIMALS
    base = round(baseline * unit)
    parts = [round(reason.points * unit) for reason in told]
    left = round(score * unit) - base - sum(parts)
    if not told:
        return (base + left) / unit, ()
    weightiest = max(range(len(parts)), key=lambda index: abs(parts[index]))
    parts[weightiest] += left
    exact = tuple(
        reason if reason.points == part / unit else replace(reason, points=part / unit)
        for reason, part in zip(told, parts, strict=True)
    )
    return base / unit, exact


@dataclass(frozen=True, slots=True)
class _Case:
    """One account's evaluation, about to be told."""

    evaluation: Evaluation
    position: int
    narrator: Narrator

    @property
    def marks(self) -> Marks:
        return self.evaluation.marks[int(self.evaluation.chosen[self.position])]

    @property
    def row(self) -> int:
        return int(self.evaluation.place[self.position])

    @property
    def account(self) -> int:
        return int(self.evaluation.observed.accounts[self.position])

    def holds(self, part: Cap | Rule) -> bool:
        return bool(self.evaluation.observed.holds(condition_of(self.marks.card, part))[self.position])

    def steps(self) -> Iterator[Reason]:
        """Every reason in the order of application, its points not yet rounded."""
        said = self.evaluation.overrides.of(self.account)
        yield from self.measures(said)
        for rule in self.marks.card.rules:
            if self.holds(rule):
                text = of_points(rule.because or called(rule.name), rule.points)
                yield Reason(Step.RULE, rule.name, rule.points, text, advice=rule.advice)
        clamp = float(self.marks.clamp[self.row])
        if clamp:
            yield Reason(Step.CLAMP, CLAMP, clamp, of_points("A score stays within 0 and 100", clamp))
        rolled = float(self.evaluation.rolled[self.position])
        if rolled:
            yield Reason(Step.ROLL_UP, ROLL_UP, rolled, self.of_children(rolled))
        yield from self.caps()
        if SCORE in said:
            yield self.by_hand(said[SCORE], float(self.evaluation.overridden[self.position]), "Score")

    def measures(self, said: Mapping[str, Override]) -> Iterator[Reason]:
        """The measures, each followed by what was set by hand in its place, each dimension by what was set in its."""
        column = 0
        for index, dimension in enumerate(self.marks.card.dimensions):
            marks = self.marks.scaled[self.row, column : column + len(dimension.measures)]
            for measure in dimension.measures:
                yield self.measure(measure, column, dimension.name, alone=bool(np.isnan(marks).all()))
                if measure.signal in said:
                    title = self.narrator.signals[measure.signal].title
                    points = float(self.marks.by_measure[self.row, column])
                    yield self.by_hand(said[measure.signal], points, title, dimension.name)
                column += 1
            if dimension.name in said:
                points = float(self.marks.by_dimension[self.row, index])
                yield self.by_hand(said[dimension.name], points, called(dimension.name), dimension.name)

    def measure(self, measure: Measure, column: int, dimension: str, *, alone: bool) -> Reason:
        """What one measure says; `alone`: nothing of its dimension is known."""
        marks, row = self.marks, self.row
        signal = self.narrator.signals[measure.signal]
        value = float(self.evaluation.observed.values[measure.signal][self.position])
        mark, points = float(marks.scaled[row, column]), float(marks.points[row, column])
        if np.isnan(mark):
            text = of_unknown(marks.card, signal, points, alone=alone, peerless=not np.isnan(value))
        else:
            mean, group = float(marks.reference[row, column]), self.group(measure)
            told = of_measure(marks.card, measure, signal, value=value, mark=mark, mean=mean, group=group)
            text = of_points(told, points, full=mark >= 100 and mean >= 100)
        return Reason(
            Step.MEASURE,
            measure.signal,
            points,
            text,
            dimension=dimension,
            value=None if np.isnan(value) else value,
            scaled=None if np.isnan(mark) else mark,
            weight=float(marks.weights[row, column]),
            advice=measure.advice,
        )

    def group(self, measure: Measure) -> str:
        """The name of the account's peers, where the measure is a percentile."""
        if not isinstance(measure.scale, Percentile):
            return ""
        observed = self.evaluation.observed
        return group_of(measure.scale, observed.segments[self.position], observed.stages[self.position])

    def of_children(self, points: float) -> str:
        """How the scored children moved their parent."""
        children = self.evaluation.children(self.position)
        scores = self.evaluation.score[children]
        if self.marks.card.roll_up is RollUp.WORST:
            worst = children[int(np.argmin(scores))]
            name = self.narrator.name_of(int(self.evaluation.observed.accounts[worst]))
            return of_points(f"Its account {name} stands at {number(self.evaluation.score[worst])}", points)
        how = "mean" if self.marks.card.roll_up is RollUp.MEAN else "mean, weighted by value,"
        count = f"{len(children)} account{'s' if len(children) != 1 else ''}"
        return of_points(f"Taken together with its {count}: the {how} of all", points)

    def caps(self) -> Iterator[Reason]:
        """Every cap that holds; the lowest takes the points, the others take none."""
        for index, cap in enumerate(self.marks.card.caps):
            if self.holds(cap):
                lowest = index == self.evaluation.cap[self.position]
                points = float(self.evaluation.capped[self.position]) if lowest else 0.0
                text = (
                    f"{of_cap(cap)}: {in_points(points)}" if points else f"{of_cap(cap)}, which it is anyway"
                )
                yield Reason(Step.CAP, cap.name, points, text, advice=cap.advice)

    def by_hand(self, override: Override, points: float, title: str, dimension: str = "") -> Reason:
        """Who set what, until when, and why."""
        author = f" by {override.author}" if override.author else ""
        until = f" until {self.narrator.day(override.until)}" if override.until else ""
        why = f" ({override.reason})" if override.reason else ""
        text = of_points(f"{title} set to {number(override.value)}{author}{until}{why}", points)
        return Reason(
            Step.OVERRIDE, override.target, points, text, dimension=dimension, scaled=override.value
        )
