"""How a prediction comes about: what each input adds, exactly."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from keepwell.scoring.observed import Floats


class Scale(StrEnum):
    """What contributions add up to."""

    LOG_ODDS = "log_odds"
    """The natural logarithm of the odds of the outcome, before calibration."""

    LOG_HAZARD = "log_hazard"
    """The natural logarithm of how many times as fast as the average account it comes to the outcome."""


@dataclass(frozen=True, slots=True, eq=False)
class Contributions:
    """`base` plus all that the inputs add, row by row, is `total`, exactly but for rounding.

    What two inputs do together, beyond what each does alone, stands under both names with ` × ` between.
    """

    scale: Scale
    base: float
    by_input: Mapping[str, Floats]

    @property
    def total(self) -> Floats:
        """What they add up to."""
        added: Floats = np.sum(list(self.by_input.values()), axis=0)
        return self.base + added
