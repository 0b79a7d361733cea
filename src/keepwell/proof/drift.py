"""Drift: whether a signal, a score or the bands are still distributed as they were when the version was applied."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from keepwell.proof.chance import chi_square_point
from keepwell.proof.interval import Estimate, difference, wilson
from keepwell.scoring.observed import Floats, Ints, Trits

BINS = 10

MODERATE, LARGE = 0.10, 0.25
"""The customary limits of the population stability index."""

EVENLY = 0.5
"""Each bin counts as if so many more rows lay in it, so that an empty one does not make the index infinite."""


class Shift(StrEnum):
    """How far a distribution has moved."""

    TOO_LITTLE_DATA = "too_little_data"
    """Chance alone could reach the moderate limit with so few rows, and does not seem to have been passed."""

    NONE = "none"
    MODERATE = "moderate"
    LARGE = "large"


@dataclass(frozen=True, slots=True)
class Frozen:
    """A distribution as it was, to compare later ones with.

    `edges` are the bins' inner borders, ascending; a bin holds what is at least its lower one and below its upper one. `counts`: known rows per bin;
    `rows`: all rows, also those of which nothing was known.
    """

    edges: tuple[float, ...]
    counts: tuple[int, ...]
    rows: int

    @property
    def known(self) -> int:
        """How many rows had a value."""
        return sum(self.counts)


@dataclass(frozen=True, slots=True)
class Drift:
    """How far a distribution has moved since it was frozen.

    `psi`: the population stability index, sum of (now − then) · ln(now / then) over the shares of the bins, of which what is not known is one;
    0: not at all. `noise`: what chance alone exceeds in 5% of cases, were nothing changed. `missing_then` and `missing_now`: the shares (0–1)
    of rows without a value. `rows`: rows now.
    """

    psi: float
    noise: float
    shift: Shift
    missing_then: float
    missing_now: float
    rows: int


def freeze(values: Floats) -> Frozen:
    """The distribution of values (NaN: not known; one row per account) in ten bins of about as many rows each; fewer, where many are equal.

    A value that is nearly everybody's has a bin of its own, so that others show on either side of it.
    """
    known = values[~np.isnan(values)]
    edges = np.empty(0)
    if len(known):
        edges = np.unique(np.quantile(known, np.linspace(0, 1, BINS + 1)[1:-1], method="higher"))
        if len(edges) == 1:
            edges = np.array([edges[0], np.nextafter(edges[0], np.inf)])
    return Frozen(tuple(edges.tolist()), tuple(_counts(known, edges).tolist()), len(values))


def drift(then: Frozen, values: Floats) -> Drift:
    """How far values (NaN: not known; one row per account) have moved since.

    The index's noise is a chi-square variable with a degree of freedom less than bins that hold any, times 1/n + 1/m (Yurdakul, The Statistical
    Properties of the Population Stability Index, 2018). Accounts seen both times make it smaller than that, never larger.
    """
    known = values[~np.isnan(values)]
    missing_then, missing_now = then.rows - then.known, len(values) - len(known)
    psi = noise = 0.0
    shift = Shift.TOO_LITTLE_DATA
    if len(values) and then.rows:
        before = np.array([*then.counts, missing_then], dtype=np.int64)
        after = np.append(_counts(known, np.array(then.edges)), missing_now)
        held = (before + after) > 0
        psi = index(before[held], after[held])
        noise = chi_square_point(max(int(held.sum()) - 1, 1)) * (1 / then.rows + 1 / len(values))
        shift = _shift(psi, noise)
    return Drift(
        psi, noise, shift, _part(missing_then, then.rows), _part(missing_now, len(values)), len(values)
    )


def index(then: Ints, now: Ints) -> float:
    """The population stability index of two counts over the same bins."""
    before = (then + EVENLY) / (then.sum() + EVENLY * len(then))
    after = (now + EVENLY) / (now.sum() + EVENLY * len(now))
    return float(np.sum((after - before) * np.log(after / before)))


def _counts(known: Floats, edges: Floats) -> Ints:
    return np.bincount(np.searchsorted(edges, known, side="right"), minlength=len(edges) + 1)


def _shift(psi: float, noise: float) -> Shift:
    if psi <= noise:
        return Shift.TOO_LITTLE_DATA if noise > MODERATE else Shift.NONE
    if psi >= LARGE:
        return Shift.LARGE
    return Shift.MODERATE if psi >= MODERATE else Shift.NONE


def _part(part: int, whole: int) -> float:
    return part / whole if whole else 0.0


def _difference(now: int, rows_now: int, then: int, rows_then: int) -> Estimate:
    """The difference of two shares, with an interval from Wilson's of each."""
    if not rows_now or not rows_then:
        return Estimate(0.0, -1.0, 1.0)
    return difference(wilson(now / rows_now, rows_now), wilson(then / rows_then, rows_then))


@dataclass(frozen=True, slots=True)
class Share:
    """A band's share of the scored accounts, 0–1, then and now; `change`: now − then, with its interval."""

    code: int
    then: float
    now: float
    change: Estimate


def shares(then: Sequence[int], bands: Trits) -> tuple[Share, ...]:
    """How the bands' shares have moved. `then`: how many accounts stood in each band, by its code; `bands`: the codes now, -1 for no band."""
    now = np.bincount(bands[bands >= 0].astype(np.int64), minlength=len(then))
    rows_then, rows_now = sum(then), int(now.sum())
    return tuple(
        Share(
            code,
            _part(then[code], rows_then),
            _part(int(now[code]), rows_now),
            _difference(int(now[code]), rows_now, then[code], rows_then),
        )
        for code in range(len(then))
    )
