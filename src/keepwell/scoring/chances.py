"""The chance of loss that earlier outcomes have taught for each score."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from keepwell.scoring.observed import Floats


@dataclass(frozen=True, slots=True)
class Chances:
    """A map that never rises with the score: `values` (0–1) at `scores` (0–100, ascending), straight between them, level beyond the ends.

    `rows` is from how many rows it was learned.
    """

    scores: tuple[float, ...]
    values: tuple[float, ...]
    rows: int

    def of(self, score: Floats) -> Floats:
        """The chance of each score; NaN where there is no score."""
        return np.where(np.isnan(score), np.nan, np.interp(score, self.scores, self.values))


def read(plain: Mapping[str, Any]) -> Chances:
    """The map of its fields as a kept certificate holds them."""
    return Chances(tuple(plain["scores"]), tuple(plain["values"]), int(plain["rows"]))
