"""The commands end to end, each a process of its own, on a project small enough to be worked by hand and on an example."""

import csv
import io
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import openpyxl
import pyarrow.parquet as pq
import pytest

from tests.cli.run import keepwell

FILES = {
    "keepwell.yml": """
project: acme
zone: Europe/Berlin
currency: EUR
as_of: 2025-06-30
history: 14
value: {expression: account.seats * 100, currency: EUR}
""",
    "sources.yml": """
sources:
  accounts:
    files: data/accounts.csv
    table: accounts
    columns: {account_id: id, began_at: began, name: name, owner: owner, seats: seats}
  events:
    files: data/events.csv
    table: events
    fresh_within: 7 days
    columns: {account_id: account, occurred_at: at, name: what}
  surveys:
    files: data/surveys.csv
    table: surveys
    fresh_within: 30 days
    columns: {account_id: account, answered_at: at, kind: kind, score: score}
  tickets:
    files: data/tickets.csv
    table: tickets
    fresh_within: 30 days
    columns: {ticket_id: id, account_id: account, opened_at: opened}
""",
    "signals.yml": """
signals:
  active_days:
    label: Active days
    from: events
    aggregate: active_days
    window: 28 days
    unit: days
    direction: higher_is_better
    missing: zero
  nps: {label: Last NPS, from: surveys, aggregate: last, column: score, window: 365 days, direction: higher_is_better, missing: unknown}
""",
    "segments.yml": "segments: {large: account.seats >= 50, small: otherwise}\n",
    "scorecards/default.yml": """
scorecard: default
purpose: health
dimensions:
  adoption:
    weight: 60
    measures:
      active_days: {weight: 1, scale: {0: 0, 10: 100}, advice: Call the champion}
  voice:
    weight: 40
    measures:
      nps: {weight: 1, scale: {0: 0, 10: 100}}
bands: {green: 70, yellow: 40, hysteresis: 3}
min_coverage: 50%
""",
    "data/accounts.csv": "id,began,name,owner,seats\n"
    "A1,2024-01-01,Northwind,kim,60\nA2,2024-01-01,=Evil(),ravi,10\nA3,2024-01-01,Cobalt,kim,20\nA4,2026-01-01,Later,,5\n",
    "data/events.csv": "account,at,what\n"
    + "".join(f"A1,2025-06-{day:02d}T12:00:00,login\n" for day in range(20, 30))
    + "".join(f"A2,2025-06-{day:02d}T12:00:00,login\n" for day in range(26, 28))
    + "".join(f"A3,2025-06-{day:02d}T12:00:00,login\n" for day in range(24, 29))
    + "NOBODY,2025-06-01T12:00:00,login\n",
    "data/tickets.csv": "id,account,opened\nT1,A1,2025-01-05\n",
    "data/surveys.csv": "account,at,kind,score\nA1,2025-06-05,nps,9\nA2,2025-06-05,nps,2\nA3,2025-06-05,nps,8\nA3,2025-06-06,nps,99\n",
}
SCORES = {"A1": 96.0, "A2": 20.0, "A3": 62.0, "A4": None}
"""By hand: 60% of the active days in tenths, and 40% of the last NPS in tenths: 60 + 36, 12 + 8, 30 + 32."""


def make(folder: Path, **changes: str) -> Path:
    for name, text in (FILES | changes).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


@pytest.fixture(scope="module")
def acme(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = make(tmp_path_factory.mktemp("acme"))
    done = keepwell("load", "-C", str(folder))
    assert done.returncode == 0, done.stderr
    assert "25 of 27 rows are new or revised, 2 were rejected" in done.stdout
    return folder


def of(folder: Path, *arguments: str) -> str:
    """What a command printed that must have gone well."""
    done = keepwell(*arguments, cwd=folder)
    assert done.returncode == 0, done.stderr
    assert "\x1b" not in done.stdout
    return done.stdout


def test_score_as_json_is_what_hands_work_out(acme: Path) -> None:
    rows = {row["account_id"]: row for row in json.loads(of(acme, "score", "--json"))}
    assert {name: row["score"] for name, row in rows.items()} == pytest.approx(SCORES)
    assert [rows[name]["band"] for name in SCORES] == ["green", "red", "yellow", None]
    assert rows["A2"]["value_at_risk"] == 1000
    assert rows["A3"]["value_at_risk"] == 1000
    assert rows["A4"]["why_not"] == "not begun"
    for row in rows.values():
        if row["score"] is not None:
            assert row["baseline"] + sum(each["points"] for each in row["reasons"]) == pytest.approx(
                row["score"]
            )
    assert "simulated" not in rows["A1"]


def test_score_shows_the_portfolio_in_80_columns(acme: Path) -> None:
    text = of(acme / "data", "score")
    assert max(map(len, text.splitlines())) <= 80
    lines = text.splitlines()
    assert lines[3].split()[:7] == ["●", "green", "1", "33%", "EUR", "6.00", "k"]
    assert lines[6].split()[:4] == ["○", "no", "score", "1"]
    at = next(place for place, line in enumerate(lines) if "=Evil()" in line)
    assert lines[at + 1].split(maxsplit=1)[0] == "−48.0"
    assert "tickets is silent: its last fact is of 5 Jan 2025" in text
    assert "2 rows are rejected" in text


def test_score_writes_every_format(acme: Path, tmp_path: Path) -> None:
    for ending in ("json", "csv", "parquet", "xlsx"):
        path = tmp_path / f"scores.{ending}"
        of(acme, "score", "-o", str(path))
        match ending:
            case "json":
                rows = json.loads(path.read_text())
            case "csv":
                rows = list(csv.DictReader(io.StringIO(path.read_text())))
            case "parquet":
                rows = pq.read_table(path).to_pylist()
            case _:
                sheet = openpyxl.load_workbook(path)["Scores"]
                names = [cell.value for cell in sheet[1]]
                rows = [
                    dict(zip(names, (cell.value for cell in row), strict=True))
                    for row in sheet.iter_rows(min_row=2)
                ]
        found = {
            row["account_id"]: float(row["score"]) if row["score"] not in ("", None) else None for row in rows
        }
        assert found == pytest.approx(SCORES), ending
    assert "'=Evil()" in (tmp_path / "scores.csv").read_text()
    assert len(list(tmp_path.iterdir())) == 4


def test_score_of_some_accounts(acme: Path) -> None:
    def ids(*arguments: str) -> list[str]:
        return [row["account_id"] for row in json.loads(of(acme, "score", "--json", *arguments))]

    assert ids("--segment", "large") == ["A1"]
    assert ids("--owner", "kim") == ["A1", "A3"]
    assert ids("--limit", "1") == ["A2"]
    assert "A2" not in of(acme, "score", "--owner", "kim")
    done = keepwell("score", "--segment", "larg", cwd=acme)
    assert (done.returncode, done.stderr) == (
        1,
        "keepwell: no account has the segment 'larg'\n    did you mean 'large'?\n",
    )


def test_score_of_another_instant(acme: Path) -> None:
    rows = json.loads(of(acme, "score", "--json", "--as-of", "2025-06-25"))
    assert {row["account_id"]: row["score"] for row in rows}["A1"] == pytest.approx(5 * 6 + 36)
    assert rows[0]["as_of"] == "2025-06-24T22:00:00+00:00"


def test_unknown_purpose_and_format_say_what_there_is(acme: Path) -> None:
    done = keepwell("score", "--purpose", "wealth", cwd=acme)
    assert done.returncode == 1
    assert "choose one of health" in done.stderr
    done = keepwell("score", "-o", "scores.pdf", cwd=acme)
    assert done.returncode == 2
    assert "What is .pdf?" in done.stderr


def test_explain_shows_reasons_and_remedies(acme: Path) -> None:
    text = of(acme, "explain", "Cobalt", "--since", "2025-06-26")
    assert text.startswith("Cobalt   A3\nhealth 62.0  ▲ yellow")
    assert "−30.0" in text
    assert "Call the champion" in text
    assert "What would turn it green" in text
    form = json.loads(of(acme, "explain", "A3", "--since", "2025-06-26", "--json"))
    moved = sum(move["points"] for move in form["moves"])
    assert moved == pytest.approx(form["score"]["score"] - form["since"]["score"])
    assert form["trend"][-1]["score"] == pytest.approx(62.0)


def test_an_unknown_account_is_met_with_a_guess(acme: Path) -> None:
    done = keepwell("explain", "Nortwind", cwd=acme)
    assert done.returncode == 1
    assert "did you mean Northwind?" in done.stderr


def test_history_has_every_day_of_the_grid(acme: Path) -> None:
    of(acme, "score")
    form = json.loads(of(acme, "history", "A1", "--json"))
    assert [moment["as_of"][:10] for moment in form["scores"]][-1] == "2025-06-29"
    assert form["scores"][-1]["score"] == pytest.approx(96.0)
    text = of(acme, "history", "A1", "--limit", "3")
    assert "30 Jun 2025   96.0" in text
    assert "earlier scores not shown" in text


def test_signals_of_one_and_of_all(acme: Path) -> None:
    (row,) = json.loads(of(acme, "signals", "A1", "--json"))
    assert row["signals"] == {"active_days": 10, "nps": 9.0}
    assert "Active days" in of(acme, "signals", "A1")
    assert "3 active accounts" in of(acme, "signals")
    assert len(json.loads(of(acme, "signals", "--json"))) == 4


def test_sql_prints_a_statement_that_runs(acme: Path) -> None:
    text = of(acme, "sql")
    assert text.startswith("WITH")
    assert "/*" in text
    script = f"""
import duckdb, sys
with duckdb.connect({str(acme / ".keepwell" / "warehouse.duckdb")!r}, read_only=True) as c:
    rows = c.execute(sys.stdin.read()).fetchall()
    print(len(rows))
"""
    for statement, rows in ((text, 4), (of(acme, "sql", "--grid", "7"), 28)):
        done = subprocess.run(
            [sys.executable, "-c", script], input=statement, capture_output=True, text=True, check=True
        )
        assert int(done.stdout) == rows


def test_rejects_say_which_row_and_why(acme: Path) -> None:
    text = of(acme, "rejects")
    assert "unknown_account" in text
    assert "data/events.csv:19:" in text
    form = json.loads(of(acme, "rejects", "--source", "surveys", "--json"))
    assert [(tally["rule"], tally["rows"]) for tally in form["tallies"]] == [("out_of_range", 1)]
    assert form["rows"][0]["row"] == 5
    done = keepwell("rejects", "--source", "survey", cwd=acme)
    assert "did you mean 'surveys'?" in done.stderr


def test_load_again_adds_nothing(acme: Path) -> None:
    assert "Nothing is new" in of(acme, "load")
    assert json.loads(of(acme, "load", "--json"))["load"] is None


def test_outcomes_are_told_or_how_to_declare_them(acme: Path) -> None:
    missing = keepwell("outcomes", cwd=acme)
    assert (missing.returncode, missing.stdout) == (1, "")
    assert "the project declares no outcomes" in missing.stderr
    assert "write it, for example: outcomes: {churn: {" in missing.stderr
    silence = "outcomes: {quiet: {kind: churned, inactive: {from: events, for: 2 days}, horizon: 1 day, until: 2025-06-29}}\n"
    (acme / "outcomes.yml").write_text(silence)
    try:
        told = json.loads(of(acme, "outcomes", "--json"))
        [quiet] = told["outcomes"]
        # A2's logins ended on 27 June at noon, A3's on the 28th; the data with the 29th, in Berlin's time
        assert (quiet["happened"], quiet["accounts"], quiet["at_risk"], quiet["active"]) == (1, 1, 3, 3)
        assert quiet["first"] == "2025-06-29T10:00:00+00:00"
        assert quiet["months"] == [{"month": "2025-06", "happened": 1}]
        assert told["judging"] == {"health": "quiet"}
        assert "happened     1 time, to 1 account, on 29 Jun 2025" in of(acme, "outcomes")
    finally:
        (acme / "outcomes.yml").unlink()


def test_report_is_one_file(acme: Path, tmp_path: Path) -> None:
    said = of(acme, "report", "-o", str(tmp_path / "r.html"))
    assert "opens in any browser" in said
    page = (tmp_path / "r.html").read_text()
    assert "1 account of 3 is in red" in page
    assert "=Evil()" in page
    assert "Simulated" not in page
    assert [path.name for path in tmp_path.iterdir()] == ["r.html"]


def test_check_finds_and_mends(tmp_path: Path) -> None:
    signals = FILES["signals.yml"].replace("    direction: higher_is_better\n", "")
    folder = make(tmp_path, **{"signals.yml": signals})
    done = keepwell("check", "--json", cwd=folder)
    assert done.returncode == 1
    found = json.loads(done.stdout)["findings"]
    assert "no_direction" in {finding["rule"] for finding in found}
    mended = json.loads(keepwell("check", "--fix", "--json", cwd=folder).stdout)
    assert mended["fixed"]
    assert "no_direction" not in {finding["rule"] for finding in mended["findings"]}
    assert "direction: higher_is_better" in (folder / "signals.yml").read_text()


def test_all_problems_of_the_definitions_are_told_at_once(tmp_path: Path) -> None:
    folder = make(
        tmp_path, **{"signals.yml": "signals: {a: {from: evnts, aggregate: count}, b: {frm: events}}\n"}
    )
    done = keepwell("score", cwd=folder)
    assert done.returncode == 1
    assert "signals.yml:1" in done.stderr
    assert "did you mean 'events'?" in done.stderr
    assert "did you mean 'from'?" in done.stderr
    assert "problems in the definitions" in done.stderr
    assert "Traceback" not in done.stderr
    assert len(json.loads(keepwell("check", "--json", cwd=folder).stdout)["problems"]) >= 2


def test_score_before_load_says_to_load(tmp_path: Path) -> None:
    done = keepwell("score", cwd=make(tmp_path))
    assert done.returncode == 1
    assert "keepwell load" in done.stderr
    assert not (tmp_path / ".keepwell").exists()


def test_ctrl_c_leaves_the_warehouse_as_it_was(acme: Path) -> None:
    """A load that waits for the warehouse, which another process holds, is stopped."""
    hold = f"import duckdb,sys\nheld = duckdb.connect({str(acme / '.keepwell' / 'warehouse.duckdb')!r})\nprint('held', flush=True)\nsys.stdin.read()"
    with subprocess.Popen(
        [sys.executable, "-c", hold], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        load = subprocess.Popen(
            [sys.executable, "-m", "keepwell", "load"],
            cwd=acme,
            stderr=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert load.stderr is not None
        assert f"process {holder.pid}" in load.stderr.readline()
        load.send_signal(signal.SIGINT)
        _, said = load.communicate(timeout=60)
        holder.communicate("", timeout=60)
    assert load.returncode == 130
    assert said.strip() == "keepwell: stopped. The warehouse is as it was."
    assert "Nothing is new" in of(acme, "load")


def test_init_from_a_folder_of_data_makes_a_working_project(tmp_path: Path) -> None:
    make(tmp_path / "exports")
    text = of(tmp_path, "init", "mine", "--from", "exports/data")
    assert "sources.yml" in text
    assert "Next: cd mine" in text
    of(tmp_path, "load", "-C", "mine")
    rows = json.loads(of(tmp_path, "score", "-C", "mine", "--json"))
    assert {row["account_id"] for row in rows} == set(SCORES)
    again = keepwell("init", "mine", "--from", "exports/data", cwd=tmp_path)
    assert again.returncode == 1
    assert "never overwrites" in again.stderr
    neither = keepwell("init", "other", cwd=tmp_path)
    assert neither.returncode == 2


@pytest.mark.slow
def test_every_output_of_an_example_says_that_it_is_simulated(tmp_path: Path) -> None:
    assert "Simulated data:" in of(tmp_path, "init", "shop", "--example", "shop")
    shop = tmp_path / "shop"
    for command in ("load", "score", "rejects", "signals"):
        assert of(shop, command).startswith("Simulated data:"), command
    rows = json.loads(of(shop, "score", "--json"))
    assert {row["simulated"] for row in rows} == {True}
    someone = rows[0]["account_id"]
    for command in ("explain", "history", "signals"):
        assert of(shop, command, someone).startswith("Simulated data:"), command
        form = json.loads(of(shop, command, someone, "--json"))
        assert (form[0] if isinstance(form, list) else form)["simulated"] is True, command
    assert all(
        row["simulated"] == "true"
        for row in csv.DictReader(io.StringIO(of(shop, "score", "--format", "csv")))
    )
    assert of(shop, "sql").startswith("-- Simulated data:")
    assert json.loads(of(shop, "load", "--json"))["simulated"] is True
    of(shop, "score", "-o", "scores.parquet")
    assert pq.read_schema(shop / "scores.parquet").metadata[b"keepwell.simulated"] == b"true"
    assert "Simulated data:" in of(shop, "report")
    assert '<p class="simulated"' in (shop / "report.html").read_text()


@pytest.mark.slow
def test_demo_goes_from_exports_to_a_report(tmp_path: Path) -> None:
    text = of(tmp_path, "demo", "--accounts", "60", "--no-serve")
    for said in ("$ keepwell load", "$ keepwell score", "To act on", "report.html", "Simulated data:"):
        assert said in text
    assert "TOO LITTLE DATA" in text
    assert "<html" in (tmp_path / "keepwell-demo" / "certificate.html").read_text(encoding="utf-8")
    page = tmp_path / "keepwell-demo" / "report.html"
    assert page.stat().st_size > 50_000
    assert not os.access(tmp_path / "report.html", os.F_OK)
