"""What is timed against each other gives the same numbers."""

from pathlib import Path

import pytest
from benchmarks.firm import build
from benchmarks.signals import SIGNALS, by_hand, statement

from keepwell.warehouse.duckdb import open_warehouse
from keepwell.warehouse.protocol import Warehouse


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    return open_warehouse(
        build(tmp_path_factory.mktemp("bench") / "firm.duckdb", accounts=150, events=60_000), read_only=True
    )


def _rows(warehouse: Warehouse, text: str) -> list[tuple[float | None, ...]]:
    table = warehouse.query(text)
    columns = [
        [None if each is None else float(each) for each in table[signal.name].to_pylist()]
        for signal in SIGNALS
    ]
    return list(zip(*columns, strict=True))


def test_the_statement_gives_what_sql_by_hand_gives(warehouse: Warehouse) -> None:
    ours, theirs = (_rows(warehouse, text) for text in (statement(warehouse.tables(), 1), by_hand()))
    assert len(ours) == 150
    for one, other in zip(ours, theirs, strict=True):
        assert one == pytest.approx(other, rel=1e-9, nan_ok=True)


def test_the_last_point_of_a_grid_gives_what_one_as_of_gives(warehouse: Warehouse) -> None:
    single = _rows(warehouse, statement(warehouse.tables(), 1))
    grid = _rows(warehouse, statement(warehouse.tables(), 52))
    assert len(grid) == 52 * 150
    for one, other in zip(single, grid[-150:], strict=True):
        assert one == pytest.approx(other, rel=1e-9, nan_ok=True)


def test_pandas_gives_the_same(warehouse: Warehouse) -> None:
    pytest.importorskip("pandas", reason="pandas is in the bench extra")
    from benchmarks.frames import events_frame, pandas_signals

    path: Path = warehouse.path
    found = pandas_signals(*events_frame(str(path)))[[signal.name for signal in SIGNALS]].fillna(-1)
    ours = _rows(warehouse, statement(warehouse.tables(), 1))
    for one, other in zip(ours, found.itertuples(index=False), strict=True):
        assert [-1 if each is None else each for each in one] == pytest.approx(list(other), rel=1e-9)
