"""How estimates are said to people: the figure, and the interval that it may lie in."""

from dataclasses import dataclass

from keepwell.proof.interval import Estimate
from keepwell.runs import figures


@dataclass(frozen=True, slots=True)
class Said:
    """An estimate in words: its `figure` and its `interval`, such as `0.74` and `0.70–0.78`."""

    figure: str
    interval: str

    def __str__(self) -> str:
        return f"{self.figure} ({self.interval})"


NARROW = 0.03
"""Below this width an interval is said with one more decimal, so that its ends differ."""


def number(estimate: Estimate, decimals: int = 2) -> Said:
    """As a plain number: `0.74 (0.70–0.78)`, with at least so many decimals."""
    if estimate.high - estimate.low < NARROW:
        decimals = max(decimals, 3)
    low, high = (figures.number(each, decimals) for each in (estimate.low, estimate.high))
    between = " to " if estimate.low < 0 else figures.DASH
    return Said(figures.number(estimate.value, decimals), f"{low}{between}{high}")


def difference(estimate: Estimate) -> Said:
    """As a difference, with its sign: `+0.08 (+0.03 to +0.13)`, with one more decimal where all of it is small."""
    decimals = 2 if max(abs(estimate.low), abs(estimate.high)) >= 0.05 else 3
    low, high = signed(estimate.low, decimals), signed(estimate.high, decimals)
    return Said(signed(estimate.value, decimals), f"{low} to {high}")


def signed(value: float, decimals: int = 2) -> str:
    """A number with its sign, and none if it rounds to zero."""
    text = figures.number(value, decimals)
    return text if text.startswith(figures.MINUS) or not text.strip("0.") else f"+{text}"


def percent(estimate: Estimate) -> Said:
    """As a share in per cent: `31% (25–38%)`, with a decimal where all of it is small or the interval is narrow."""
    decimals = max(_decimals(estimate.high), int(0 < estimate.high - estimate.low < NARROW))
    low, high = (figures.number(100 * each, decimals) for each in (estimate.low, estimate.high))
    return Said(f"{figures.number(100 * estimate.value, decimals)}%", f"{low}{figures.DASH}{high}%")


def points(estimate: Estimate) -> Said:
    """As a difference of shares, in points of a hundred: `+3.1 (+1.0 to +5.2)`."""
    return _apart(estimate, 100)


def points_apart(estimate: Estimate) -> Said:
    """As a difference of scores, in points: `+3.1 (+1.0 to +5.2)`."""
    return _apart(estimate, 1)


def _apart(estimate: Estimate, times: float) -> Said:
    low, value, high = (signed(times * each, 1) for each in (estimate.low, estimate.value, estimate.high))
    return Said(value, f"{low} to {high}")


def rate(value: float) -> str:
    """A share (0–1) that has no interval, in per cent: `31%`, `3.1%`."""
    return f"{figures.number(100 * value, _decimals(value))}%"


def _decimals(value: float) -> int:
    return 0 if value >= 0.0995 or value == 0 else 1 if value >= 0.00095 else 2
