"""Calibration: whether a probability that was stated comes true as often as it says."""

from dataclasses import dataclass
from enum import StrEnum

from keepwell.proof.interval import Estimate

BINS = 10


class Basis(StrEnum):
    """Where the probability that is judged came from."""

    GIVEN = "given"
    """The version states one itself."""

    EARLIER = "earlier"
    """The score was turned into one by a monotone map learned at earlier as_ofs, whose horizons were over before those it is judged at."""

    FOLDS = "folds"
    """As `EARLIER`, but learned from other accounts at the same as_ofs: the data has no dates, or is too short for a split in time."""


@dataclass(frozen=True, slots=True)
class Bin:
    """A tenth of the rows, by stated probability; equal ones are kept together.

    `stated`: their mean stated probability. `rate`: how often the outcome happened. All are 0–1.
    """

    rows: int
    stated: float
    rate: Estimate


@dataclass(frozen=True, slots=True)
class Calibration:
    """How right a stated probability is.

    `rows` it was judged on, `learned_on` so many (0: it was given). `brier`: the mean squared difference between probability and outcome
    (0: perfect); `brier_of_rate`: what stating the same rate of all rows always would give. `expected_error`: the mean difference
    between stated and true rate over the bins, weighted by rows (0–1; never quite 0, as rates are counted). `stated` and `rate`:
    the mean stated probability and the true rate. `slope` and `intercept`: of the logistic regression of the outcome on the stated log-odds
    (1 and 0: perfect; a slope below 1: too extreme); `None` where the probability was not given.
    """

    basis: Basis
    rows: int
    learned_on: int
    brier: Estimate
    brier_of_rate: float
    expected_error: float
    stated: float
    rate: float
    slope: Estimate | None
    intercept: Estimate | None
    bins: tuple[Bin, ...]
