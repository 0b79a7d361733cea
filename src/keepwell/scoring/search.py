"""The search for the smallest change of one signal that brings an account to a given score."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from keepwell.scoring.observed import conditional
from keepwell.scoring.peers import group_of
from keepwell.scoring.scorecard import Line, Measure, Percentile
from keepwell.scoring.whatif import Hypothesis, WhatIf
from keepwell.signals.definition import Aggregate, Change, How, Signal
from keepwell.signals.expression import Comparison, Expression, Literal, Name, children

_WHOLE = frozenset({How.COUNT, How.DISTINCT, How.ACTIVE_DAYS, How.DAYS_SINCE_LAST, How.DAYS_UNTIL, How.OPEN})
_NEVER_NEGATIVE = _WHOLE - {How.DAYS_UNTIL} | {How.DURATION, How.RATE, How.GAP_RATIO}
_PARTS = 64
_ROUNDS = 12
_BESIDE = 1e-9


@dataclass(frozen=True, slots=True)
class Range:
    """The values that a signal can take at all: between `low` and `high`, whole numbers only if `whole`."""

    low: float
    high: float
    whole: bool

    @classmethod
    def of(cls, signal: Signal) -> "Range":
        """The range of a signal by its meaning: a count is never negative, days are whole, a change is -100% at least."""
        match signal.meaning:
            case Change():
                return cls(-1.0, math.inf, False)
            case Aggregate(how=how, window=window):
                most = window.days if how is How.ACTIVE_DAYS and window is not None else math.inf
                return cls(0.0 if how in _NEVER_NEGATIVE else -math.inf, most, how in _WHOLE)
            case _:
                return cls(-math.inf, math.inf, False)

    def candidates(self, breakpoints: list[float]) -> list[float]:
        """Every breakpoint and what lies just beside it, within the range: between neighbours the score is monotone."""
        beside: set[float] = set()
        for value in breakpoints:
            if self.whole:
                whole = math.floor(value)
                beside |= {whole - 1.0, float(whole), whole + 1.0, whole + 2.0}
            else:
                step = _BESIDE * max(1.0, abs(value))
                beside |= {value - step, value, value + step}
        return sorted(value for value in beside if self.low <= value <= self.high)


@dataclass(frozen=True, slots=True)
class Search:
    """Looks for changes of one account that reach `goal`, the least score that is green for it."""

    case: WhatIf
    goal: float

    def score(self, hypothesis: Hypothesis) -> float:
        """The score under one hypothesis."""
        return float(self.case.scores([hypothesis])[0])

    def line(self, measure: Measure) -> Line | None:
        """The scale that applies to the account; `None`: it has no peers."""
        observed, position = self.case.evaluation.observed, self.case.position
        group = ""
        if isinstance(measure.scale, Percentile):
            group = group_of(measure.scale, observed.segments[position], observed.stages[position])
        return self.case.evaluation.frozen.line(measure, group)

    def tried(self, measure: Measure, given: Hypothesis) -> tuple[list[float], list[float]]:
        """Candidate values of a measure and the scores they lead to."""
        if self.line(measure) is None:
            return [], []
        breakpoints = self.turns(measure.signal)
        for other in self.case.consequences.above(measure.signal):
            breakpoints += self.through(measure, other, given)
        current = self.case.value(measure.signal, given)
        breakpoints += [] if current is None else [current]
        values = Range.of(self.case.signals[measure.signal]).candidates(breakpoints)
        scores = self.case.scores([given.also(measure.signal, value) for value in values])
        return values, scores.tolist()

    def turns(self, signal: str) -> list[float]:
        """The values of a signal at which the score may turn: its scale's knots, and what conditions compare it with."""
        lines = [self.line(measure) for measure in self.case.card.measures if measure.signal == signal]
        found = [knot for line in lines if line is not None for knot, _ in line.knots]
        for part in conditional(self.case.card):
            found += compared(part.when, signal)
        return found

    def through(self, measure: Measure, other: str, given: Hypothesis) -> list[float]:
        """The values of a measure at which the score may turn by way of another signal that is computed from it.

        Two values tell how the other one follows, if it does so in a straight line, or as what is divided by the measure.
        """
        levels = self.turns(other)
        if not levels:
            return []
        start = self.start(measure, given)
        ends = [self.case.value(other, given.also(measure.signal, value)) for value in (start, start + 1)]
        first, second = ends
        if first is None or second is None or first == second:
            return []
        found = [start + (level - first) / (second - first) for level in levels]
        if first and second and 1 / first != 1 / second:
            slope = 1 / second - 1 / first
            found += [start + (1 / level - 1 / first) / slope for level in levels if level]
        return [value for value in found if math.isfinite(value)]

    def start(self, measure: Measure, given: Hypothesis) -> float:
        """Where a measure stands: its value or, of an unknown one, where its marks are lowest."""
        current = self.case.value(measure.signal, given)
        line = self.line(measure)
        if current is not None or line is None:
            return current or 0.0
        return min(line.knots, key=lambda knot: knot[1])[0]

    def smallest(self, measure: Measure, given: Hypothesis) -> float | None:
        """The value nearest to the measure's own that reaches the goal; `None` if none does."""
        values, scores = self.tried(measure, given)
        start = self.start(measure, given)
        enough = [value for value, score in zip(values, scores, strict=True) if score >= self.goal]
        if not enough:
            return None
        found = []
        for way in (1, -1):
            ahead = sorted((value for value in enough if way * (value - start) >= 0), key=lambda v: way * v)
            if ahead:
                short = [
                    value for value in values if way * (value - start) >= 0 and way * (ahead[0] - value) > 0
                ]
                last = max(short, key=lambda v: way * v, default=start)
                found.append(self.between(measure, given, last, ahead[0]))
        return min(found, key=lambda value: abs(value - start))

    def between(self, measure: Measure, given: Hypothesis, short: float, enough: float) -> float:
        """The value nearest to `short` that still reaches the goal, `enough` doing so; the score is monotone between."""
        whole = Range.of(self.case.signals[measure.signal]).whole
        for _ in range(_ROUNDS):
            parts = np.linspace(short, enough, _PARTS + 1)[1:]
            parts = np.unique(np.floor(parts) if enough > short else np.ceil(parts)) if whole else parts
            tried = sorted({float(value) for value in parts}, key=lambda value: abs(value - short))
            scores = self.case.scores([given.also(measure.signal, value) for value in tried])
            first = next((n for n, score in enumerate(scores) if score >= self.goal), len(tried) - 1)
            before = tried[first - 1] if first else short
            if (before, tried[first]) == (short, enough):
                break
            short, enough = before, tried[first]
        return enough

    def most(self, measure: Measure, given: Hypothesis) -> tuple[float, float] | None:
        """The value of a measure that gives the highest score, the nearest of several, and that score."""
        values, scores = self.tried(measure, given)
        known = [(value, score) for value, score in zip(values, scores, strict=True) if not np.isnan(score)]
        start = self.start(measure, given)
        return max(known, key=lambda pair: (pair[1], -abs(pair[0] - start)), default=None)


def compared(expression: Expression, signal: str) -> Iterator[float]:
    """The numbers that a condition compares a signal with: where the condition may turn."""
    match expression:
        case Comparison(_, Name(name), Literal(int() | float() as value)) if name == signal:
            yield float(value)
        case Comparison(_, Literal(int() | float() as value), Name(name)) if name == signal:
            yield float(value)
    for child in children(expression):
        yield from compared(child, signal)
