"""Scales that outcomes propose: few readable knots through the rate of good outcomes, in the declared direction."""

import math
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from keepwell.proof.fitting.logistic import RIDGE, fit, loss
from keepwell.proof.isotonic import isotonic
from keepwell.scoring.observed import Bools, Floats
from keepwell.scoring.scorecard import Line

MOST_BINS = 20
FEWEST_IN_BIN = 15
"""A bin holds at least so many rows of the rarer kind on average; below two bins of them nothing is proposed."""

MOST_KNOTS = 5
CANDIDATES = 3
"""So many places for the next knot are tried, those where the line is furthest off."""

STEP = 5.0
"""Points are rounded to multiples of this."""

ON_THE_WAY = 2.5
"""A knot within so many points of the straight line between its neighbours is left out."""


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """What became of accounts by a signal's value: per bin its middle value, rows, and rate of good outcomes; `smooth` is the
    same rate, monotone in the declared direction."""

    values: Floats
    rows: Floats
    rates: Floats
    smooth: Floats


def curve(values: Floats, good: Bools, upwards: bool) -> Curve | None:
    """The rate of good outcomes by quantile bins of a signal; `None` if there is too little to tell.

    Equal values are in one bin. `upwards` says whether more is declared to be better.
    """
    known = ~np.isnan(values)
    values, good = values[known], good[known]
    rarer = min(int(good.sum()), int((~good).sum()))
    bins = min(MOST_BINS, rarer // FEWEST_IN_BIN)
    if bins < 2:
        return None
    edges = np.unique(np.quantile(values, np.linspace(0, 1, bins + 1)[1:-1], method="inverted_cdf"))
    code = np.searchsorted(edges, values, side="left")
    rows = np.bincount(code, minlength=len(edges) + 1).astype(np.float64)
    here = rows > 0
    if here.sum() < 2:
        return None
    order = np.argsort(values, kind="stable")
    starts = np.searchsorted(code[order], np.flatnonzero(here))
    middles = values[order][starts + (rows[here].astype(np.int64) - 1) // 2]
    rates = np.bincount(code, good, minlength=len(rows))[here] / rows[here]
    sign = 1.0 if upwards else -1.0
    risk = sign * code.astype(np.float64)
    smooth = isotonic(good, risk)(sign * np.flatnonzero(here).astype(np.float64))
    return Curve(middles, rows[here], rates, smooth)


def scale(values: Floats, good: Bools, upwards: bool, *, fraction: bool = False) -> Line | None:
    """A piecewise linear scale in the declared direction; `None` if outcomes do not move that way by more than chance would.

    Marks are the log-odds of a good outcome, from 0 at the worst knot to 100 at the best, since it is log-odds that a score adds up.
    A knot is put where the line is furthest off the curve, at most `MOST_KNOTS` in all, and kept if it makes outcomes likelier by more
    than Schwarz's criterion asks (1978). Numbers are rounded: values to what tells them apart, points to multiples of 5. `fraction`:
    the values are shares, which read as whole per cent.
    """
    found = curve(values, good, upwards)
    if found is None:
        return None
    known = ~np.isnan(values)
    knots, levels = _knots(found, values[known], good[known], upwards)
    if not len(levels):
        return None
    return rounded(found.values[knots], 100 * (levels - levels.min()) / np.ptp(levels), fraction)


def _knots(found: Curve, values: Floats, good: Bools, upwards: bool) -> tuple[list[int], Floats]:
    """The knots' positions on the curve, and the log-odds there; none if a line is no better than the same rate for all."""
    worth = 0.5 * math.log(len(good))
    least = float(loss(np.full(len(good), _log_odds(good.mean())), good).sum())
    best: tuple[list[int], Floats] = [], np.empty(0)
    tried = [[0, len(found.values) - 1]]
    while tried:
        fits = [(*_levels(found.values[knots], values, good, upwards), knots) for knots in tried]
        levels, cost, knots = min(fits, key=lambda one: one[1])
        if least - cost < worth:
            break
        least, best = cost, (knots, levels)
        off = np.abs(np.interp(found.values, found.values[knots], levels) - _log_odds(found.smooth))
        off[knots] = -1.0
        furthest = (off * np.sqrt(found.rows)).argsort()[::-1][:CANDIDATES]
        tried = [sorted([*knots, int(one)]) for one in furthest if off[one] >= 0]
        tried = tried if len(knots) < MOST_KNOTS else []
    return best


def _levels(knots: Floats, values: Floats, good: Bools, upwards: bool) -> tuple[Floats, float]:
    """The log-odds at the knots that make outcomes likeliest and never turn, and the loss that is left.

    A line that never turns is a sum of ramps, one between every two knots, each climbing by 0 or more.
    """
    ramps = np.clip((values[:, None] - knots[:-1]) / np.diff(knots), 0.0, 1.0)
    x = ramps if upwards else 1.0 - ramps
    found = fit(x, good, RIDGE * np.eye(x.shape[1]))
    steps = found.slopes if upwards else -found.slopes
    start = found.intercept + (0.0 if upwards else float(found.slopes.sum()))
    return start + np.append(0.0, np.cumsum(steps)), float(loss(found.log_odds(x), good).sum())


def _log_odds(rate: Floats | float) -> Floats:
    rate = np.clip(rate, 1e-6, 1 - 1e-6)
    return np.asarray(np.log(rate / (1 - rate)))


def rounded(values: Floats, marks: Floats, fraction: bool) -> Line | None:
    """A line through knots with readable numbers; `None` if no two points differ once rounded."""
    digits = _digits(values, fraction)
    pairs: list[tuple[float, float]] = []
    for value, mark in zip(values.tolist(), marks.tolist(), strict=True):
        at = round(value, digits) + 0.0
        if not pairs or at > pairs[-1][0]:
            pairs.append((at, min(100.0, max(0.0, STEP * round(mark / STEP)))))
    pairs = _straightened(pairs)
    return Line(tuple(pairs)) if len({points for _, points in pairs}) > 1 else None


def _digits(values: Floats, fraction: bool) -> int:
    """How many decimals keep the knots apart: the gap between the nearest two is then at least ten steps wide, or one step."""
    gap = min(abs(after - before) for before, after in pairwise(values.tolist()))
    digits = -math.floor(math.log10(gap)) + (0 if gap / 10 ** math.floor(math.log10(gap)) >= 2 else 1)
    if np.all(values == np.round(values)):
        return max(min(digits, 0), -9)
    return max(digits, 2) if fraction else max(digits, -9)


def _straightened(pairs: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Without flat ends, beyond which a scale is flat anyway, and without knots on the straight line between their neighbours."""
    while len(pairs) > 2 and pairs[0][1] == pairs[1][1]:
        pairs = pairs[1:]
    while len(pairs) > 2 and pairs[-1][1] == pairs[-2][1]:
        pairs = pairs[:-1]
    kept = pairs[:1]
    for (here, points), (right, high) in pairwise(pairs[1:]):
        left, low = kept[-1]
        if abs(low + (high - low) * (here - left) / (right - left) - points) > ON_THE_WAY:
            kept.append((here, points))
    return [*kept, *pairs[1:][-1:]]
