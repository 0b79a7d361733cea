"""The matrix that a weighted sum is fitted on, and the sum that fitted weights make of it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from keepwell.models.definition import Holds, Input
from keepwell.models.linear import LabelTerm, Linear, NumberTerm, Term
from keepwell.models.table import NO_LABEL, Table
from keepwell.scoring.observed import Floats
from keepwell.signals.definition import Direction

FEWEST = 20
"""A label of fewer rows has no weight of its own: it is one of the others."""

MOST_LEVELS = 50
"""So many labels of an input have weights of their own, the most frequent ones."""

TAIL = 0.005
"""The share of rows at either end beyond whose values nothing more is said: a weight is not set by a few extremes."""


@dataclass(frozen=True, slots=True)
class Design:
    """Terms that wait for their weights.

    Each has columns: a number its standardised value, and whether it is unknown where that occurs in training; a label one per level, and
    those for others and for unknown where they occur.
    """

    terms: tuple[Term, ...]
    others: frozenset[str]
    unknowns: frozenset[str]

    @classmethod
    def of(cls, table: Table, inputs: Sequence[Input]) -> "Design":
        """The design for a training table; inputs that never change are left out: they tell nothing."""
        terms: list[Term] = []
        others: set[str] = set()
        unknowns: set[str] = set()
        for one in inputs:
            term = _number(table, one) if one.holds is Holds.NUMBER else _label(table, one)
            if term is None:
                continue
            terms.append(term)
            if isinstance(term, NumberTerm):
                lacks = np.isnan(table.numbers(one.name)).any()
            else:
                places = term.places(table)
                lacks = (places == len(term.levels) + 1).any()
                if (places == len(term.levels)).any():
                    others.add(one.name)
            if lacks:
                unknowns.add(one.name)
        return cls(tuple(terms), frozenset(others), frozenset(unknowns))

    def matrix(self, table: Table) -> Floats:
        """A row per row of the table, a column per weight to be found."""
        columns: list[Floats] = []
        for term in self.terms:
            if isinstance(term, NumberTerm):
                columns.append(term.standard(table))
                if term.input in self.unknowns:
                    columns.append(np.isnan(table.numbers(term.input)).astype(np.float64))
            else:
                places = term.places(table)
                columns += [(places == place).astype(np.float64) for place in self._places(term)]
        return np.stack(columns, axis=1) if columns else np.empty((len(table), 0))

    def _places(self, term: LabelTerm) -> list[int]:
        count = len(term.levels)
        extra = [count] * (term.input in self.others) + [count + 1] * (term.input in self.unknowns)
        return [*range(count), *extra]

    def signs(self, inputs: Sequence[Input], adverse: bool) -> list[int]:
        """Of each column which way its weight may go: 1 up only, -1 down only, 0 either way.

        What is good for the customer's health makes a loss (`adverse`) less likely, and anything else more.
        """
        directions = {one.name: one.direction for one in inputs}
        found: list[int] = []
        for term in self.terms:
            if isinstance(term, NumberTerm):
                found.append(sign(directions.get(term.input), adverse))
                found += [0] * (term.input in self.unknowns)
            else:
                found += [0] * len(self._places(term))
        return found

    def linear(self, weights: Floats, base: float, table: Table) -> Linear:
        """The sum with fitted weights. Of labels the mean over the training rows goes to the base: each adds nothing on average."""
        left = iter(weights.tolist())
        made: list[Term] = []
        for term in self.terms:
            if isinstance(term, NumberTerm):
                weight = next(left)
                made.append(
                    replace(term, weight=weight, unknown=next(left) if term.input in self.unknowns else 0.0)
                )
                continue
            own = tuple(next(left) for _ in term.levels)
            other = next(left) if term.input in self.others else 0.0
            unknown = next(left) if term.input in self.unknowns else 0.0
            raw = replace(term, weights=own, other=other, unknown=unknown)
            mean = float(raw.of(table).mean())
            base += mean
            made.append(
                replace(raw, weights=tuple(w - mean for w in own), other=other - mean, unknown=unknown - mean)
            )
        return Linear(base, tuple(made))


def sign(direction: Direction | None, adverse: bool) -> int:
    """Which way an input with a direction moves the probability of the outcome: 1 up, -1 down, 0 nobody says."""
    if direction is None:
        return 0
    return -1 if (direction is Direction.HIGHER_IS_BETTER) == adverse else 1


def _number(table: Table, one: Input) -> NumberTerm | None:
    values = table.numbers(one.name)
    known = values[~np.isnan(values)]
    if not len(known):
        return None
    low, high = np.quantile(known, [TAIL, 1 - TAIL], method="nearest")
    if low == high:  # nearly all are alike: the few others are what there is to see
        low, high = known.min(), known.max()
    within = np.clip(known, low, high)
    deviation = float(within.std())
    if deviation <= 1e-12 * max(1.0, abs(float(within.mean()))):
        return None
    return NumberTerm(one.name, float(low), float(high), float(within.mean()), deviation)


def _label(table: Table, one: Input) -> LabelTerm | None:
    labels = table.labels(one.name)
    counts = np.bincount(labels.codes[labels.codes != NO_LABEL], minlength=len(labels.names))
    frequent = sorted(range(len(counts)), key=lambda code: (-counts[code], labels.names[code]))[:MOST_LEVELS]
    levels = tuple(sorted(labels.names[code] for code in frequent if counts[code] >= FEWEST))
    return LabelTerm(one.name, levels) if levels else None
