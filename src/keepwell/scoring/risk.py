"""What an account is worth, and how much of it is at risk."""

import numpy as np

from keepwell.scoring.bands import BY_CODE, NO_BAND
from keepwell.scoring.observed import Floats, Trits
from keepwell.scoring.score import Band

RISK_PURPOSE = "health"
"""The only purpose whose score speaks of loss: a low readiness to expand puts nothing at risk."""

BASIS = "band"
NO_BASIS = "none"

SHARE = {Band.RED: 1.0, Band.YELLOW: 0.5, Band.GREEN: 0.0}
"""The share of an account's value that is at risk until evidence says better."""


def basis(purpose: str) -> str:
    """What a purpose's value at risk rests on: `band`, or `none` where nothing is at risk by it."""
    return BASIS if purpose == RISK_PURPOSE else NO_BASIS


def value_at_risk(purpose: str, bands: Trits, worth: Floats) -> Floats:
    """The value at risk in the project's currency: the whole in red, half in yellow, none in green.

    NaN where there is no band, no known value, or the purpose speaks of no loss.
    """
    if basis(purpose) == NO_BASIS:
        return np.full(len(worth), np.nan)
    shares = np.array([SHARE[band] for band in BY_CODE])
    return np.where(bands == NO_BAND, np.nan, shares[bands] * worth)
