"""A scorecard before and after, on accounts and instants from which nothing was learned."""

from dataclasses import dataclass

import numpy as np

from keepwell.proof.interval import Estimate, share
from keepwell.proof.judged import Judged
from keepwell.proof.ranking import auc_of, difference, placements
from keepwell.proof.tally import enough
from keepwell.scoring.observed import Bools, Floats, Ints
from keepwell.scoring.score import Band
from keepwell.scoring.scorecard import Bands


@dataclass(frozen=True, slots=True)
class Compared:
    """Two scores of the same rows, judged by what became of them.

    `rows`, `accounts`, `outcomes`: how many rows, different accounts, and different accounts that the outcome happened to. `before`,
    `after`: the AUC (0–1; 0.5: chance) of each score; `gain`: after less before, with the interval of the difference. All three are
    `None` where there are too few outcomes or others for a figure.
    """

    rows: int
    accounts: int
    outcomes: int
    before: Estimate | None
    after: Estimate | None
    gain: Estimate | None


@dataclass(frozen=True, slots=True)
class Banded:
    """A band as its thresholds make it, without hysteresis: `rows` in it, their `share` (0–1) of all, and the `rate` (0–1) at which
    the outcome happened to them (`None`: nobody is in it)."""

    band: Band
    rows: int
    share: float
    rate: Estimate | None


def compared(before: Floats, after: Floats, happened: Bools, account: Ints, *, adverse: bool) -> Compared:
    """Compares two scores over the rows that have both."""
    both = ~np.isnan(before) & ~np.isnan(after)
    happened, account = happened[both], account[both]
    sign = -1.0 if adverse else 1.0
    old = placements(Judged.of(happened, sign * before[both], account))
    new = placements(Judged.of(happened, sign * after[both], account))
    accounts = len(np.unique(account))
    outcomes, others = len(np.unique(account[happened])), len(np.unique(account[~happened]))
    if old is None or new is None or not enough(outcomes, others):
        return Compared(len(account), accounts, outcomes, None, None, None)
    return Compared(len(account), accounts, outcomes, auc_of(old), auc_of(new), difference(new, old))


def banded(score: Floats, bands: Bands, happened: Bools, account: Ints) -> tuple[Banded, ...]:
    """The bands, green first, with the rate of the outcome in each."""
    known = ~np.isnan(score)
    score, happened = score[known], happened[known]
    accounts, code = np.unique(account[known], return_inverse=True)
    result = []
    edges = {
        Band.GREEN: (bands.green, np.inf),
        Band.YELLOW: (bands.yellow, bands.green),
        Band.RED: (-np.inf, bands.yellow),
    }
    for band, (low, high) in edges.items():
        inside = (score >= low) & (score < high)
        whole = np.bincount(code[inside], minlength=len(accounts)).astype(np.float64)
        part = np.bincount(code[inside & happened], minlength=len(accounts)).astype(np.float64)
        rows = int(inside.sum())
        result.append(Banded(band, rows, rows / max(len(score), 1), share(part, whole)))
    return tuple(result)
