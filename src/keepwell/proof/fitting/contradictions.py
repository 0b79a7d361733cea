"""Measures whose outcomes go against the declared direction: told with the evidence, and never quietly weighed away."""

from dataclasses import dataclass

import numpy as np

from keepwell.proof.fitting.sample import Sample
from keepwell.proof.interval import Estimate
from keepwell.proof.ranking import ranked
from keepwell.proof.tally import enough
from keepwell.scoring.observed import Bools, Floats, Ints

CHANCE = 0.5

TRIFLING = 0.02
"""An AUC that is less than this below chance is no contradiction, however sure: it is nothing to act on."""


@dataclass(frozen=True, slots=True)
class Bearing:
    """Which way a measure goes by itself.

    `auc`: the probability (0–1; 0.5: chance) that of an account that did well and one that did badly, the first has the higher
    mark; `known`: the share (0–1) of rows in which the mark is known. `auc` is `None` where it is known of too few accounts with either
    outcome.
    """

    auc: Estimate | None
    known: float

    @property
    def contradicts(self) -> bool:
        """Whether the whole interval lies on the wrong side, and not by a trifle: what is declared to be good goes before bad outcomes."""
        return self.auc is not None and self.auc.high < CHANCE and self.auc.value < CHANCE - TRIFLING

    @property
    def tells(self) -> bool:
        """Whether the whole interval lies on the declared side."""
        return self.auc is not None and self.auc.low > CHANCE


def bearing(marks: Floats, good: Bools, account: Ints) -> Bearing:
    """Which way one measure's marks (NaN: unknown) go."""
    known = ~np.isnan(marks)
    share = float(known.mean()) if len(known) else 0.0
    marks, good, account = marks[known], good[known], account[known]
    kinds = sorted(len(np.unique(account[which])) for which in (good, ~good))
    found = ranked(good, marks, account) if enough(*kinds) else None
    return Bearing(None if found is None else found.auc, share)


def bearings(sample: Sample) -> tuple[Bearing, ...]:
    """Which way each measure goes, in their order."""
    return tuple(bearing(column, sample.good, sample.account) for column in sample.marks.T)
