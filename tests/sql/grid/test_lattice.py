"""The geometry of grids, worked by hand."""

import itertools
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from keepwell.signals.window import Span, Unit, Window, midnight
from keepwell.sql.grid.lattice import Cover, Edge, Lattice, Part, days
from keepwell.sql.moments import Point

UTC_ZONE = ZoneInfo("UTC")
BERLIN = ZoneInfo("Europe/Berlin")
D = datetime(2025, 6, 30, tzinfo=UTC)


def _days(start: int, end: int = 0) -> Window:
    return Window(Span(start, Unit.DAYS), Span(end, Unit.DAYS) if end else None)


def _weekly(weeks: int, windows: list[Window]) -> Lattice:
    points = [Point.at(D - timedelta(weeks=week)) for week in reversed(range(weeks))]
    lattice = Lattice.over(points, UTC_ZONE, windows)
    assert lattice is not None
    return lattice


def test_segments_reach_back_as_far_as_the_longest_window() -> None:
    lattice = _weekly(3, [_days(28)])
    # first as_of 16 June; 28 days before it is 19 May: four weekly segments ahead of the three instants' own two
    assert lattice.edges[0] == datetime(2025, 5, 19, tzinfo=UTC)
    assert lattice.segments == 6
    assert lattice.ahead == 3


def test_a_window_of_whole_weeks_covers_whole_segments() -> None:
    lattice = _weekly(3, [_days(56)])
    assert lattice.cover(_days(28)) == Cover(3, 0, ())
    assert lattice.cover(_days(7)) == Cover(0, 0, ())
    assert lattice.cover(_days(56, 28)) == Cover(7, 4, ())


def test_ninety_days_cover_twelve_weeks_and_the_end_of_a_thirteenth() -> None:
    lattice = _weekly(3, [_days(90)])
    cover = lattice.cover(_days(90))
    assert cover == Cover(11, 0, (Part(_days(90), 12, Edge.START),))
    # of the week from 24 March to 31 March, as of 23 June 90 days reach back to 25 March
    pieces = [piece for piece in lattice.pieces([_days(90)], list(cover.parts)) if piece.flags]
    assert datetime(2025, 3, 25, tzinfo=UTC) in [piece.since for piece in pieces]
    assert all(piece.since != datetime(2025, 3, 24, tzinfo=UTC) for piece in pieces)


def test_a_window_that_begins_and_ends_within_one_segment_covers_a_part_of_it() -> None:
    window = _days(3, 1)
    lattice = _weekly(3, [_days(28)])
    cover = lattice.cover(window)
    assert cover is not None
    assert (cover.first, cover.parts) == (None, (Part(window, 0, Edge.BOTH),))
    # as of 30 June it is 27 and 28 June; as of the Mondays before, the Friday and the Saturday before each
    found = [(piece.since, piece.until) for piece in lattice.pieces([window], cover.parts) if piece.flags]
    assert found == [
        (D - timedelta(days=3 + 7 * week), D - timedelta(days=1 + 7 * week)) for week in (2, 1, 0)
    ]


def test_days_are_segments_over_the_change_to_summer_time() -> None:
    nights = [midnight(datetime(2025, 3, day, tzinfo=UTC).date(), BERLIN) for day in range(28, 32)]
    lattice = Lattice.over([Point.at(night) for night in nights], BERLIN, [_days(2)])
    assert lattice is not None
    lengths = {
        (later - edge).total_seconds() / 3600
        for edge, later in zip(lattice.edges, lattice.edges[1:], strict=False)
    }
    assert lengths == {23, 24}
    assert lattice.cover(_days(2)) == Cover(1, 0, ())


@pytest.mark.parametrize(
    "instants",
    [
        [D],
        [D - timedelta(days=9), D - timedelta(days=7), D],
        [D, D - timedelta(days=7)],
        [D - timedelta(days=7, hours=1), D],
    ],
    ids=["one instant", "unequal steps", "falling", "another time of day"],
)
def test_no_lattice_without_a_regular_grid(instants: list[datetime]) -> None:
    assert Lattice.over([Point.at(each) for each in instants], UTC_ZONE, [_days(7)]) is None


def test_no_lattice_where_a_horizon_differs_from_its_as_of() -> None:
    early = [Point(D - timedelta(days=7), D - timedelta(days=8)), Point(D, D - timedelta(days=8))]
    assert Lattice.over(early, UTC_ZONE, [_days(7)]) is None


def test_pieces_fill_time_without_gap_or_overlap_and_are_due_no_earlier_than_the_first_instant() -> None:
    lattice = _weekly(4, [_days(30), _days(90)])
    pieces = lattice.pieces([_days(30), _days(90)], [])
    assert pieces[0].since == lattice.edges[0]
    assert pieces[-1].until == lattice.edges[-1]
    assert all(one.until == other.since for one, other in itertools.pairwise(pieces))
    assert min(piece.due for piece in pieces) == lattice.points[0].as_of
    assert all(piece.due >= piece.until for piece in pieces)


def test_a_piece_touches_each_utc_day_once() -> None:
    lattice = _weekly(2, [_days(7)])
    touched = [day for piece in lattice.pieces([], []) for day in days(piece)]
    assert len(touched) == len(set(touched)) == 14
