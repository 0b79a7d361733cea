"""The backtest and the loop that it is timed against judge the same scores by the same outcomes."""

from pathlib import Path

import pytest

from benchmarks import proving
from keepwell.runs.as_ofs import Rhythm
from keepwell.runs.backtest import backtest
from keepwell.warehouse.duckdb import open_warehouse


def test_both_find_the_same_figures(tmp_path: Path) -> None:
    path = proving.firm(tmp_path / "firm.duckdb", accounts=300, events=60_000)
    instants = proving.instants()
    with open_warehouse(path, read_only=True) as warehouse:
        theirs = proving.loop(warehouse)["whole"]
        rhythm = Rhythm(first=instants[0], last=instants[-1])
        ours = backtest(proving.project(path), warehouse, rhythm=rhythm, daily=False).certificate
    assert ours.grid.as_ofs == len(instants)
    assert ours.whole.tally.judged == 300 * len(instants)
    ranking = ours.whole.ranking
    assert ranking is not None
    assert ranking.auc.value == pytest.approx(theirs["auc"], abs=1e-9)
    assert ranking.average_precision.value == pytest.approx(theirs["average_precision"], abs=1e-9)
    assert ranking.ks == pytest.approx(theirs["ks"], abs=1e-9)
