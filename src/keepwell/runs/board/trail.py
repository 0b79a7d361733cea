"""The scores of all accounts on some days of the past, as arrays: what trends are drawn from."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

from keepwell.runs import grid
from keepwell.runs.board.sheet import Sheet
from keepwell.scoring.bands import NO_BAND
from keepwell.scoring.observed import Floats
from keepwell.sql.board.sheet import GridDay
from keepwell.sql.board.trend import days_statement
from keepwell.warehouse.protocol import Warehouse
from keepwell.warehouse.scores import KeptScores
from keepwell.warehouse.stretches import Grid

MOST_DAYS = 53
"""So many days are read at most: a week apart in a year, two weeks in two years."""


@dataclass(frozen=True)
class Trail:
    """Scores (NaN: none) and bands (-1) by day and by position in a sheet; `days` ascend, and each names the version it is of."""

    days: tuple[datetime, ...]
    versions: tuple[str, ...]
    scores: Floats
    bands: npt.NDArray[np.int8]


@dataclass(frozen=True, slots=True)
class Folded:
    """The grids of one purpose: the shown version's, and of days before it those of the versions before, the latest first."""

    grids: tuple[tuple[str, Grid], ...]

    def on(self, day: datetime) -> tuple[str, GridDay] | None:
        """The version that counts on a day, and its stretch; `None`: no grid covers the day."""
        for version, each in self.grids:
            run = each.run(day)
            if run is not None:
                return version, GridDay(run, day)
        return None

    @property
    def first(self) -> datetime | None:
        """The first day that any grid covers."""
        return min((each.first for _, each in self.grids), default=None)


def folded(warehouse: Warehouse, version: str, versions: Sequence[str]) -> Folded:
    """The grids of a purpose: of the version that is shown, then of the others as they are given."""
    kept = KeptScores(warehouse)
    ordered = dict.fromkeys((version, *versions))
    grids = tuple((one, kept.grid(one)) for one in ordered)
    return Folded(tuple((one, each) for one, each in grids if each))


def trail(warehouse: Warehouse, sheet: Sheet, grids: Folded, zone: ZoneInfo) -> Trail:
    """Reads the trail up to the run's day: as many days as are useful, evenly apart, back to the first one of any grid."""
    return read(
        warehouse, sheet, [on for day in _days(sheet, grids, zone) if (on := grids.on(day)) is not None]
    )


def _days(sheet: Sheet, grids: Folded, zone: ZoneInfo) -> list[datetime]:
    last, first = grid.day_of(sheet.as_of, zone), grids.first
    if first is None or first > last:
        return []
    count = grid.ordinal(last, zone) - grid.ordinal(first, zone)
    step = max(1, -(-count // (MOST_DAYS - 1)))
    return [grid.before(last, back, zone) for back in range(0, count + 1, step)][::-1]


def read(warehouse: Warehouse, sheet: Sheet, days: Sequence[tuple[str, GridDay]]) -> Trail:
    """Reads the scores of some days, each with the version it is of."""
    scores = np.full((len(days), len(sheet)), np.nan)
    bands = np.full((len(days), len(sheet)), NO_BAND, dtype=np.int8)
    if days:
        rows = warehouse.query(days_statement([day for _, day in days])).combine_chunks()
        at = sheet.positions(rows["account"].to_numpy().astype(np.int64))
        day = rows["day"].to_numpy()
        scores[day, at] = rows["score"].to_numpy(zero_copy_only=False)
        bands[day, at] = rows["band"].fill_null(int(NO_BAND)).to_numpy()
    return Trail(tuple(day.as_of for _, day in days), tuple(version for version, _ in days), scores, bands)
