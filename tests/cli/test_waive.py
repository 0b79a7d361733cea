"""Leaks are named by check and backtest, stop a fit, and pass once somebody has said why they are none."""

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from keepwell.project import load
from keepwell.runs.waiving import reasons
from tests.cli.run import within
from tests.runs import leaving

NOW = {"KEEPWELL_NOW": "2025-06-30T00:00:00Z"}
KNOWS = """\
  told: {label: Told, from: events, where: {name: read_told}, aggregate: last, column: quantity, direction: higher_is_better, missing: unknown}
"""


@pytest.fixture
def firm(tmp_path: Path) -> Path:
    """A firm one of whose measures is written down by somebody who knows who will leave."""
    folder = leaving.write(tmp_path, accounts=160)
    ended = {
        line.split(",")[0]: line.split(",")[2]
        for line in (folder / "data/accounts.csv").read_text(encoding="utf-8").splitlines()[1:]
    }
    with (folder / "data/readings.csv").open("a", encoding="utf-8") as lines:
        for month in range(leaving.WEEKS // 4):
            at = leaving.BEGAN + timedelta(days=28 * month)
            for account, end in ended.items():
                leaves = end and at < date.fromisoformat(end) <= at + timedelta(days=56)
                lines.write(f"{account},{at},read_told,{0 if leaves else 100}\n")
    (folder / "signals.yml").write_text(
        (folder / "signals.yml").read_text(encoding="utf-8") + KNOWS, encoding="utf-8"
    )
    card = leaving.CARD.replace(
        "      noise:", "      told: {weight: 1, scale: {0: 0, 100: 100}}\n      noise:"
    )
    (folder / "scorecards/default.yml").write_text(card, encoding="utf-8")
    done = within("load", cwd=folder, environment=NOW)
    assert done.returncode == 0, done.stderr
    return folder


def told(folder: Path, *arguments: str, code: int = 0) -> Any:
    done = within(*arguments, cwd=folder, environment=NOW)
    assert done.returncode == code, done.stderr
    return json.loads(done.stdout)


def test_a_leak_is_named_stops_a_fit_and_passes_with_a_reason(firm: Path) -> None:
    leaks = told(firm, "check", "--json", code=1)["leaks"]
    assert {leak["what"] for leak in leaks if leak["blocks"]} == {"told"}
    assert told(firm, "check", "--no-data", "--json", code=1)["leaks"] == []

    refused = within("fit", "--every", "28 days", cwd=firm, environment=NOW)
    assert refused.returncode == 1
    assert "keepwell waive told --why REASON" in refused.stderr

    silent = within("waive", "told", cwd=firm, environment=NOW)
    assert silent.returncode == 2
    (given,) = told(firm, "waive", "told", "--why", "Written down the same night", "--json")["waivers"]
    assert (given["subject"], given["sign"], given["why"]) == ("told", "any", "Written down the same night")

    assert not [leak for leak in told(firm, "check", "--json", code=1)["leaks"] if leak["blocks"]]
    (line, *_) = told(firm, "backtest", "--quick", "--json")["leaks"]
    assert (line["name"], line["waived"]) == ("told", "Written down the same night")
    assert within("fit", "--every", "28 days", cwd=firm, environment=NOW).returncode == 0

    (entry,) = [each for each in told(firm, "audit", "--json")["entries"] if each["event"] == "waiver:given"]
    assert (entry["about"], entry["actor"], entry["at"]) == ("any of told", given["actor"], given["at"])
    assert json.loads(entry["detail"])["why"] == "Written down the same night"

    assert told(firm, "waive", "told", "--revoke", "--json")["waivers"] == []
    assert told(firm, "audit", "--json")["entries"][-1]["event"] == "waiver:revoked"
    assert within("fit", "--every", "28 days", cwd=firm, environment=NOW).returncode == 1
    assert reasons(load(firm).folder) == {}


def test_what_cannot_be_waived(tmp_path: Path) -> None:
    leaving.write(tmp_path, accounts=1)
    for arguments, words in (
        (("told", "strong_alnoe", "--why", "x"), "strong_alone"),
        (("told", "--why", "  "), "nobody will know why"),
        (("told", "--revoke"), "nothing of 'told' is waived"),
        (("logisn", "--why", "x"), "did you mean 'logins'"),
        (
            ("read_everything", "--why", "x"),
            "nothing that is looked at for leaks is called 'read_everything'",
        ),
    ):
        done = within("waive", *arguments, cwd=tmp_path, environment=NOW)
        assert done.returncode == 1
        assert words in done.stderr
    assert "Nothing is waived." in within("waive", cwd=tmp_path, environment=NOW).stdout
