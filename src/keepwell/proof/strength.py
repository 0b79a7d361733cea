"""How much a single column says of the outcome, whatever its kind and shape."""

from dataclasses import dataclass

import numpy as np

from keepwell.proof.candidate import UNKNOWN_LEVEL, Candidate, Numbers
from keepwell.proof.interval import Estimate
from keepwell.proof.ranking import ranked
from keepwell.proof.tally import MIN_OTHERS, MIN_OUTCOMES
from keepwell.scoring.observed import Bools, Floats, Ints

FOLDS = 5

PRIOR = 2.0
"""A level's rate is drawn to that of all rows as if it had so many rows more."""

_MIX = np.uint64(0x9E3779B97F4A7C15)


@dataclass(frozen=True, slots=True)
class Strength:
    """The AUC of one column alone: at least 0.5, its direction being free.

    `rows` it rests on, of `accounts` accounts; `outcomes` of these it happened to. `by_level`: whether the rates of the column's
    levels rank better than its numbers as they stand.
    """

    auc: Estimate
    rows: int
    accounts: int
    outcomes: int
    by_level: bool


def strength(column: Candidate, happened: Bools, account: Ints) -> Strength | None:
    """How well a column alone ranks; `None` if there is too little data.

    Numbers are taken as they stand, where they are known, up or down. Besides, all columns are taken as levels, of which not being known is one:
    a row's risk is the rate of its level among other accounts (in five folds), so that a column with a level of its own per
    account says nothing. The better one counts.
    """
    found = [_measured(rates(column, happened, account), happened, account, by_level=True)]
    if isinstance(column, Numbers):
        known = column.known
        found.append(
            _measured(column.values[known], happened[known], account[known], by_level=False, both_ways=True)
        )
    measured = [each for each in found if each is not None]
    return max(measured, key=lambda each: each.auc.value, default=None)


def rates(column: Candidate, happened: Bools, account: Ints) -> Floats:
    """Of each row the rate of its level among the accounts of the other folds; the rate of all rows where they have none."""
    levels = column.levels() - UNKNOWN_LEVEL
    width = int(levels.max(initial=0)) + 1
    fold = _fold(account)
    cell = levels * FOLDS + fold
    rows = np.bincount(cell, minlength=width * FOLDS).reshape(width, FOLDS)
    hits = np.bincount(cell[happened], minlength=width * FOLDS).reshape(width, FOLDS)
    rate = float(happened.mean()) if len(happened) else 0.0
    other_rows = rows.sum(axis=1, keepdims=True) - rows
    other_hits = hits.sum(axis=1, keepdims=True) - hits
    return np.asarray(((other_hits + PRIOR * rate) / (other_rows + PRIOR)).ravel()[cell])


def _fold(account: Ints) -> Ints:
    """The fold of each account: by a hash, so that neither order nor parity of the ids matters."""
    mixed = account.astype(np.uint64) * _MIX
    return np.asarray((mixed >> np.uint64(33)) % np.uint64(FOLDS), dtype=np.int64)


def _measured(
    risk: Floats, happened: Bools, account: Ints, *, by_level: bool, both_ways: bool = False
) -> Strength | None:
    outcomes, others = _count(account[happened]), _count(account[~happened])
    if outcomes < MIN_OUTCOMES or others < MIN_OTHERS:
        return None
    found = ranked(happened, risk, account)
    if found is None:
        return None
    auc = found.auc
    if both_ways and auc.value < 0.5:
        auc = Estimate(1 - auc.value, 1 - auc.high, 1 - auc.low)
    return Strength(auc, len(risk), _count(account), outcomes, by_level)


def _count(account: Ints) -> int:
    """How many different accounts there are: surrogates are small numbers, so that this takes no sorting."""
    return int(np.count_nonzero(np.bincount(account)))
