"""Trials: what scores are held against, when, and what is kept of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from keepwell.proof.outcome import Outcome
from keepwell.runs.labelling import Extent
from keepwell.scoring.observed import Bools, Observed
from keepwell.signals.definition import Signal
from keepwell.sql.among import Accounts, OneIn


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a panel holds besides scores and outcomes.

    `signals` come as values, by their names; `attributes` are columns of accounts by which results are split. With `ended`
    the accounts that have ended are in it too, without a score, so that signals can be seen after the outcome. `daily` folds
    bands over every day, as a live version does; else over the as_ofs alone, which is quicker. `accounts`: of which only.
    """

    signals: tuple[Signal, ...] = ()
    attributes: tuple[str, ...] = ()
    ended: bool = False
    daily: bool = True
    accounts: Accounts = None

    def keeps(self, observed: Observed) -> Bools:
        """Which of the accounts that were read it holds."""
        kept: Bools = np.ones(len(observed), dtype=np.bool_) if self.ended else observed.active
        if isinstance(self.accounts, OneIn):
            kept = kept & (observed.accounts % self.accounts.count == 0)
        elif self.accounts is not None:
            kept = kept & np.isin(observed.accounts, list(self.accounts))
        return kept


@dataclass(frozen=True, slots=True)
class Trial:
    """An outcome, the grid days at which scores are judged by it, and what its panel holds besides; `known` is how far the data tell of it, if
    that has been asked already."""

    outcome: Outcome
    as_ofs: tuple[datetime, ...]
    known: Extent | None = None
    wanted: Wanted = Wanted()

    @classmethod
    def of(
        cls,
        outcome: Outcome,
        as_ofs: Sequence[datetime],
        known: Extent | None = None,
        wanted: Wanted | None = None,
    ) -> "Trial":
        """For an outcome without dates only the last as_of counts."""
        if not as_ofs:
            raise ValueError("a panel needs at least one as_of")
        days = tuple(as_ofs) if outcome.dated else (as_ofs[-1],)
        return cls(outcome, days, known, wanted or Wanted())
