"""Accounts summed up: by band, by how they moved, by score, by risk and value."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from keepwell.runs.board.sheet import Sheet
from keepwell.runs.portfolio import BANDS
from keepwell.scoring.bands import NO_BAND, code_of
from keepwell.scoring.observed import Floats, Ints
from keepwell.scoring.score import Band

BIN_WIDTH = 5
"""How wide the bins of the distribution are, in points."""

TIERS = 4
"""Into how many equal parts accounts are divided by what they are worth."""


@dataclass(frozen=True, slots=True)
class BandLine:
    """The accounts of one band: how many, their `share` (0–1) of the scored, their worth; `before` is how many there were `CHANGE_DAYS` ago.

    Sums are in the project's currency; `None` where no value is known, or hidden from the viewer.
    """

    band: Band
    accounts: int
    share: float
    before: int
    value: float | None
    value_at_risk: float | None


@dataclass(frozen=True, slots=True)
class MoveLine:
    """The accounts that went from one band to another within `CHANGE_DAYS`, and what they are worth now."""

    before: Band
    after: Band
    accounts: int
    value: float | None


@dataclass(frozen=True, slots=True)
class Bin:
    """The accounts with a score from `low` (included) to `high` (the last bin includes 100), by the band they are in."""

    low: float
    high: float
    counts: Mapping[Band, int]

    @property
    def accounts(self) -> int:
        """How many there are."""
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True)
class Cell:
    """One field of risk × value: the accounts of a band that are worth from `low` up to `high` (`None`: without end)."""

    band: Band
    low: float
    high: float | None
    accounts: int
    value: float
    value_at_risk: float


def band_lines(sheet: Sheet, places: Ints, *, worth: bool) -> tuple[BandLine, ...]:
    """The accounts at some positions by band, the best first; `worth`: with what they are worth."""
    bands, then, scored = sheet.bands[places], sheet.band_then[places], int(sheet.scored[places].sum())
    lines = []
    for band in BANDS:
        mine = bands == code_of(band)
        accounts = int(mine.sum())
        lines.append(
            BandLine(
                band=band,
                accounts=accounts,
                share=accounts / scored if scored else 0.0,
                before=int((then == code_of(band)).sum()),
                value=total(sheet.value[places][mine]) if worth else None,
                value_at_risk=total(sheet.value_at_risk[places][mine]) if worth else None,
            )
        )
    return tuple(lines)


def move_lines(sheet: Sheet, places: Ints, *, worth: bool) -> tuple[MoveLine, ...]:
    """The moves from band to band of the accounts at some positions, those of most accounts first."""
    now, then, value = sheet.bands[places], sheet.band_then[places], sheet.value[places]
    lines = []
    for before in BANDS:
        for after in BANDS:
            went = (then == code_of(before)) & (now == code_of(after))
            if before is not after and went.any():
                lines.append(MoveLine(before, after, int(went.sum()), total(value[went]) if worth else None))
    return tuple(sorted(lines, key=lambda line: -line.accounts))


def bins(sheet: Sheet, places: Ints) -> tuple[Bin, ...]:
    """The distribution of the scores of the accounts at some positions."""
    places = places[sheet.scored[places]]
    index = np.minimum(sheet.scores[places] // BIN_WIDTH, 100 // BIN_WIDTH - 1).astype(np.int64)
    bands = sheet.bands[places]
    return tuple(
        Bin(
            float(number * BIN_WIDTH),
            float((number + 1) * BIN_WIDTH),
            {band: int(((index == number) & (bands == code_of(band))).sum()) for band in BANDS},
        )
        for number in range(100 // BIN_WIDTH)
    )


def cells(sheet: Sheet, places: Ints) -> tuple[Cell, ...]:
    """Risk × value: bands from best to worst, each by what its accounts are worth, in quarters of all accounts at the positions.

    Accounts without a band or a known value are in none; where many are worth the same there are fewer parts.
    """
    places = places[(sheet.bands[places] != NO_BAND) & ~np.isnan(sheet.value[places])]
    if not len(places):
        return ()
    return tuple(_cells(sheet, places))


def _cells(sheet: Sheet, places: Ints) -> Iterator[Cell]:
    value, at_risk, bands = sheet.value[places], sheet.value_at_risk[places], sheet.bands[places]
    edges = edges_of(value)
    tiers = np.searchsorted(edges[1:], value, side="right")
    for band in BANDS:
        for tier, low in enumerate(edges):
            here = (bands == code_of(band)) & (tiers == tier)
            high = float(edges[tier + 1]) if tier + 1 < len(edges) else None
            yield Cell(
                band=band,
                low=float(low),
                high=high,
                accounts=int(here.sum()),
                value=float(value[here].sum()),
                value_at_risk=float(np.nansum(at_risk[here])),
            )


def edges_of(values: Floats) -> Floats:
    """The least value of each part when accounts are divided into `TIERS` equal ones by their values."""
    quantiles = np.quantile(values, np.arange(1, TIERS) / TIERS, method="inverted_cdf")
    return np.unique(np.concatenate([[values.min()], quantiles]))


def total(values: Floats) -> float | None:
    """The sum of what is known; `None` where nothing is."""
    known = values[~np.isnan(values)]
    return float(known.sum()) if len(known) else None
