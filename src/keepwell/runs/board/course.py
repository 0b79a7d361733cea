"""The course of one account's score through time, and what happened meanwhile."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import pairwise

from keepwell.runs import grid
from keepwell.runs.board.desk import Desk
from keepwell.runs.board.lines import Account
from keepwell.runs.board.rows import known_number
from keepwell.runs.board.sheet import Sheet
from keepwell.runs.board.timeline import told
from keepwell.scoring.bands import NO_BAND, band_of
from keepwell.scoring.score import Band
from keepwell.sql.board.trend import account_statement
from keepwell.warehouse.selection import aware

DAILY = 90
"""So many days back there is a point a day; before that there are fewer."""


@dataclass(frozen=True, slots=True)
class TrendPoint:
    """A score of the account: on a day of the grid, or that of the run that is shown."""

    as_of: datetime
    score: float | None
    band: Band | None
    version: str


class MarkKind(StrEnum):
    """What is marked in a trend."""

    VERSION = "version"
    OVERRIDE = "override"
    PULSE = "pulse"
    CONTACT = "contact"


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that happened while the score went its way."""

    at: datetime
    kind: MarkKind
    text: str


def course(desk: Desk, sheet: Sheet, place: int, version: str) -> tuple[TrendPoint, ...]:
    """The scores of the account at a position of the sheet, the oldest first; the last one is the run's own."""
    zone = desk.project.zone
    today = grid.day_of(sheet.as_of, zone)
    since = grid.before(today, DAILY, zone)
    last = TrendPoint(
        sheet.as_of, known_number(sheet.scores[place]), band_of(int(sheet.bands[place])), version
    )
    early = (point for point in _early(desk, place) if point.as_of < since)
    recent = (point for point in daily(desk, sheet, place, since, today) if point.as_of < sheet.as_of)
    return (*early, *recent, last)


def _early(desk: Desk, place: int) -> Iterator[TrendPoint]:
    trail = desk.trail
    for day, (as_of, version) in enumerate(zip(trail.days, trail.versions, strict=True)):
        score = known_number(trail.scores[day, place])
        if score is not None:
            yield TrendPoint(as_of, score, band_of(int(trail.bands[day, place])), version)


def daily(desk: Desk, sheet: Sheet, place: int, since: datetime, until: datetime) -> Iterator[TrendPoint]:
    """The account's scores on every day of the grid from one instant to another, the oldest first."""
    days = [desk.grids.on(day) for day in grid.days(since, until, desk.project.zone)]
    on = {day.as_of: (version, day.run) for version, day in (each for each in days if each is not None)}
    if not on:
        return
    runs = sorted({run for _, run in on.values()})
    statement = account_statement(int(sheet.accounts[place]), runs, since, until)
    for row in desk.warehouse.query(statement).to_pylist():
        as_of = aware(row["as_of"])
        version, run = on.get(as_of, ("", None))
        if run == row["run"] and row["score"] is not None:
            band = int(NO_BAND) if row["band"] is None else row["band"]
            yield TrendPoint(as_of, row["score"], band_of(band), version)


def marks(account: Account, points: tuple[TrendPoint, ...]) -> tuple[Mark, ...]:
    """What happened since the first of the points: other versions, overrides, pulses, and contacts made, by time."""
    first = points[0].as_of
    found = [
        Mark(after.as_of, MarkKind.VERSION, f"Version {after.version}")
        for before, after in pairwise(points)
        if after.version != before.version
    ]
    for table, kind in (
        ("overrides", MarkKind.OVERRIDE),
        ("pulses", MarkKind.PULSE),
        ("interactions", MarkKind.CONTACT),
        ("messages", MarkKind.CONTACT),
    ):
        happenings = told(account, table)
        found += [
            Mark(each.at, kind, each.title) for each in happenings if each.at >= first and _by_us(each.title)
        ]
    return tuple(sorted(found, key=lambda mark: (mark.at, mark.kind, mark.text)))


def _by_us(title: str) -> bool:
    """Whether we did it: of messages, opens and clicks are the customer's doing."""
    return not title.startswith("Message ") or title.startswith("Message sent")
