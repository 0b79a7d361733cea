"""Exported lists hold what the portfolio shows, and nothing that a spreadsheet would run."""

import csv
import io
import json
from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from keepwell.errors import ForbiddenError
from keepwell.people import Role
from keepwell.runs.board import exporting
from keepwell.runs.board.exporting import FIELDS, ListFormat, pieces, wanted
from keepwell.runs.board.filters import Filters
from keepwell.scoring.score import Band
from tests.runs.board.firm import firm_project, looked, person, scored
from tests.runs.firm import AS_OF, Firm

LOSSES = ["A3", "A2", "A7", "A1", "A6"]
"""The accounts by what is at risk."""


def made(firm: Firm, form: ListFormat, filters: Filters | None = None, role: Role = Role.ADMIN) -> bytes:
    """The whole file."""
    desk = looked(firm.warehouse, person(role))
    return b"".join(pieces(desk, wanted(desk, filters or Filters()), form))


@pytest.fixture(autouse=True)
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files are made two accounts at a time."""
    monkeypatch.setattr(exporting, "BATCH", 2)


def test_all_formats_hold_the_same(firm: Firm) -> None:
    lines = [json.loads(line) for line in made(firm, ListFormat.JSON_LINES).splitlines()]
    assert [line["account_id"] for line in lines] == LOSSES
    assert lines[0] | {"reason_text": ""} == {
        "account_id": "A3",
        "name": "Firm 3",
        "as_of": "2025-06-30T00:00:00+00:00",
        "purpose": "health",
        "score": 40,
        "band": "yellow",
        "change": -35,
        "band_before": "green",
        "days_in_band": 17,
        "coverage": 1,
        "segment": "big",
        "stage": lines[0]["stage"],
        "owner": "lee",
        "value": 5000,
        "value_at_risk": 2500,
        "renews_at": "2025-08-29T00:00:00+00:00",
        "reason": "logins",
        "reason_points": -50,
        "reason_text": "",
        "advice": "",
        "scorecard": "default",
        "version": lines[0]["version"],
        "why_not": "",
    }
    table = pq.read_table(io.BytesIO(made(firm, ListFormat.PARQUET)))
    assert table.column_names == list(FIELDS)
    assert table["account_id"].to_pylist() == LOSSES
    assert table["as_of"][0].as_py() == AS_OF
    rows = list(csv.DictReader(io.StringIO(made(firm, ListFormat.CSV).decode())))
    for line, row in zip(lines, rows, strict=True):
        assert {name: "" if value is None else str(value) for name, value in line.items()} == row


def test_only_what_is_asked_for_and_seen(firm: Firm) -> None:
    lines = made(firm, ListFormat.JSON_LINES, Filters(bands=(Band.RED,)), Role.VIEWER).splitlines()
    found = [json.loads(line) for line in lines]
    assert [each["account_id"] for each in found] == ["A2", "A7"]  # by score
    assert {"value", "value_at_risk"}.isdisjoint(found[0])
    with pytest.raises(ForbiddenError, match="your role does not see"):
        made(firm, ListFormat.CSV, Filters(least_value=1), Role.VIEWER)


@pytest.mark.parametrize(
    "name", ["=cmd()", "+1+1", "@SUM(A1)", "-2+3", "\t=1", '=HYPERLINK("http://x")', "＝1+1"]
)
def test_no_cell_begins_a_formula(tmp_path: Path, name: str) -> None:
    with scored(tmp_path, firm_project(history=2)) as firm:
        quoted = name.replace("'", "''")
        firm.warehouse.execute(f"UPDATE directory.accounts SET name = '{quoted}' WHERE account = 3")
        rows = list(csv.reader(io.StringIO(made(firm, ListFormat.CSV).decode(), newline="")))
        (cell,) = (row[1] for row in rows if row[0] == "A3")
        assert cell == f"'{name}"
        told = [json.loads(line) for line in made(firm, ListFormat.JSON_LINES).splitlines()]
        assert name in [line["name"] for line in told]


def test_simulated_data_say_so_in_every_row(firm: Firm) -> None:
    desk = looked(firm.warehouse, by=replace(firm_project(), simulated=True))
    places = wanted(desk, Filters())
    table = pq.read_table(io.BytesIO(b"".join(pieces(desk, places, ListFormat.PARQUET))))
    assert set(table["simulated"].to_pylist()) == {True}
    assert table.schema.metadata[b"keepwell.simulated"] == b"true"
    lines = b"".join(pieces(desk, places, ListFormat.JSON_LINES)).splitlines()
    assert all(json.loads(line)["simulated"] is True for line in lines)


def test_nothing_scored_is_a_file_without_rows(tmp_path: Path) -> None:
    with Firm(tmp_path) as new:
        new.account(1, AS_OF)
        assert made(new, ListFormat.JSON_LINES) == b""
        assert made(new, ListFormat.CSV).decode().startswith("account_id,name,")
        assert pq.read_table(io.BytesIO(made(new, ListFormat.PARQUET))).num_rows == 0
