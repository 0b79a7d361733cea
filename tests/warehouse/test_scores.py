"""Scores as they are kept: what goes in comes out."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from keepwell.scoring.bands import Held
from keepwell.scoring.definition import Definition
from keepwell.scoring.peers import Frozen
from keepwell.scoring.scorecard import Dimension, Line, Measure, Peers, Scorecard
from keepwell.signals.definition import Aggregate, How, Signal
from keepwell.warehouse.duckdb import open_warehouse
from keepwell.warehouse.protocol import Warehouse
from keepwell.warehouse.scores import KeptScores
from keepwell.warehouse.stretches import Day, Stretch

CARD = Scorecard("default", dimensions=(Dimension("a", 1, (Measure("x", 1, Line(((0, 0), (1, 100)))),)),))
SIGNALS = (Signal("x", Aggregate(How.COUNT, "events")),)
DEFINITION = Definition("health", "v1", (("default", "c1"),), (CARD,), SIGNALS, (), (), None, (), "UTC")


def june(day: int) -> datetime:
    return datetime(2025, 6, day, tzinfo=UTC)


@pytest.fixture
def warehouse(tmp_path: Path) -> Iterator[Warehouse]:
    with open_warehouse(tmp_path / "warehouse.duckdb") as opened:
        yield opened


@pytest.fixture
def kept(warehouse: Warehouse) -> KeptScores:
    scores = KeptScores(warehouse)
    scores.prepare()
    scores.prepare()
    return scores


def days(first: int, last: int, score: float) -> list[Day]:
    held = Held(np.array([3, 7]), np.array([2, -1], dtype=np.int8), np.array([700, -1]))
    scores, bands = np.array([score, np.nan]), np.array([2, -1], dtype=np.int8)
    return [Day(june(day), scores, bands, held) for day in range(first, last + 1)]


def test_before_anything_was_kept_there_is_nothing(warehouse: Warehouse) -> None:
    empty = KeptScores(warehouse)
    assert not empty.grid("v1")
    assert len(empty.held("v1", june(1)).accounts) == 0
    assert empty.peers("v1", june(1)) is None
    assert empty.definition("v1") is None
    assert empty.trend("v1", 3) == empty.asked("health", 3) == ()
    assert empty.version_at("health", june(30)) is None


def test_a_definition_is_kept_once(kept: KeptScores, warehouse: Warehouse) -> None:
    kept.keep_definition(DEFINITION, june(1))
    kept.keep_definition(DEFINITION, june(2))
    assert kept.definition("v1") == DEFINITION
    rows = warehouse.query("SELECT scorecard, scorecard_version, measures FROM scores.scorecards").to_pylist()
    assert rows == [{"scorecard": "default", "scorecard_version": "c1", "measures": ["x"]}]


def test_a_later_stretch_counts_where_it_covers_a_day_again(kept: KeptScores) -> None:
    for run, first, last, load, score in ((1, 1, 5, 1, 80.0), (2, 4, 6, 2, 60.0)):
        kept.keep_stretch(Stretch(run, june(first), june(last), load), "v1", june(30))
        kept.keep_days(run, days(first, last, score))
    grid = kept.grid("v1")
    assert (grid.first, grid.last, grid.load) == (june(1), june(6), 2)
    assert [grid.run(june(day)) for day in (1, 3, 4, 6, 7)] == [1, 1, 2, 2, None]
    # an account that was never scored is not kept; the other's later scores count
    assert [past.score for past in kept.trend("v1", 3)] == [80, 80, 80, 60, 60, 60]
    assert kept.trend("v1", 7) == kept.trend("v2", 3) == ()
    assert kept.next_run() == 3


def test_what_is_held_comes_back(kept: KeptScores) -> None:
    kept.keep_stretch(Stretch(1, june(1), june(2), 1), "v1", june(30))
    kept.keep_days(1, days(1, 2, 80.0))
    held = kept.held("v1", june(2))
    assert (held.accounts.tolist(), held.bands.tolist(), held.since.tolist()) == ([3], [2], [700])


def test_what_was_frozen_comes_back(kept: KeptScores) -> None:
    frozen = Frozen(
        {
            ("x", Peers.ALL, ""): Line(((0.1, 12.5), (0.7, 87.5))),
            ("x", Peers.SEGMENT, "smb"): Line(((1, 50),)),
        },
        {("default", "x", "smb"): 61.7},
    )
    kept.keep_stretch(Stretch(1, june(1), june(2), 1), "v1", june(30))
    kept.keep_peers(1, {june(1): frozen, june(2): Frozen()})
    assert kept.peers("v1", june(1)) == frozen
    assert kept.peers("v1", june(2)) == Frozen()


def test_the_version_by_which_scores_were_last_made(kept: KeptScores) -> None:
    other = Definition("health", "v2", (("default", "c2"),), (CARD,), SIGNALS, (), (), None, (), "UTC")
    kept.keep_run(1, DEFINITION, june(10), on_grid=True, load=1, at=june(10), risk_basis="band")
    kept.keep_run(2, other, june(20), on_grid=True, load=1, at=june(20), risk_basis="band")
    found = [kept.version_at("health", june(day)) for day in (9, 10, 19, 20)]
    assert found == [None, "v1", "v1", "v2"]
    assert kept.version_at("expansion", june(20)) is None
    assert kept.has_run("v1", june(10), 1, "band")
    assert not kept.has_run("v1", june(10), 1, "calibrated")
    assert not kept.has_run("v1", june(10) + timedelta(seconds=1), 1, "band")
    assert not kept.has_run("v1", june(10), 2, "band")
