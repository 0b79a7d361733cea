"""Calibration: whether a probability that was stated comes true as often as it says."""

import math
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from keepwell.proof.interval import Estimate, around, between_0_and_1, equal_witnesses, share
from keepwell.proof.judged import Codes, coded
from keepwell.scoring.observed import Bools, Floats, Ints

BINS = 10


class Basis(StrEnum):
    """Where the probability that is judged came from."""

    GIVEN = "given"
    """The version states one itself."""

    EARLIER = "earlier"
    """A monotone map from score to probability, learned at earlier as_ofs whose horizons were over before those it is
    judged at.
    """

    FOLDS = "folds"
    """The same, but learned from other accounts at the same as_ofs: there are no dates, or too few for a split in time."""


@dataclass(frozen=True, slots=True)
class Bin:
    """About a tenth of the rows, by stated probability; equal ones are kept together.

    `stated`: their mean stated probability. `rate`: how often the outcome happened. Both are 0–1.
    """

    rows: int
    stated: float
    rate: Estimate


@dataclass(frozen=True, slots=True)
class Calibration:
    """How right a stated probability is.

    It was judged on `rows` rows, and learned on `learned_on` (0: it was given). `brier`: the mean squared difference
    between probability and outcome (0: perfect); `brier_of_rate`: what stating the true rate of all these rows, always,
    would give. `expected_error`: the mean difference between stated and true rate over the bins, weighted by rows (0–1;
    never quite 0, as rates are counted). `stated` and `rate`: the mean stated probability, and the true rate with its
    interval. `slope` and `intercept`: of the logistic regression of the outcome on the stated log-odds (1 and 0:
    perfect; a slope below 1: too extreme); `None` where the probability was not given, or it separates outcomes from
    others.
    """

    basis: Basis
    rows: int
    learned_on: int
    brier: Estimate
    brier_of_rate: float
    expected_error: float
    stated: float
    rate: Estimate
    slope: Estimate | None
    intercept: Estimate | None
    bins: tuple[Bin, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Stated:
    """Probabilities that were stated, rising, and what happened then. `account` holds numbers below `accounts`."""

    basis: Basis
    learned_on: int
    happened: Bools
    probability: Floats
    account: Codes
    accounts: int

    @classmethod
    def of(
        cls,
        happened: Bools,
        probability: Floats,
        account: Codes,
        accounts: int,
        *,
        basis: Basis = Basis.GIVEN,
        learned_on: int = 0,
    ) -> "Stated":
        """Rows in any order; those of which the probability is NaN are left out.

        Raises:
            ValueError: a probability is not between 0 and 1.
        """
        if ((probability < 0) | (probability > 1)).any():
            raise ValueError("a probability lies between 0 and 1")
        order = np.argsort(probability)
        order = order[: len(order) - int(np.isnan(probability).sum())]
        return cls(basis, learned_on, happened[order], probability[order], account[order], accounts)


def calibrated(happened: Bools, probability: Floats, account: Ints) -> Calibration | None:
    """How right given probabilities are; `None` where there are none. Rows whose probability is NaN are left out."""
    return calibration(Stated.of(happened, probability, *coded(account)))


def calibration(rows: Stated) -> Calibration | None:
    """How right stated probabilities are; `None` where there are no rows."""
    if not len(rows.happened):
        return None
    happened = rows.happened.astype(np.float64)
    seen = _by_account(rows)
    rate = share(_by_account(rows, happened), seen)
    assert rate is not None
    bins = _bins(rows)
    error = sum(bin_.rows * abs(bin_.stated - bin_.rate.value) for bin_ in bins) / len(happened)
    line = _regression(rows) if rows.basis is Basis.GIVEN else None
    return Calibration(
        basis=rows.basis,
        rows=len(happened),
        learned_on=rows.learned_on,
        brier=_mean(rows, np.square(rows.probability - happened), seen),
        brier_of_rate=rate.value * (1 - rate.value),
        expected_error=error,
        stated=float(rows.probability.mean()),
        rate=rate,
        slope=line[1] if line else None,
        intercept=line[0] if line else None,
        bins=bins,
    )


def _by_account(rows: Stated, weights: Floats | None = None, where: slice = slice(None)) -> Floats:
    return np.bincount(rows.account[where], weights, rows.accounts).astype(np.float64, copy=False)


def _mean(rows: Stated, values: Floats, seen: Floats) -> Estimate:
    """The mean of values between 0 and 1, with its interval."""
    mean = float(values.mean())
    influence = (_by_account(rows, values) - mean * seen) / len(values)
    accounts = int(np.count_nonzero(seen))
    error = math.sqrt(float((influence * influence).sum()) * accounts / max(accounts - 1, 1))
    return between_0_and_1(mean, error, min(accounts, equal_witnesses(influence)))


def _bins(rows: Stated) -> tuple[Bin, ...]:
    """The tenths: a run of equal probabilities goes where its middle lies."""
    size = len(rows.probability)
    ends = np.append(np.flatnonzero(rows.probability[1:] != rows.probability[:-1]) + 1, size)
    middles = (np.append(0, ends[:-1]) + ends) / 2
    tenth = np.minimum(middles * BINS // size, BINS - 1)
    cuts = ends[np.append(tenth[1:] != tenth[:-1], True)]
    made = []
    for start, end in zip(np.append(0, cuts[:-1]), cuts, strict=True):
        where = slice(int(start), int(end))
        rate = share(
            _by_account(rows, rows.happened[where].astype(np.float64), where), _by_account(rows, None, where)
        )
        assert rate is not None
        made.append(Bin(int(end - start), float(rows.probability[where].mean()), rate))
    return tuple(made)


MOST_STEPS, CLOSE = 50, 1e-10


def _regression(rows: Stated) -> tuple[Estimate, Estimate] | None:
    """Intercept and slope of the logistic regression on log-odds, by Newton's method, with errors that sum scores by
    account.

    Stated probabilities of exactly 0 or 1 are taken as half a row away from it.
    """
    edge = 0.5 / len(rows.probability)
    stated = np.clip(rows.probability, edge, 1 - edge)
    odds = np.log(stated / (1 - stated))
    happened = rows.happened.astype(np.float64)
    if happened.min() == happened.max() or odds[0] == odds[-1]:
        return None
    beta = np.array([0.0, 1.0])
    for _ in range(MOST_STEPS):
        fitted = 1 / (1 + np.exp(-np.clip(beta[0] + beta[1] * odds, -500, 500)))
        residual, weight = happened - fitted, fitted * (1 - fitted)
        slopes = np.array([residual.sum(), (residual * odds).sum()])
        cross = float((weight * odds).sum())
        curvature = np.array([[weight.sum(), cross], [cross, (weight * odds * odds).sum()]])
        if np.linalg.cond(curvature) > 1e14:
            return None
        step = np.linalg.solve(curvature, slopes)
        beta = beta + step
        if np.abs(step).max() < CLOSE:
            return _lines(rows, beta, np.linalg.inv(curvature), residual, odds)
    return None


def _lines(
    rows: Stated, beta: Floats, inverse: Floats, residual: Floats, odds: Floats
) -> tuple[Estimate, Estimate]:
    scores = np.stack([_by_account(rows, residual), _by_account(rows, residual * odds)])
    accounts = int(np.count_nonzero(_by_account(rows)))
    influence = inverse @ scores
    errors = np.sqrt(np.square(influence).sum(axis=1) * accounts / max(accounts - 1, 1))
    made = [
        around(float(value), float(error), min(accounts, equal_witnesses(own)))
        for value, error, own in zip(beta, errors, influence, strict=True)
    ]
    return made[0], made[1]
