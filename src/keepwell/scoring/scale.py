"""Scales: how a signal's value becomes 0–100, and which value would be needed for a given mark."""

import numpy as np

from keepwell.scoring.observed import Bools, Floats
from keepwell.scoring.scorecard import Line

MOST_KNOTS = 512
"""A frozen percentile keeps at most this many knots; between them it is read off a straight line."""


def mark(line: Line, values: Floats) -> Floats:
    """The marks (0–100) of values on a piecewise linear scale: flat beyond its ends, NaN for unknown values."""
    knots = np.array(line.knots, dtype=np.float64)
    marks: Floats = np.interp(values, knots[:, 0], knots[:, 1])
    # beside a single knot NumPy takes NaN for a number; beside several it keeps it
    return np.where(np.isnan(values), np.nan, marks) if len(knots) == 1 else marks


def share_below(values: Floats) -> Line | None:
    """The distribution of peers' values as a line: value → share of peers below it, 0–100, ties counting half.

    Unknown values (NaN) are no peers; `None` if nobody's value is known. Each distinct value stands at its mid-rank,
    `100 × (number below + half the number equal) / number of peers`. Of more than `MOST_KNOTS` distinct values
    those are kept at which the share reaches even steps, and the ones before them: what many share keeps its own mark, and
    everybody else's is off by at most one step, `100 / (MOST_KNOTS / 2 - 1)` points.
    """
    known = values[~np.isnan(values)]
    if not len(known):
        return None
    distinct, counts = np.unique(known, return_counts=True)
    shares = 100 * (np.cumsum(counts) - counts / 2) / len(known)
    if len(distinct) > MOST_KNOTS:
        reached = np.searchsorted(shares, np.linspace(0, 100, MOST_KNOTS // 2))
        kept = np.unique(np.clip(np.concatenate((reached - 1, reached)), 0, len(distinct) - 1))
        distinct, shares = distinct[kept], shares[kept]
    return Line(tuple(zip(distinct.tolist(), shares.tolist(), strict=True)))


def turned(line: Line) -> Line:
    """The same distribution where less is better: the share of peers above."""
    return Line(tuple((value, 100 - share) for value, share in line.knots))


def nearest_full_marks(line: Line, value: float | None) -> float | None:
    """The value nearest to `value` at which the scale gives 100; `None` if it never does."""
    best = [knot for knot, points in line.knots if points >= 100]
    if not best:
        return None
    return min(best) if value is None else min(best, key=lambda knot: abs(knot - value))


def known(values: Floats) -> Bools:
    """Where a value is known."""
    return ~np.isnan(values)
