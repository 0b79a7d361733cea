"""Discrimination: how well risk puts the accounts that the outcome happened to before the others.

Every figure is found in one pass over rows sorted by risk. So is its interval: to it belongs, for every account, how
much the figure would change if that account counted a little more (its influence), and the variance is the sum of the
squared influences. The naive versions stand in `tests/proof/naive.py`.
"""

import math
from dataclasses import dataclass

import numpy as np

from keepwell.proof.interval import Estimate, around, between_0_and_1, equal_witnesses
from keepwell.proof.judged import Judged
from keepwell.scoring.observed import Bools, Floats, Ints


@dataclass(frozen=True, slots=True)
class Ranking:
    """How well a risk ranks. It says nothing of whether the risk, read as a probability, is right.

    `auc`: the probability (0–1; 0.5: chance) that of a row that it happened to and one that it did not, the first has
    the higher risk; a tie counts half. `average_precision`: the precision at each outcome, averaged over the outcomes
    (0–1; chance: `rate`). `rate`: the share of rows that it happened to. `ks`: the largest difference (0–1) between the
    share of outcomes and the share of others that lie at or above one risk; `ks_risk` is that risk.
    """

    auc: Estimate
    average_precision: Estimate
    rate: float
    ks: float
    ks_risk: float


@dataclass(frozen=True, slots=True, eq=False)
class Placements:
    """An AUC, and each account's influence on it: that of its rows which it happened to, and that of its others.

    The placement of a row is the share of the rows of the other kind that it stands right to: above, for one that it
    happened to, below, for the others. An influence is the sum of an account's placements, less what as many average
    rows would have, over the number of all such rows.
    """

    auc: float
    of_happened: Floats
    of_others: Floats
    accounts_happened: int
    accounts_others: int
    accounts: int

    @property
    def witnesses(self) -> int:
        """How many accounts the figure rests on: of those that it happened to, or of the others, whichever are fewer."""
        return min(self.accounts_happened, self.accounts_others)


def ranked(happened: Bools, risk: Floats, account: Ints) -> Ranking | None:
    """How well a risk ranks; `None` if the outcome happened to all rows or to none.

    Raises:
        ValueError: a risk is NaN.
    """
    return ranking(Judged.of(happened, risk, account))


def ranking(rows: Judged, found: Placements | None = None) -> Ranking | None:
    """The same of sorted rows; `found` are their placements, where they are known already."""
    places = found or placements(rows)
    if places is None:
        return None
    ks, ks_risk = kolmogorov_smirnov(rows)
    return Ranking(auc_of(places), average_precision(rows, places), float(rows.happened.mean()), ks, ks_risk)


def placements(rows: Judged) -> Placements | None:
    """The AUC of sorted rows and all influences on it; `None` if the outcome happened to all rows or to none.

    DeLong, DeLong and Clarke-Pearson, Biometrics 44 (1988), 837–845, in the O(n log n) of Sun and Xu (2014); summed by
    account as by Obuchowski, Biometrics 53 (1997), 567–578.
    """
    total = int(rows.upto[-1]) if len(rows) else 0
    others = len(rows) - total
    if not total or not others:
        return None
    here, there = _in_ties(rows)
    above_others = (others - (rows.ends - rows.upto) + there / 2) / others
    below_happened = (rows.upto - here / 2) / total
    auc = float((here * above_others).sum()) / total
    below = np.repeat(below_happened, here + there)
    below[rows.happened] = 0.0
    return _summed(
        auc,
        (rows.by_account(None, rows.happened), rows.by_account()),
        (rows.by_account(np.repeat(above_others, here), rows.happened), rows.by_account(below)),
        (total, others),
    )


MOST_LEVELS = 2**16
"""So many different whole numbers, and no more, are counted instead of sorted."""


def counted_placements(rows: Judged, risk: Floats) -> Placements | None:
    """The placements of rows by another risk, where that is a whole number, such as a count or days: its values are counted, not sorted.

    `None` if it is none, or its numbers lie more than `MOST_LEVELS` apart, or the outcome happened to all rows or to none. No risk may be NaN.
    """
    happened = rows.happened
    total = int(np.count_nonzero(happened))
    others = len(rows) - total
    if not total or not others:
        return None
    least = float(risk.min())
    if not risk.max() - least < MOST_LEVELS or not np.array_equal(np.floor(risk), risk):
        return None
    level = (risk - least).astype(np.int64)
    here = np.bincount(level[happened], minlength=int(level.max()) + 1)
    there = np.bincount(level) - here
    above_others = (np.cumsum(there) - there / 2) / others
    below_happened = (total - np.cumsum(here) + here / 2) / total
    below = below_happened[level]
    below[happened] = 0.0
    return _summed(
        float((here * above_others).sum()) / total,
        (rows.by_account(None, happened), rows.by_account()),
        (rows.by_account(above_others[level[happened]], happened), rows.by_account(below)),
        (total, others),
    )


def _summed(
    auc: float, rows_of: tuple[Floats, Floats], placed: tuple[Floats, Floats], sizes: tuple[int, int]
) -> Placements:
    """Influences from sums by account: of rows that it happened to and of all, of the placements of the first and of the others;
    `sizes` are how many rows there are of the two kinds."""
    (hits, seen), (of_happened, of_others), (total, others) = rows_of, placed, sizes
    return Placements(
        auc,
        (of_happened - auc * hits) / total,
        (of_others - auc * (seen - hits)) / others,
        int(np.count_nonzero(hits)),
        int(np.count_nonzero(seen - hits)),
        int(np.count_nonzero(seen)),
    )


def _in_ties(rows: Judged) -> tuple[Ints, Ints]:
    """How many rows of each tie the outcome happened to, and how many others it has."""
    here = np.diff(rows.upto, prepend=0)
    return here, np.diff(rows.ends, prepend=0) - here


def auc_of(places: Placements) -> Estimate:
    """The AUC with its interval, on the logit scale."""
    return between_0_and_1(places.auc, _error(places, places.of_happened, places.of_others), places.witnesses)


def difference(own: Placements, other: Placements) -> Estimate:
    """The difference of two AUCs over the same rows and accounts, with the interval of the difference."""
    error = _error(own, own.of_happened - other.of_happened, own.of_others - other.of_others)
    found = around(own.auc - other.auc, error, own.witnesses)
    return Estimate(found.value, max(found.low, -1.0), min(found.high, 1.0))


def _error(places: Placements, of_happened: Floats, of_others: Floats) -> float:
    """Obuchowski's standard error. Where each account is seen once it is DeLong's."""
    variance = (
        _of_sample(places.accounts_happened) * float((of_happened * of_happened).sum())
        + _of_sample(places.accounts_others) * float((of_others * of_others).sum())
        + _of_sample(places.accounts) * 2 * float((of_happened * of_others).sum())
    )
    return math.sqrt(max(variance, 0.0))


def _of_sample(accounts: int) -> float:
    return accounts / (accounts - 1) if accounts > 1 else 1.0


def average_precision(rows: Judged, places: Placements) -> Estimate:
    """The average precision of sorted rows, with its interval by the infinitesimal jackknife over accounts.

    With rows weighted, AP = sum over ties of h / H · T / N: h the weight of what happened in the tie, H in all, T of
    what happened at or above it, N of all rows at or above it. A row's influence is the derivative by its weight: what
    it adds to h, T and N of its own tie and all below. The definition is scikit-learn's.
    """
    value, influence = _precision(rows)
    variance = _of_sample(places.accounts) * float((influence * influence).sum())
    return between_0_and_1(value, math.sqrt(variance), min(places.witnesses, equal_witnesses(influence)))


def _precision(rows: Judged) -> tuple[float, Floats]:
    """The average precision, and each account's influence on it."""
    here, there = _in_ties(rows)
    total = int(rows.upto[-1])
    precision = rows.upto / rows.ends
    value = float((here * precision).sum()) / total
    per_row = here / (rows.ends * np.float64(total))
    as_hit = np.cumsum(per_row[::-1])[::-1]
    as_row = np.cumsum((per_row * precision)[::-1])[::-1]
    influence = rows.by_account(np.repeat((precision - value) / total + as_hit, here), rows.happened)
    return value, influence - rows.by_account(np.repeat(as_row, here + there))


def kolmogorov_smirnov(rows: Judged) -> tuple[float, float]:
    """The largest difference between the shares of outcomes and of others at or above one risk; and that risk."""
    few = rows.ends - rows.upto
    apart = np.abs(rows.upto / rows.upto[-1] - few / few[-1])
    widest = int(np.argmax(apart))
    return float(apart[widest]), float(rows.risk[rows.ends[widest] - 1])
