"""The geometry of a regular grid of instants: time cut into segments, windows laid over them.

A grid whose instants lie a fixed number of calendar days apart cuts time into segments that end at those instants; further
segments of the same length reach back as far as any window does. A window then covers whole segments, the same number of
them back from each instant, and at most a part of one segment at either end. So facts need be read once, however many
instants ask for them: they are counted per segment, and segments are added up.
"""

import itertools
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from keepwell.signals.window import Span, Unit, Window, local_date
from keepwell.sql.moments import Point

MOST_SEGMENTS = 1500


class Edge(StrEnum):
    """What of a window lies within a segment."""

    START = "start"
    END = "end"
    BOTH = "whole"


@dataclass(frozen=True, slots=True)
class Part:
    """A part of one segment, `back` segments ago, that a window covers; `edge` tells which of the window's edges cut the segment."""

    window: Window
    back: int
    edge: Edge

    @property
    def name(self) -> str:
        """The column that flags the facts within it."""
        return f"{self.edge}_of_{str(self.window).replace(' ', '_')}"


@dataclass(frozen=True, slots=True)
class Cover:
    """What a window covers: whole segments from `first` to `last` segments back (`None`: none), and parts at its ends."""

    first: int | None
    last: int
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Piece:
    """The stretch of time between two neighbouring edges of any kind, and what holds throughout it."""

    number: int
    since: datetime
    until: datetime
    segment: int
    due: datetime
    flags: frozenset[str]


@dataclass(frozen=True, slots=True)
class Lattice:
    """The segments of a regular grid; segment `n` lies between `edges[n]` and `edges[n + 1]`."""

    points: tuple[Point, ...]
    zone: ZoneInfo
    edges: tuple[datetime, ...]

    @classmethod
    def over(cls, points: Sequence[Point], zone: ZoneInfo, windows: Sequence[Window]) -> "Lattice | None":
        """The lattice of a grid, reaching back over the windows; `None` if the grid is not regular."""
        step = _step(points, zone)
        if step is None:
            return None
        first = points[0].as_of
        reach = min((window.start.before(first, zone) for window in windows), default=first)
        behind: list[datetime] = []
        for count in range(1, MOST_SEGMENTS):
            if behind and behind[-1] <= reach:
                break
            behind.append(Span(step * count, Unit.DAYS).before(first, zone))
        edges = (*reversed(behind), *(point.as_of.astimezone(UTC) for point in points))
        regular = edges[0] <= reach and all(one < other for one, other in itertools.pairwise(edges))
        return cls(tuple(points), zone, edges) if regular and len(edges) <= MOST_SEGMENTS else None

    @property
    def ahead(self) -> int:
        """How many segments end before the first instant's own: instant `k` ends segment `ahead + k`."""
        return len(self.edges) - 1 - len(self.points)

    @property
    def segments(self) -> int:
        """How many segments there are."""
        return len(self.edges) - 1

    def cover(self, window: Window) -> Cover | None:
        """What a window covers, counted back from each instant's segment; `None` if it differs between the instants."""
        shapes = {self._shape(window, number) for number in range(len(self.points))}
        if len(shapes) != 1:
            return None
        first, last, starts_within, ends_within = shapes.pop()
        if starts_within is not None and starts_within == ends_within:
            return Cover(None, last, (Part(window, starts_within, Edge.BOTH),))
        parts = []
        if starts_within is not None:
            parts.append(Part(window, starts_within, Edge.START))
        if ends_within is not None:
            parts.append(Part(window, ends_within, Edge.END))
        return Cover(first if first >= last else None, last, tuple(parts))

    def _shape(self, window: Window, number: int) -> tuple[int, int, int | None, int | None]:
        own = self.ahead + number
        since, until = window.bounds(self.points[number].as_of, self.zone)
        start, end = bisect_right(self.edges, since) - 1, bisect_left(self.edges, until)
        starts_within = None if self.edges[start] == since else own - start
        ends_within = None if self.edges[end] == until else own - (end - 1)
        first = own - start - (starts_within is not None)
        last = own - (end - 1) + (ends_within is not None)
        return first, last, starts_within, ends_within

    def pieces(self, windows: Sequence[Window], parts: Sequence[Part]) -> list[Piece]:
        """Time from the first edge to the last, cut at every edge of a segment and of a window."""
        cuts = set(self.edges)
        for window in windows:
            for point in self.points:
                cuts.update(window.bounds(point.as_of, self.zone))
        ordered = sorted(cut for cut in cuts if self.edges[0] <= cut <= self.edges[-1])
        first = self.points[0].as_of
        pieces = []
        for number, (since, until) in enumerate(itertools.pairwise(ordered)):
            segment = bisect_right(self.edges, since) - 1
            flags = frozenset(part.name for part in parts if self._within(part, segment, since))
            pieces.append(Piece(number, since, until, segment, max(self.edges[segment + 1], first), flags))
        return pieces

    def _within(self, part: Part, segment: int, instant: datetime) -> bool:
        number = segment + part.back - self.ahead
        if not 0 <= number < len(self.points):
            return False
        since, until = part.window.bounds(self.points[number].as_of, self.zone)
        return since <= instant < until


def days(piece: Piece) -> Iterator[datetime]:
    """The UTC days, by their first instant, that a piece touches."""
    day = piece.since.replace(hour=0, minute=0, second=0, microsecond=0)
    while day < piece.until:
        yield day
        day += timedelta(days=1)


def _step(points: Sequence[Point], zone: ZoneInfo) -> int | None:
    """How many calendar days lie between one instant and the next, at the same time of day; `None` if that varies."""
    if len(points) < 2 or any(point.as_of != point.horizon for point in points):
        return None
    times = {point.as_of.astimezone(zone).time() for point in points}
    dates = [local_date(point.as_of, zone) for point in points]
    steps = {(later - earlier).days for earlier, later in itertools.pairwise(dates)}
    step = steps.pop() if len(steps) == 1 and len(times) == 1 else 0
    return step if step > 0 else None
