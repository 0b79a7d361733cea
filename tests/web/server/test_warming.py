"""A run is read once: by the server before anybody asks, and by whoever listens together."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from keepwell.people import Role, Scope
from keepwell.project import load
from keepwell.runs import changing
from keepwell.runs.changing import Change, Run
from keepwell.runs.people import members
from keepwell.runs.people.persons import person
from keepwell.runs.score import score
from keepwell.store import users
from keepwell.warehouse.duckdb import DuckDBWarehouse, open_warehouse
from keepwell.warehouse.protocol import Warehouse
from keepwell.web.api.events import Place, Stream
from keepwell.web.chores.warming import warm
from keepwell.web.server.desks import at_desk
from keepwell.web.server.serving import Serving
from tests.runs.acme import copied
from tests.web.entered import user
from tests.web.served import serving


def _listener(stands_on: Serving, name: str, **fields: Any) -> Stream:
    made = user(stands_on.store, f"{name}@firm.example", Role.CSM, **fields)
    with stands_on.store.reading() as connection:
        found = users.get(connection, made.number)
        assert found is not None
        return Stream(stands_on, person(connection, found), Place(0))


def test_pages_of_a_new_run_are_read_before_anybody_asks(
    acme_loaded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = copied(acme_loaded, tmp_path / "acme")
    project = load(folder)
    with serving(folder) as stands_on:
        warm(stands_on)
        with open_warehouse(project.warehouse) as warehouse:
            score(project, warehouse)
        warm(stands_on)
        asked: list[str] = []
        query = DuckDBWarehouse.query

        def heard(self: DuckDBWarehouse, statement: object) -> object:
            asked.append(str(statement))
            return query(self, statement)  # type: ignore[arg-type]

        monkeypatch.setattr(DuckDBWarehouse, "query", heard)
        warm(stands_on)
        assert len(asked) == 1, "which run is shown is looked up, and nothing else"
        ada = _listener(stands_on, "ada").person
        asked.clear()
        with at_desk(stands_on, ada) as desk:
            assert desk.sheet is not None
            assert len(desk.trail.days) > 0
            assert desk.basis.definition.cards
        assert not any("scores.scores" in each or "scores.days" in each for each in asked)


def test_listeners_are_told_of_one_reading_each_what_is_theirs(
    acme_loaded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = copied(acme_loaded, tmp_path / "acme")
    project = load(folder)
    with serving(folder) as stands_on:
        with open_warehouse(project.warehouse) as warehouse:
            for day in range(2, 11, 8):  # by then nobody has logged in for a week
                score(project, warehouse, datetime(2025, 7, day, tzinfo=UTC))
        ana = _listener(stands_on, "ana")
        kim = _listener(stands_on, "kim", scope=Scope.OWN, owner="kim")
        gone = _listener(stands_on, "gone")
        members.disable(stands_on.store, gone.person.number, actor="ada")
        asked: list[Run] = []
        changes = changing.changes

        def heard(warehouse: Warehouse, run: Run, owners: Mapping[str, str]) -> tuple[Change, ...]:
            asked.append(run)
            return changes(warehouse, run, owners)

        monkeypatch.setattr(changing, "changes", heard)
        told = {"".join(each.look()).count('"account_id": "A') for each in (ana, ana, kim)}
        assert gone.look() == [], "whoever is no user any more hears nothing"
        assert told == {3, 0, 2}, "all of them, nothing more, and Kim's A1 and A3"
        assert len(asked) == len({run.number for run in asked}) == 2
