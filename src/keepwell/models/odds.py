"""Log-odds and probabilities, one into the other."""

import numpy as np

from keepwell.scoring.observed import Floats

LEAST = 1e-9
"""A probability this near to 0 or 1 counts as this far from it: nothing is ever certain, and log-odds stay finite."""


def probability(log_odds: Floats) -> Floats:
    """`1 / (1 + exp(−log_odds))`, without overflow."""
    small = np.exp(-np.abs(log_odds))
    return np.asarray(np.where(log_odds >= 0, 1 / (1 + small), small / (1 + small)))


def log_odds(probability: Floats) -> Floats:
    """`ln(p / (1 − p))`, finite also at 0 and 1."""
    held = np.clip(probability, LEAST, 1 - LEAST)
    return np.asarray(np.log(held) - np.log1p(-held))
