"""Accounts that outreach reached, and those that it did not, apart."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from keepwell.proof.evidence import Evidence, Slice
from keepwell.proof.interval import Estimate, share
from keepwell.proof.judged import Judged
from keepwell.proof.slices import CONTACTED, NO, YES
from keepwell.scoring.observed import Bools


@dataclass(frozen=True, slots=True)
class Treated:
    """The judged rows that outreach `reached`, or did not. `rows` and `accounts` count them, `happened` and `outcomes` those of them that
    the outcome happened to.

    `rate`: the share of rows that it happened to, `auc`: how well the score tells which; `None`: too little data. The two sides are no
    experiment: those who worry somebody are reached more, so that their difference is not what outreach does.
    """

    reached: bool
    rows: int
    accounts: int
    happened: int
    outcomes: int
    rate: Estimate | None = None
    auc: Estimate | None = None


def treated(rows: Judged, whole: Evidence, slices: Sequence[Slice]) -> tuple[Treated, Treated]:
    """Both sides of the judged rows (`columns["contacted"]`), the reached first; `slices` hold the evidence of each, if both occur."""
    known = {one.name: one.evidence for one in slices if one.by == CONTACTED}
    reached = np.asarray(rows.columns["contacted"], dtype=np.bool_)
    yes = known.get(YES, whole if reached.any() else None)
    no = known.get(NO, None if reached.any() else whole)
    return _side(True, rows, reached, yes), _side(False, rows, ~reached, no)


def _side(reached: bool, rows: Judged, which: Bools, evidence: Evidence | None) -> Treated:
    seen, hit = rows.by_account(None, which), rows.by_account(None, which & rows.happened)
    counts = (int(seen.sum()), int(np.count_nonzero(seen)), int(hit.sum()), int(np.count_nonzero(hit)))
    if evidence is None or evidence.ranking is None:
        return Treated(reached, *counts)
    return Treated(reached, *counts, share(hit, seen), evidence.ranking.auc)
