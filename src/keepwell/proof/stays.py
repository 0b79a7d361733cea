"""How long bands last, and how often accounts flap between them."""

from dataclasses import dataclass

import numpy as np

from keepwell.proof.timeline import Timeline
from keepwell.scoring.bands import BY_CODE
from keepwell.scoring.observed import Bools, Floats
from keepwell.scoring.score import Band

FLAP_DAYS = 14
"""A return to the band left before, within so many days, is a flap."""


@dataclass(frozen=True, slots=True)
class Stay:
    """How long accounts stay in a band, by Kaplan and Meier: a stay still going on when last seen counts as at least
    that long.

    `stays`: how many began within the as_ofs (those whose beginning was not seen are left out). `going_on`: how many of
    them had not ended when last seen. `median`: days after which half have ended (`None`: half have not ended within
    the longest time seen, `longest` days; or there are none).
    """

    band: Band
    stays: int
    going_on: int
    median: float | None
    longest: float


@dataclass(frozen=True, slots=True)
class Stays:
    """How long accounts stay in green, yellow and red. Bands are seen at the as_ofs alone: a stay shorter than the time
    between them may go unseen, and lengths are whole steps.

    `flaps`: returns within 14 days to the band left before, per account and year (`None`: the as_ofs lie too far apart
    to see any, or no account was seen twice). `years`: account-years watched.
    """

    by_band: tuple[Stay, ...]
    flaps: float | None
    years: float


def stays(line: Timeline, spells: Bools, rows: Bools) -> Stays:
    """The stays of some spells, and the flaps among them over the time watched in some rows."""
    years = float(line.years[rows].sum())
    flaps = int(np.count_nonzero(line.spells.flap & spells))
    return Stays(
        by_band=tuple(_stay(line, code, spells) for code in reversed(range(len(BY_CODE)))),
        flaps=flaps / years if years > 0 and line.every_days <= FLAP_DAYS else None,
        years=years,
    )


def _stay(line: Timeline, code: int, spells: Bools) -> Stay:
    mine = spells & line.spells.begun & (line.spells.band == code)
    days, ended = line.spells.days[mine], line.spells.ended[mine]
    return Stay(
        band=BY_CODE[code],
        stays=len(days),
        going_on=int(np.count_nonzero(~ended)),
        median=median_stay(days, ended),
        longest=float(days.max()) if len(days) else 0.0,
    )


def median_stay(days: Floats, ended: Bools) -> float | None:
    """Of stays from the shortest to the longest, the first length at which Kaplan and Meier's share of stays that last
    longer is a half or less; `None` if it never is.

    Kaplan and Meier, Journal of the American Statistical Association 53 (1958), 457–481.
    """
    starts = np.flatnonzero(np.diff(days, prepend=-np.inf))
    if not len(starts):
        return None
    ends = np.add.reduceat(ended.astype(np.float64), starts)
    lasting = np.cumprod(1 - ends / (len(days) - starts))
    below = np.flatnonzero(lasting <= 0.5 + 1e-12)
    return float(days[starts[below[0]]]) if len(below) else None
