"""How strongly weights are pulled towards their start: as strongly as what was left out allows."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from keepwell.proof.fitting.logistic import Fitted, chance, fit, loss, penalty
from keepwell.proof.fitting.sample import Sample
from keepwell.scoring.observed import Bools, Floats, Ints

PULLS = np.logspace(2, -3, 16)
"""The pulls that are tried, strongest first, in units of what the data say about an average measure (its curvature)."""

MOST_JUDGED = 60_000
"""So many rows at most are fitted and judged for the choice of the pull."""

PERIODS, PARTS = 4, 5
"""Into how many later periods, and into how many parts of the accounts, what is left out is divided."""

FEWEST = 5
"""A period or part with fewer rows of the rarer kind, on either side, is not judged."""


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """Losses (rows × pulls) of rows that took no part in the fits, and the rows' accounts."""

    losses: Floats
    account: Ints

    @classmethod
    def all(cls, some: "Sequence[Judged]", pulls: int) -> "Judged":
        """Several together."""
        if not some:
            return cls(np.empty((0, pulls)), np.empty(0, np.int64))
        return cls(
            np.concatenate([one.losses for one in some]), np.concatenate([one.account for one in some])
        )


def curvature(x: Floats, good: Bools) -> float:
    """What a row says on average about a measure's slope, before anything is known: the unit of pulls."""
    rate = float(good.mean())
    return float(rate * (1 - rate) * x.var(axis=0).mean())


def later(sample: Sample) -> Iterator[tuple[Bools, Bools]]:
    """(what is fitted, what is judged): later periods, each judged by what was known of outcomes before it began."""
    instants = np.unique(sample.at)
    blocks = np.array_split(instants, PERIODS + 1)[1:] if len(instants) > PERIODS else instants[1:, None]
    for block in blocks:
        yield sample.at + sample.embargo <= block[0], np.isin(sample.at, block)


def others(sample: Sample, seed: int = 0) -> Iterator[tuple[Bools, Bools]]:
    """(what is fitted, what is judged): parts of the accounts, each judged by the other accounts."""
    accounts, code = np.unique(sample.account, return_inverse=True)
    part = np.random.default_rng(seed).permutation(len(accounts))[code] % PARTS
    for one in range(PARTS):
        yield part != one, part == one


def ways(sample: Sample, seed: int = 0) -> Iterator[tuple[Bools, Bools]]:
    """All that is left out: later periods, since tomorrow is what weights are for, and other accounts, since the same ones come again
    in every period."""
    yield from later(sample)
    yield from others(sample, seed)


def judge(
    x: Floats, sample: Sample, start: Floats, pulls: Floats, ways: Iterator[tuple[Bools, Bools]]
) -> Judged:
    """What each pull (in absolute terms, strongest first) would have cost on what was left out.

    A score is read by its order and its steps, so the level is set anew for what is judged: a year with more losses throughout is no
    fault of the weights.
    """
    some = []
    for fitted, judged in ways:
        if min(sample.rows(fitted).rarer, sample.rows(judged).rarer) < FEWEST:
            continue
        here: Fitted | None = None
        columns = []
        for pull in pulls:
            here = fit(x[fitted], sample.good[fitted], penalty(start, float(pull)), here)
            odds = x[judged] @ here.slopes
            columns.append(loss(odds + _level(odds, sample.good[judged]), sample.good[judged]))
        some.append(Judged(np.stack(columns, axis=1), sample.account[judged]))
    return Judged.all(some, len(pulls))


def strongest(judged: Judged) -> int:
    """The index of the strongest pull whose loss is at most one standard error above the least (Breiman et al. 1984).

    The error is that of the difference between the two, over accounts: those seen many times count once. If nothing could be
    judged it is the strongest of all: without evidence nothing moves.
    """
    if not len(judged.losses):
        return 0
    best = int(judged.losses.mean(axis=0).argmin())
    worse = judged.losses - judged.losses[:, [best]]
    _, code = np.unique(judged.account, return_inverse=True)
    centred = worse - worse.mean(axis=0)
    sums = np.stack([np.bincount(code, column) for column in centred.T], axis=1)
    error = np.sqrt((sums**2).sum(axis=0)) / len(worse)
    return int(np.flatnonzero(worse.mean(axis=0) <= error)[0])


def choose(x: Floats, sample: Sample, start: Floats, seed: int = 0) -> float:
    """The pull for a sample: the strongest that what was left out allows."""
    if x.shape[1] < 2:
        return 0.0
    pulls = PULLS * curvature(x, sample.good)
    return float(pulls[strongest(judge(x, sample, start, pulls, ways(sample, seed)))])


def _level(odds: Floats, good: Bools) -> float:
    """The intercept that fits the rows best, by Newton's method."""
    level = float(np.log(good.mean() / (1 - good.mean())) - odds.mean())
    for _ in range(20):
        p = chance(odds + level)
        step = float((good - p).sum() / max(float((p * (1 - p)).sum()), 1e-12))
        level += float(np.clip(step, -2.0, 2.0))
        if abs(step) < 1e-8:
            break
    return level
