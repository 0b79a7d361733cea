"""How long bands last, and how often accounts flap between them."""

from dataclasses import dataclass

from keepwell.scoring.score import Band

FLAP_DAYS = 14
"""A return to the band left before, within so many days, is a flap."""


@dataclass(frozen=True, slots=True)
class Stay:
    """How long accounts stay in a band, by Kaplan and Meier: a stay that was still going on when last seen counts as at least that long.

    `stays`: how many began within the as_ofs (those whose beginning was not seen are left out); `going_on`: how many of them had not ended when
    last seen. `median`: days after which half have ended (`None`: more than half were still going on at the longest time seen, `longest` days).
    """

    band: Band
    stays: int
    going_on: int
    median: float | None
    longest: float


@dataclass(frozen=True, slots=True)
class Stays:
    """How long accounts stay in each band. Bands are seen at the as_ofs alone: stays shorter than the time between them go unseen.

    `flaps`: returns within 14 days to the band left before, per account and year (`None`: the as_ofs lie too far apart to see any, or no
    account was seen twice). `years`: account-years seen.
    """

    by_band: tuple[Stay, ...]
    flaps: float | None
    years: float
