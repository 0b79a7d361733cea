"""Scales: where on a picture a value lies."""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import count

from keepwell.runs import figures

FINEST = -3
"""The finest step is 10 to this power."""


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


def spanning(values: Iterable[float], most: int = 5) -> Scale:
    """The finest scale with at most `most` steps that holds all values, from a multiple of its step to another."""
    known = list(values)
    scales = (_around(min(known), max(known), step) for step in _steps())
    return next(scale for scale in scales if len(scale.ticks) <= most + 1)


def _steps() -> Iterator[float]:
    """1, 2 and 5 times each power of ten."""
    for power in count(FINEST):
        yield from (times * 10.0**power for times in (1, 2, 5))


def _around(low: float, high: float, step: float) -> Scale:
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return Scale(first * step, max(last, first + 1) * step, step)
