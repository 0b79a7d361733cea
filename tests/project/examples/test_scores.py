"""The demo firm's scores against its hidden truth: red accounts are in more danger than green ones."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from keepwell.project import load as load_project
from keepwell.project.scaffold import example, write
from keepwell.runs.ingest import load
from keepwell.runs.score import score
from keepwell.scoring.score import Band
from keepwell.sources.simulation import write_example
from keepwell.warehouse.duckdb import open_warehouse

WEEK = datetime(2025, 3, 29, tzinfo=UTC)
"""The beginning of a simulated week, three months before the end."""


@pytest.mark.slow
def test_red_accounts_are_in_more_danger_than_green_ones(tmp_path: Path) -> None:
    write(tmp_path, example("saas"))
    write_example("saas", tmp_path, seed=7, accounts=300)
    project = replace(load_project(tmp_path), history=0)
    with open_warehouse(project.warehouse) as warehouse:
        load(project, warehouse, now=datetime(2025, 6, 30, tzinfo=UTC))
        health, *_ = score(project, warehouse, WEEK)
        bands = {one.account_id: one.band for one in health}
    weeks = pq.read_table(tmp_path / "truth/weeks.parquet")
    now = weeks.filter(pc.field("week") == WEEK.date()).to_pylist()
    hazards: dict[Band | None, list[float]] = {band: [] for band in (*Band, None)}
    for row in now:
        hazards[bands[row["account_id"]]].append(row["hazard"])
    scored = sum(len(hazards[band]) for band in Band)
    assert 0.45 < len(hazards[Band.GREEN]) / scored < 0.75
    assert 0.05 < len(hazards[Band.RED]) / scored < 0.25
    assert np.mean(hazards[Band.RED]) > 3 * np.mean(hazards[Band.GREEN])
    assert np.mean(hazards[Band.YELLOW]) > np.mean(hazards[Band.GREEN])
