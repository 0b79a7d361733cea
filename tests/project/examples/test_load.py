"""The examples load: every dirty row of the demo firm is found, by the rule that its truth states, and no clean one."""

import json
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from keepwell.project import load as load_project
from keepwell.project.scaffold import example, write
from keepwell.runs.ingest import LoadReport, load
from keepwell.sources.simulation import write_example
from keepwell.warehouse.duckdb import open_warehouse

NOW = datetime(2025, 6, 30, tzinfo=UTC)


def loaded(name: str, folder: Path, accounts: int) -> LoadReport:
    write(folder, example(name))
    write_example(name, folder, seed=3, accounts=accounts)
    project = load_project(folder)
    with open_warehouse(project.warehouse) as warehouse:
        return load(project, warehouse, now=NOW)


def test_the_demo_firms_dirt_is_found_to_the_row(tmp_path: Path) -> None:
    report = loaded("saas", tmp_path, accounts=80)
    truth = json.loads((tmp_path / "truth/truth.json").read_text())["dirt"]
    assert {source.source for source in report.sources} == set(truth)
    for source in report.sources:
        stated = truth[source.source]
        rejects: Counter[str] = Counter()
        warnings: Counter[str] = Counter()
        for count in source.rejects:
            rejects[count.rule] += count.rows
        for count in source.warnings:
            warnings[count.rule] += count.rows
        assert dict(rejects) == stated["rejects"], source.source
        assert dict(warnings) == stated["warnings"], source.source
        assert (source.read, source.repeated) == (stated["rows"], stated["repeated"]), source.source


@pytest.mark.parametrize("name", ["shop", "services"])
def test_the_small_examples_load_without_rejects(name: str, tmp_path: Path) -> None:
    report = loaded(name, tmp_path, accounts=60)
    assert sum(source.read for source in report.sources) > 1000
    assert [(source.source, source.rejects, source.warnings) for source in report.sources] == [
        (source.source, (), ()) for source in report.sources
    ]
