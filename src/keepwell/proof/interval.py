"""How sure a figure is: an estimate and its 95% interval."""

from dataclasses import dataclass

LEVEL = 0.95
"""How often the intervals are to hold the true value."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure with its 95% interval. `low <= value <= high`; all three are finite.

    Intervals respect that the same account is seen at many instants: an account counts as one witness, however often it was asked.
    """

    value: float
    low: float
    high: float

    def includes(self, other: float) -> bool:
        """Whether the interval leaves `other` possible."""
        return self.low <= other <= self.high
