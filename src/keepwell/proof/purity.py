"""Levels that hold one outcome only, and are too large for that to be chance: nothing honest separates perfectly."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from keepwell.proof.candidate import Candidate, Categories, Numbers
from keepwell.scoring.observed import Bools, Floats, Ints

HONEST_ODDS = 20.0
"""The odds of the outcome in a level of an honest column lie within so many times the odds of all rows, either way, ..."""

HONEST_RATE = 0.9
"""... or its rate between 10% and 90%, whichever lets more pass."""

CHANCE = 0.001
"""The chance, over all levels that are looked at, that a column as strong as an honest one can be is taken for a leak."""


@dataclass(frozen=True, slots=True)
class Pure:
    """One level, or a range of neighbouring numbers, of which all rows have the same outcome.

    `level` is the level's name or the range in words. `happened`: whether the outcome happened to all of them, or to none.
    `chance`: at most how likely that is in a level whose true rate is the most extreme that is honest, over all levels looked at.
    """

    level: str
    happened: bool
    rows: int
    accounts: int
    chance: float


@dataclass(frozen=True, slots=True)
class Bound:
    """How extreme an honest rate can be, given the rate of all rows; and how many levels are looked at."""

    rate: float
    tests: int

    @property
    def ceiling(self) -> float:
        """The highest rate of a level in an honest column."""
        return max(_times(self.rate, HONEST_ODDS), HONEST_RATE)

    @property
    def floor(self) -> float:
        """The lowest rate of a level in an honest column."""
        return min(_times(self.rate, 1 / HONEST_ODDS), 1 - HONEST_RATE)

    def chance(self, happened: bool, accounts: int) -> float:
        """At most how likely so many accounts all have the same outcome, in any of the levels looked at."""
        each = self.ceiling if happened else 1 - self.floor
        return min(self.tests * each**accounts, 1.0)

    def least(self, happened: bool) -> int:
        """How many accounts a level needs for that to be less likely than `CHANCE`."""
        each = self.ceiling if happened else 1 - self.floor
        return math.ceil(math.log(CHANCE / max(self.tests, 1)) / math.log(each))


def _times(rate: float, factor: float) -> float:
    odds = factor * rate / (1 - rate)
    return odds / (1 + odds)


def levels_looked_at(column: Candidate) -> int:
    """How many levels `pure` looks at: the different numbers or categories that occur."""
    if isinstance(column, Numbers):
        return len(np.unique(column.values[column.known]))
    return len(np.unique(column.levels()[column.known]))


def pure(column: Candidate, happened: Bools, account: Ints, bound: Bound) -> tuple[Pure, ...]:
    """The levels of a column that are pure by more than chance, the largest first. What is not known has no level here.

    An account counts once, however many rows it has. Neighbouring numbers that are pure in the same way are one range: of
    numbers in a row, each run of one outcome is the longer the less chance could have made it.
    """
    known = column.known
    if isinstance(column, Numbers):
        found = _ranges(column.values[known], happened[known], account[known], bound)
    elif isinstance(column, Categories):
        found = _levels(column, happened[known], account[known], bound)
    else:
        found = iter(())
    return tuple(sorted(found, key=lambda each: -each.rows))


def pure_presence(column: Candidate, happened: Bools, account: Ints, bound: Bound) -> tuple[Pure, ...]:
    """Whether the rows of which the column is known, or those of which it is not, are pure by more than chance."""
    known = column.known
    found = (
        _judged(name, happened[which], account[which], bound)
        for name, which in (("known", known), ("not known", ~known))
    )
    return tuple(each for each in found if each is not None)


def _judged(level: str, happened: Bools, account: Ints, bound: Bound) -> Pure | None:
    if not len(happened) or happened.any() != happened.all():
        return None
    state = bool(happened[0])
    if len(happened) < bound.least(state):
        return None
    accounts = len(np.unique(account))
    chance = bound.chance(state, accounts)
    return Pure(level, state, len(happened), accounts, chance) if chance <= CHANCE else None


def _levels(column: Categories, happened: Bools, account: Ints, bound: Bound) -> Iterator[Pure]:
    codes = column.codes[column.known]
    rows = np.bincount(codes, minlength=len(column.names))
    hits = np.bincount(codes[happened], minlength=len(column.names))
    large = min(bound.least(True), bound.least(False))
    for code in np.flatnonzero((rows >= large) & ((hits == 0) | (hits == rows))):
        which = codes == code
        found = _judged(column.names[code], happened[which], account[which], bound)
        if found is not None:
            yield found


def _ranges(values: Floats, happened: Bools, account: Ints, bound: Bound) -> Iterator[Pure]:
    """The pure runs of different numbers in ascending order; a number that has both outcomes ends a run."""
    if not len(values):
        return
    order = np.argsort(values, kind="stable")
    values, happened, account = values[order], happened[order], account[order]
    starts = np.flatnonzero(np.concatenate(([True], values[1:] != values[:-1])))
    hits = np.add.reduceat(happened.astype(np.int64), starts)
    sizes = np.diff(np.append(starts, len(values)))
    state = np.where(hits == 0, 0, np.where(hits == sizes, 1, -1))
    borders = np.flatnonzero(np.concatenate(([True], (state[1:] != state[:-1]) | (state[1:] == -1))))
    first = starts[borders]
    last = np.append(first[1:], len(values))
    large = min(bound.least(True), bound.least(False))
    for low, high, kind in zip(first, last, state[borders], strict=True):
        if kind >= 0 and high - low >= large:
            found = _judged(
                _range(values[low], values[high - 1]), happened[low:high], account[low:high], bound
            )
            if found is not None:
                yield found


def _range(low: float, high: float) -> str:
    return said(low) if low == high else f"{said(low)} to {said(high)}"


def said(value: float) -> str:
    """A number for people: whole ones as they are, others to four digits."""
    return f"{value:,.0f}" if float(value).is_integer() and abs(value) < 1e15 else f"{value:,.4g}"
