"""Outcomes made from known weights."""

from typing import Any

import numpy as np

from keepwell.proof.fitting.sample import Sample
from keepwell.scoring.observed import Floats
from keepwell.scoring.scorecard import Scorecard
from tests.scoring.made import card, dimension, measure

SHARES = np.array([0.35, 0.2, 0.15, 0.15, 0.1, 0.05])
"""What the made outcomes follow: the shares of the measures a to f."""

EQUAL = np.full(6, 1 / 6)


def six(**fields: Any) -> Scorecard:
    """A scorecard of six measures in three dimensions."""
    return card(
        dimension("adoption", 50, measure("a", 3), measure("b", 1), measure("c", 1)),
        dimension("support", 30, measure("d"), measure("e")),
        dimension("voice", 20, measure("f")),
        **fields,
    )


def marks(accounts: int, instants: int, seed: int, measures: int = 6) -> Floats:
    """Marks that differ between accounts and wander over time, and have something in common."""
    random = np.random.default_rng(seed)
    own = random.normal(size=(accounts, measures)) + 0.5 * random.normal(size=(accounts, 1))
    z = np.repeat(own, instants, axis=0) + 0.6 * random.normal(size=(accounts * instants, measures))
    return np.asarray(100 / (1 + np.exp(-z)))


def sample(
    accounts: int = 1500,
    instants: int = 6,
    seed: int = 0,
    *,
    shares: Floats = SHARES,
    slope: float = 8.0,
    intercept: float = -1.5,
    given: Floats | None = None,
) -> Sample:
    """Accounts seen every 30 days, whose log-odds of a good outcome are a straight line of the score by `shares`."""
    shown = marks(accounts, instants, seed, len(shares)) if given is None else given
    odds = slope * (shown @ shares) / 100 + intercept
    good = np.random.default_rng(seed + 1).random(len(odds)) < 1 / (1 + np.exp(-odds))
    return Sample(
        shown,
        good,
        np.repeat(np.arange(accounts), instants),
        np.tile(30.0 * np.arange(instants), accounts),
        30.0,
    )
