import csv
import io
import json
from pathlib import Path

import openpyxl
import pyarrow.parquet as pq
import pytest

from keepwell.errors import UserError
from keepwell.runs.export import Format, replacing, write
from keepwell.runs.spreadsheets import harmless
from keepwell.scoring.score import Score, Step
from tests.scored import AS_OF, reason, score

SCORES = [
    score("A-1", 31.0, name="=HYPERLINK(\"http://evil\")", previous_band=None, reasons=(
        reason("usage_change", -40.0, "Usage fell 42%", value=-0.42, scaled=10.0),
        reason("tickets", -25.0, "@SUM(1+1)|cmd"),
        reason("payment_failed", -4.0, "A payment failed", step=Step.CAP, dimension=""),
    )),
    score("A-2", 82.5),
    score("A-3", None),
]  # fmt: skip


def written(form: Format, scores: list[Score] = SCORES, simulated: bool = False) -> bytes:
    stream = io.BytesIO()
    write(scores, form, stream, simulated=simulated)
    return stream.getvalue()


def test_json_is_a_list_of_objects_whose_points_add_up() -> None:
    objects = json.loads(written(Format.JSON))
    promised = [
        "account_id",
        "as_of",
        "purpose",
        "score",
        "band",
        "coverage",
        "scorecard",
        "value",
        "value_at_risk",
        "risk_basis",
        "baseline",
        "reasons",
    ]
    assert [list(each)[: len(promised)] for each in objects] == [promised] * 3
    assert objects[0]["as_of"] == "2025-06-30T00:00:00+00:00"
    assert objects[0]["band"] == "red"
    assert {"measure", "points", "text"} <= set(objects[0]["reasons"][0])
    assert objects[0]["reasons"][0]["measure"] == "usage_change"
    assert (
        objects[0]["baseline"] + sum(each["points"] for each in objects[0]["reasons"]) == objects[0]["score"]
    )
    assert objects[2]["score"] is None
    assert objects[2]["why_not"].startswith("not enough data")
    assert "simulated" not in objects[0]


def test_json_of_no_scores_is_an_empty_list() -> None:
    assert json.loads(written(Format.JSON, [])) == []


@pytest.mark.parametrize("form", [Format.JSON, Format.CSV])
def test_every_row_says_that_data_are_simulated(form: Format) -> None:
    text = written(form, simulated=True).decode()
    rows = json.loads(text) if form is Format.JSON else list(csv.DictReader(io.StringIO(text)))
    assert [row["simulated"] for row in rows] == ([True] * 3 if form is Format.JSON else ["true"] * 3)


def test_csv_has_the_costliest_reasons_and_all_of_them() -> None:
    rows = list(csv.DictReader(io.StringIO(written(Format.CSV).decode())))
    assert rows[0]["reason_1"] == "Usage fell 42% (-40.0)"
    assert rows[0]["score"] == "31.0"
    assert [each["points"] for each in json.loads(rows[0]["reasons"])] == [-40.0, -25.0, -4.0]
    assert rows[2]["score"] == ""


def test_csv_holds_no_cell_that_a_spreadsheet_would_run() -> None:
    for row in csv.reader(io.StringIO(written(Format.CSV).decode())):
        for cell in row:
            assert not cell.startswith(("=", "+", "@", "\t")), cell


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("Acme", "Acme"),
        ("=1+1", "'=1+1"),
        ("  =1+1", "'  =1+1"),
        ("-2+3+cmd|' /C calc'!A0", "'-2+3+cmd|' /C calc'!A0"),
        ("-5", "-5"),
        ("+4930123", "+4930123"),
        ("@import", "'@import"),
        ("\t=1", "'\t=1"),
        ("=1", "'=1"),
        ("", ""),
    ],
)
def test_harmless(text: str, safe: str) -> None:
    assert harmless(text) == safe


def test_parquet_keeps_types_and_says_simulated_in_its_metadata() -> None:
    table = pq.read_table(io.BytesIO(written(Format.PARQUET, simulated=True)))
    assert table.schema.metadata[b"keepwell.simulated"] == b"true"
    rows = table.to_pylist()
    assert rows[0]["as_of"] == AS_OF
    assert rows[0]["reasons"][0]["value"] == -0.42
    assert [row["score"] for row in rows] == [31.0, 82.5, None]
    assert [row["simulated"] for row in rows] == [True] * 3


def test_parquet_of_no_scores_still_has_its_columns() -> None:
    assert "account_id" in pq.read_table(io.BytesIO(written(Format.PARQUET, []))).column_names


def test_xlsx_has_scores_and_reasons_and_no_formulas() -> None:
    book = openpyxl.load_workbook(io.BytesIO(written(Format.XLSX, simulated=True)))
    scores, reasons = book["Scores"], book["Reasons"]
    names = [cell.value for cell in scores[1]]
    first = dict(zip(names, (cell.value for cell in scores[2]), strict=True))
    assert first["score"] == 31.0
    assert first["name"] == '=HYPERLINK("http://evil")'
    assert first["simulated"] is True
    assert {cell.data_type for sheet in (scores, reasons) for row in sheet for cell in row} <= {
        "s",
        "n",
        "b",
        "d",
    }
    assert reasons.max_row == 1 + 3 + 1
    book.close()


@pytest.mark.parametrize(
    ("path", "form"), [("a.json", Format.JSON), ("a.XLSX", Format.XLSX), ("a.txt", None), ("a", None)]
)
def test_a_files_ending_names_its_format(path: str, form: Format | None) -> None:
    assert Format.of(Path(path)) is form


def test_a_failed_write_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "scores.json"
    path.write_text("old")

    def fail_halfway() -> None:
        with replacing(path) as stream:
            stream.write(b"new")
            raise RuntimeError("halfway")

    with pytest.raises(RuntimeError, match="halfway"):
        fail_halfway()
    assert [file.name for file in tmp_path.iterdir()] == ["scores.json"]
    assert path.read_text() == "old"


def test_a_write_replaces_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "scores.json"
    path.write_text("old")
    with replacing(path) as stream:
        stream.write(b"new")
    assert path.read_text() == "new"
    assert len(list(tmp_path.iterdir())) == 1


def test_an_absent_folder_is_the_users_to_mend(tmp_path: Path) -> None:
    with (
        pytest.raises(UserError, match="cannot write here: No such file"),
        replacing(tmp_path / "no" / "a.csv"),
    ):
        pass
