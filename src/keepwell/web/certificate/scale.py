"""Scales: where on a picture a value lies."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from keepwell.runs import figures

STEPS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.25)
MOST_TICKS = 5


@dataclass(frozen=True, slots=True)
class Scale:
    """From `low` to `high` in steps of `step`; all ticks are multiples of it."""

    low: float
    high: float
    step: float

    def at(self, value: float) -> float:
        """Where the value lies, 0 (low) to 1 (high); what lies outside is drawn at the edge."""
        return min(1.0, max(0.0, (value - self.low) / (self.high - self.low)))

    @property
    def ticks(self) -> list[float]:
        """The values at which the scale is marked, both ends among them."""
        return [
            self.low + place * self.step for place in range(round((self.high - self.low) / self.step) + 1)
        ]

    def percents(self) -> list[str]:
        """Its ticks in per cent, with no more decimals than they need."""
        decimals = 0 if self.step >= 0.01 else 1
        return [f"{figures.number(100 * tick, decimals)}%" for tick in self.ticks]


def spanning(values: Iterable[float], most: int = MOST_TICKS) -> Scale:
    """The finest scale with at most `most` steps that holds all values, from a multiple of its step to another."""
    known = list(values)
    low, high = min(known), max(known)
    for step in STEPS:
        scale = _around(low, high, step)
        if len(scale.ticks) <= most + 1:
            return scale
    return _around(low, high, _coarse(high - low, most))


def _around(low: float, high: float, step: float) -> Scale:
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return Scale(first * step, max(last, first + 1) * step, step)


def _coarse(width: float, most: int) -> float:
    """A step of 1, 2 or 5 times a power of ten, for values wider than shares."""
    size: float = 10.0 ** math.floor(math.log10(max(width, 1.0) / most))
    return next((times * size for times in (1, 2, 5) if width / (times * size) <= most - 1), 10 * size)
