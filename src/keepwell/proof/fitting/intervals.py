"""How sure fitted weights are: intervals from fits to accounts drawn anew."""

from collections.abc import Callable
from itertools import pairwise

import numpy as np

from keepwell.proof.fitting.logistic import Fitted, derivatives, nonnegative
from keepwell.proof.fitting.sample import Sample
from keepwell.scoring.observed import Floats

DRAWS = 400
MOST_CLUSTERS = 400
"""More accounts than this are put together at random into so many clusters, which are drawn as wholes."""


def draws(at: Fitted, x: Floats, sample: Sample, penalised: Floats, *, seed: int = 0) -> Floats:
    """Slopes (draws × columns) of fits to accounts drawn with replacement: a bootstrap that keeps an account's rows together.

    Each is one exact step of Newton's method from the fit to all rows, under the same bounds (Moulton & Zeger 1991): what a
    draw changes is small, so that further steps change little, and no draw needs the rows again.
    """
    random = np.random.default_rng(seed)
    accounts, code = np.unique(sample.account, return_inverse=True)
    clusters = min(len(accounts), MOST_CLUSTERS)
    cluster = random.permutation(len(accounts))[code] % clusters
    order = np.argsort(cluster, kind="stable")
    edges = np.searchsorted(cluster[order], np.arange(clusters + 1))
    parts = [
        derivatives(at, x[rows], sample.good[rows], len(sample))
        for rows in (order[begin:end] for begin, end in pairwise(edges))
    ]
    gradients, curvatures = np.stack([part[0] for part in parts]), np.stack([part[1] for part in parts])
    here = np.concatenate(([at.intercept], at.slopes))
    full = np.zeros_like(curvatures[0])
    full[1:, 1:] = penalised
    # a curvature of nothing keeps columns that a draw does not touch where they are
    full += 1e-12 * np.eye(len(full))
    drawn = np.empty((DRAWS, x.shape[1]))
    for number, times in enumerate(random.multinomial(clusters, np.full(clusters, 1 / clusters), size=DRAWS)):
        gradient = times @ gradients + full @ here
        bent = np.tensordot(times, curvatures, axes=1) + full
        drawn[number] = nonnegative(bent, gradient - bent @ here)[1:]
    return drawn


def between(drawn: Floats, of: Callable[[Floats], Floats], confidence: float = 0.95) -> tuple[Floats, Floats]:
    """The interval, entry by entry, of something computed from each draw's slopes: the middle share of the draws."""
    values = np.stack([of(one) for one in drawn])
    tail = (1 - confidence) / 2
    low, high = np.quantile(values, (tail, 1 - tail), axis=0)
    return low, high
