"""What an account is worth, and how much of it is at risk."""

from dataclasses import dataclass

import numpy as np

from keepwell.scoring.bands import BY_CODE, NO_BAND
from keepwell.scoring.observed import Floats, Ints, Trits
from keepwell.scoring.score import Band

RISK_PURPOSE = "health"
"""The only purpose whose score speaks of loss: a low readiness to expand puts nothing at risk."""

BASIS = "band"
NO_BASIS = "none"

SHARE = {Band.RED: 1.0, Band.YELLOW: 0.5, Band.GREEN: 0.0}
"""The share of an account's value that is at risk until evidence says better."""

CALIBRATED = "calibrated"
"""The basis of a probability that the version's kept evidence has taught for each score."""


def by_model(name: str) -> str:
    """The basis of a model's calibrated probability."""
    return f"model {name}"


@dataclass(frozen=True, slots=True, eq=False)
class Risk:
    """The calibrated probability of loss (0–1, NaN: nobody can say) of each account, and the `basis` it rests on."""

    basis: str
    probability: Floats

    def take(self, positions: Ints | slice) -> "Risk":
        """Of some accounts only."""
        return Risk(self.basis, self.probability[positions])


def basis(purpose: str, risk: Risk | None = None) -> str:
    """What a purpose's value at risk rests on: `band`, `model NAME`, `calibrated`, or `none` where nothing is at risk by it."""
    if purpose != RISK_PURPOSE:
        return NO_BASIS
    return BASIS if risk is None else risk.basis


def value_at_risk(purpose: str, bands: Trits, worth: Floats, risk: Risk | None = None) -> Floats:
    """The value at risk in the project's currency: value × probability where that is known; else the whole in red, half in yellow,
    none in green.

    NaN where there is no band (or no probability), no known value, or the purpose speaks of no loss.
    """
    if purpose != RISK_PURPOSE:
        return np.full(len(worth), np.nan)
    if risk is not None:
        return risk.probability * worth
    shares = np.array([SHARE[band] for band in BY_CODE])
    return np.where(bands == NO_BAND, np.nan, shares[bands] * worth)
