"""A column that could tell of the outcome: what is known of each row, whatever its kind."""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from keepwell.scoring.observed import Bools, Floats, Groups, Ints

UNKNOWN_LEVEL = -1
"""The code of a row of which a category is not known."""

BINS = 32
"""Into so many levels of about as many rows each numbers are put, where their shape does not matter."""


@dataclass(frozen=True, slots=True, eq=False)
class Numbers:
    """A number per row; NaN is not known."""

    name: str
    values: Floats

    @property
    def known(self) -> Bools:
        """Of which rows there is one."""
        return ~np.isnan(self.values)

    def levels(self) -> Ints:
        """The row's level, 0, 1, ... in the order of the numbers; -1 where none is known. Equal numbers share a level."""
        known = self.values[self.known]
        levels = np.full(len(self.values), UNKNOWN_LEVEL, dtype=np.int64)
        if len(known):
            edges = np.unique(np.quantile(known, np.linspace(0, 1, BINS + 1)[1:-1], method="higher"))
            levels[self.known] = np.searchsorted(edges, known, side="right")
        return levels


@dataclass(frozen=True, slots=True, eq=False)
class Categories:
    """A category per row: `names[codes[i]]`; the code -1 is not known."""

    name: str
    names: tuple[str, ...]
    codes: Ints

    @classmethod
    def of(cls, name: str, groups: Groups, unknown: str = "") -> "Categories":
        """Categories from groups, of which one may stand for what is not known."""
        blank = np.array([label == unknown for label in groups.names], dtype=np.bool_)
        codes = np.where(blank[groups.codes], UNKNOWN_LEVEL, groups.codes) if len(blank) else groups.codes
        return cls(name, groups.names, codes.astype(np.int64))

    @property
    def known(self) -> Bools:
        """Of which rows there is one."""
        return np.asarray(self.codes != UNKNOWN_LEVEL)

    def levels(self) -> Ints:
        """The codes themselves."""
        return self.codes


@dataclass(frozen=True, slots=True, eq=False)
class Presence:
    """Only whether something is known of a row: of texts, instants, and whatever else has no order and no groups."""

    name: str
    known: Bools

    def levels(self) -> Ints:
        """0 where something is known, -1 where not."""
        return np.where(self.known, 0, UNKNOWN_LEVEL)


Candidate: TypeAlias = Numbers | Categories | Presence
