"""Weights that would have told outcomes better: fitted, never negative, pulled towards the weights one starts from."""

from dataclasses import dataclass

import numpy as np

from keepwell.proof.fitting import alike, intervals, strength
from keepwell.proof.fitting.filling import filled
from keepwell.proof.fitting.logistic import Fitted, derivatives, fit, penalty
from keepwell.proof.fitting.sample import Sample
from keepwell.scoring.observed import Floats
from keepwell.scoring.scorecard import Scorecard

FULL_MARKS = 100.0

ROUNDS = 5
"""How often unknown marks are filled anew by the weights just fitted, at most."""

SETTLED = 1e-3
"""Shares that move by less than this no longer change what unknown marks are filled with."""


@dataclass(frozen=True, slots=True, eq=False)
class Weights:
    """A scorecard's weights as fitted, as shares of the whole (0–1, adding up to 1), one per measure.

    `start` is what they were pulled towards; `shares` what is proposed; `alone` what the data say without any pull, with the 95%
    interval `low` to `high` (accounts drawn anew). `sets` are the measures that were weighed as one because they say nearly
    the same, `opposed` the pairs that contradict each other. `slope` is the log-odds of a good outcome per 100 points of score
    and `intercept` those at a score of 0, in the population. `own` (0–1) is how far the data, and not the start, decided:
    0 where the pull was endless, 1 without any. `pooled` says that the start is what several scorecards say together. `learnt` counts rows, those of the rarer kind, and accounts.
    """

    start: Floats
    shares: Floats
    alone: Floats
    low: Floats
    high: Floats
    sets: alike.Sets
    opposed: tuple[tuple[int, int], ...]
    slope: float
    intercept: float
    pull: float
    own: float
    learnt: tuple[int, int, int]
    pooled: bool = False

    @property
    def silent(self) -> bool:
        """Whether no measure's marks go the declared way: the weights are then those of the start."""
        return self.slope <= 0


def fit_weights(
    card: Scorecard, sample: Sample, start: Floats, *, pull: float | None = None, seed: int = 0
) -> Weights:
    """Fits a scorecard's weights to outcomes.

    The log-odds of a good outcome are a straight line of the score, so that each measure's slope is its share of the score times
    one slope of the whole; no share is negative, since each scale already says what is good. Measures that say nearly the same
    are fitted as one and share its weight as they do in the start. The pull towards `start` (shares, all above 0) is chosen by
    what was left out (`strength.choose`) unless said, in absolute terms.

    Raises:
        ValueError: all outcomes are alike, or no mark differs from any other.
    """
    start = start / start.sum()
    thin = sample.thinned(seed=seed)
    rho = alike.correlations(thin.marks)
    sets = alike.alike(rho)
    basis = Basis(card, start, alike.together(sets, start))
    if pull is None:
        few = thin.thinned(strength.MOST_JUDGED, seed)
        pull = strength.choose(basis.design(few, start), few, basis.begin, seed)
    settled, loose = _settle(basis, thin, pull), _settle(basis, thin, 0.0)
    drawn = intervals.draws(loose.at, loose.x, thin, penalty(basis.begin, 0.0), seed=seed)
    low, high = intervals.between(drawn, basis.shares)
    return Weights(
        start, settled.shares, loose.shares, low, high, sets, alike.opposed(rho),
        slope=float(settled.at.slopes.sum()),
        intercept=settled.at.intercept - thin.shift,
        pull=pull,
        own=own_share(settled.at, settled.x, thin, penalty(basis.begin, pull)),
        learnt=(len(sample), sample.rarer, sample.accounts),
    )  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Basis:
    """What is fitted of a scorecard: `columns` (measures × sets) make one column of each set of measures."""

    card: Scorecard
    start: Floats
    columns: Floats

    @property
    def begin(self) -> Floats:
        """The start's shares, of the sets."""
        return np.asarray(self.start @ (self.columns > 0))

    def design(self, sample: Sample, shares: Floats) -> Floats:
        """A column per set: the mean of its marks as a fraction of full marks, unknown ones as these shares fill them.

        Raises:
            ValueError: no mark differs from any other.
        """
        x: Floats = filled(self.card, sample.marks, shares) @ self.columns / FULL_MARKS
        if not (np.ptp(x, axis=0) > 0).any():
            raise ValueError("no mark differs from any other: there is nothing to fit")
        return x

    def shares(self, slopes: Floats) -> Floats:
        """Slopes of the sets as shares of the measures; those of the start if all are 0."""
        total = float(slopes.sum())
        return self.columns @ (slopes / total if total > 0 else self.begin)


def own_share(at: Fitted, x: Floats, sample: Sample, penalised: Floats) -> float:
    """How far the data decided, 0–1: the effective number of free directions among those that the pull holds."""
    if x.shape[1] < 2:
        return 1.0
    _, curvature = derivatives(at, x, sample.good)
    told = curvature[1:, 1:] - np.outer(curvature[1:, 0], curvature[0, 1:]) / curvature[0, 0]
    free = float(np.trace(np.linalg.solve(told + penalised, told)))
    return float(np.clip((free - 1) / (x.shape[1] - 1), 0.0, 1.0))


@dataclass(frozen=True, slots=True, eq=False)
class _Settled:
    """A fit, its columns, and the measures' shares that it gives, by which unknown marks are filled."""

    at: Fitted
    x: Floats
    shares: Floats


def _settle(basis: Basis, sample: Sample, pull: float) -> _Settled:
    shares, here = basis.start, None
    for _ in range(ROUNDS):
        x = basis.design(sample, shares)
        here = fit(x, sample.good, penalty(basis.begin, pull), here)
        before, shares = shares, basis.shares(here.slopes)
        settled = _Settled(here, x, shares)
        if np.abs(shares - before).max() < SETTLED:
            break
    return settled
