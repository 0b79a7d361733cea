"""How scores went: by segment, stage, owner, or by when accounts began."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import numpy as np

from keepwell.runs.board.current import Current
from keepwell.runs.board.desk import Desk
from keepwell.runs.board.filters import Filters
from keepwell.runs.board.portfolio import asked_for
from keepwell.runs.board.sheet import Instants, Sheet
from keepwell.runs.board.trail import Trail
from keepwell.runs.portfolio import BANDS
from keepwell.scoring.bands import code_of
from keepwell.scoring.observed import Groups, Ints
from keepwell.scoring.score import Band


class By(StrEnum):
    """How a trend is divided; a cohort is the year and quarter in which accounts began."""

    ALL = "all"
    SEGMENT = "segment"
    STAGE = "stage"
    OWNER = "owner"
    COHORT = "cohort"


@dataclass(frozen=True, slots=True)
class Stop:
    """A group of accounts on one day: how many had a score, their mean, and how many were in each band."""

    as_of: datetime
    accounts: int
    mean: float | None
    counts: Mapping[Band, int]


@dataclass(frozen=True, slots=True)
class Series:
    """One group of accounts through time, the oldest day first. Accounts are in the group they are in today."""

    name: str
    stops: tuple[Stop, ...]


@dataclass(frozen=True, slots=True)
class TrendView:
    """The scores of the accounts in reach that are asked for, over days of the grid.

    Days are evenly apart, the last one being the run's; `series` has the largest groups first, at most `MOST_SERIES`; `left_out` counts the others.
    """

    current: Current
    by: By
    series: tuple[Series, ...]
    left_out: int = 0


MOST_SERIES = 8
"""How many groups a trend shows: more lines cannot be told apart."""

NOBODY = "nobody"
"""The group of accounts without an owner."""


def trend(desk: Desk, filters: Filters, by: By = By.SEGMENT) -> TrendView:
    """The trend of the accounts that the filters ask for today.

    Raises:
        ForbiddenError: values are asked about by somebody who does not see them.
    """
    sheet = desk.sheet
    if sheet is None:
        return TrendView(desk.current, by, ())
    places = np.flatnonzero(asked_for(desk, sheet, filters))
    groups = _groups(sheet, by).take(places)
    sizes = np.bincount(groups.codes, minlength=len(groups.names))
    largest = [code for code in np.argsort(-sizes, kind="stable").tolist() if sizes[code]]
    shown = largest[:MOST_SERIES]
    if by is By.COHORT:
        shown.sort(key=lambda code: groups.names[code])
    series = tuple(_series(desk.trail, groups.names[code], places[groups.codes == code]) for code in shown)
    return TrendView(desk.current, by, series, len(largest) - len(shown))


def _series(trail: Trail, name: str, places: Ints) -> Series:
    stops = []
    for day, as_of in enumerate(trail.days):
        scores, bands = trail.scores[day, places], trail.bands[day, places]
        known = ~np.isnan(scores)
        count = int(known.sum())
        stops.append(
            Stop(
                as_of=as_of,
                accounts=count,
                mean=float(scores[known].mean()) if count else None,
                counts={band: int((bands == code_of(band)).sum()) for band in BANDS},
            )
        )
    return Series(name, tuple(stops))


def _groups(sheet: Sheet, by: By) -> Groups:
    match by:
        case By.ALL:
            return Groups(("all",), np.zeros(len(sheet), dtype=np.int64))
        case By.SEGMENT:
            return sheet.segments
        case By.STAGE:
            return sheet.stages
        case By.OWNER:
            return Groups(tuple(name or NOBODY for name in sheet.owners.names), sheet.owners.codes)
        case By.COHORT:
            return _cohorts(sheet.began)


def _cohorts(began: Instants) -> Groups:
    months = began.astype("datetime64[M]").astype(np.int64)
    quarters, codes = np.unique(np.where(np.isnat(began), -1, months // 3), return_inverse=True)
    names = tuple(
        "unknown" if quarter == -1 else f"{1970 + quarter // 4} Q{quarter % 4 + 1}"
        for quarter in quarters.tolist()
    )
    return Groups(names, codes.astype(np.int64))
