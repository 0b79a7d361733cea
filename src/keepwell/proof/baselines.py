"""Whether the score beats what anyone could have said without it."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from keepwell.proof.interval import Estimate
from keepwell.proof.judged import Judged, coded
from keepwell.proof.ranking import Placements, auc_of, counted_placements, difference, placements
from keepwell.proof.tally import MIN_OTHERS, MIN_OUTCOMES
from keepwell.scoring.observed import Bools, Floats, Ints


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two risks over the same rows: those of which both are known, `rows` of them, with `outcomes` accounts that it
    happened to.

    `own` and `other`: the AUC of each. `difference`: own − other, −1 to 1, with the interval of the difference: both
    were asked of the same accounts, so it is narrower than those of the two would suggest.
    """

    rows: int
    outcomes: int
    own: Estimate
    other: Estimate
    difference: Estimate

    @property
    def better(self) -> bool:
        """Whether the first is better, beyond chance."""
        return self.difference.low > 0

    @property
    def worse(self) -> bool:
        """Whether the other is better, beyond chance."""
        return self.difference.high < 0


@dataclass(frozen=True, slots=True)
class Baseline:
    """The score against one dumb risk, such as the days since the last event. `comparison`: `None` where there is too
    little data.
    """

    name: str
    comparison: Comparison | None


def compared(happened: Bools, risk: Floats, other: Floats, account: Ints) -> Comparison | None:
    """Two risks over the same rows; those of which either is NaN are left out. `None`: there is too little data."""
    known = ~(np.isnan(risk) | np.isnan(other))
    codes, accounts = coded(account[known])
    rows, order = Judged.sorted(happened[known], risk[known], codes, accounts)
    return _against(rows, placements(rows), other[known][order])


def baselines(rows: Judged, own: Placements | None, others: Mapping[str, Floats]) -> tuple[Baseline, ...]:
    """Sorted rows, their placements, and other risks in the same order (NaN: unknown)."""
    made = []
    for name, other in others.items():
        known = ~np.isnan(other)
        if known.all():
            made.append(Baseline(name, _against(rows, own, other)))
        else:
            fewer = rows.rows(known)
            made.append(Baseline(name, _against(fewer, placements(fewer), other[known])))
    return tuple(made)


def _against(rows: Judged, own: Placements | None, other: Floats) -> Comparison | None:
    if own is None or own.accounts_happened < MIN_OUTCOMES or own.accounts_others < MIN_OTHERS:
        return None
    theirs = counted_placements(rows, other)
    if theirs is None:
        theirs = placements(Judged.sorted(rows.happened, other, rows.account, rows.accounts)[0])
    assert theirs is not None
    return Comparison(len(rows), own.accounts_happened, auc_of(own), auc_of(theirs), difference(own, theirs))
