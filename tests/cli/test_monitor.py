"""Drift from the command line: what moved is named, and the exit code guards a cron job."""

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.cli.run import keepwell
from tests.runs import leaving

NOW = {"KEEPWELL_NOW": "2025-06-30T00:00:00Z"}


def told(folder: Path, *arguments: str, code: int) -> Any:
    done = keepwell("monitor", "--json", *arguments, cwd=folder, environment=NOW)
    assert done.returncode == code, done.stderr
    return json.loads(done.stdout)


@pytest.fixture
def firm(tmp_path: Path) -> Path:
    """A firm whose logins are read at a tenth of what they were from the last readings on."""
    folder = leaving.write(tmp_path, accounts=200)
    last = leaving.BEGAN + timedelta(days=28 * (leaving.WEEKS // 4 - 1))
    lines = (folder / "data/readings.csv").read_text(encoding="utf-8").splitlines()
    changed = []
    for line in lines:
        account, at, kind, *value = line.split(",")
        fallen = kind == "read_logins" and date.fromisoformat(at) >= last
        changed.append(f"{account},{at},{kind},{int(value[0]) // 10}" if fallen else line)
    (folder / "data/readings.csv").write_text("\n".join(changed) + "\n", encoding="utf-8")
    assert keepwell("load", cwd=folder, environment=NOW).returncode == 0
    return folder


def test_a_signal_that_fell_is_a_breach_and_the_others_are_none(firm: Path) -> None:
    (found,) = told(firm, "--since", "2025-04-15", code=3)
    drift = {each["name"]: each for each in found["drift"]}
    assert drift["logins"]["breach"]
    assert drift["logins"]["psi"] > 1
    assert not drift["noise"]["breach"]
    assert drift["noise"]["psi"] < 0.25
    assert found["since_applied"] is False
    assert found["breaches"] >= 1
    shown = keepwell("monitor", "--since", "2025-04-15", cwd=firm, environment=NOW)
    assert shown.returncode == 3
    assert "Logins" in shown.stdout
    (seen,) = told(firm, "--since", "2025-04-15", "--reviewed", "A new reader since April", code=0)
    assert seen["breaches"] == found["breaches"], "what is passed is shown all the same"
    noted = json.loads(keepwell("audit", "--json", cwd=firm, environment=NOW).stdout)["entries"]
    assert noted[-1]["event"] == "score:reviewed"


def test_nothing_is_passed_where_nothing_moved(firm: Path) -> None:
    (found,) = told(firm, "--since", "2025-02-03", "--as-of", "2025-03-03", code=0)
    assert found["breaches"] == 0
    assert (
        keepwell(
            "monitor", "--since", "2025-02-03", "--as-of", "2025-03-03", cwd=firm, environment=NOW
        ).returncode
        == 0
    )


def test_limits_are_those_of_governance(firm: Path) -> None:
    (firm / "governance.yml").write_text(
        "monitor: {psi: 50, band_share: 100%, auc_drop: 1}\n", encoding="utf-8"
    )
    (found,) = told(firm, "--since", "2025-04-15", code=0)
    assert found["breaches"] == 0


def test_once_applied_the_day_of_the_change_is_compared_with_and_reviews_fall_due(firm: Path) -> None:
    (firm / "governance.yml").write_text(
        "reviews: {every: month}\nmonitor: {psi: 50, band_share: 100%}\n", encoding="utf-8"
    )
    plain = (firm / "keepwell.yml").read_text(encoding="utf-8").replace("as_of: 2025-06-30\n", "")
    (firm / "keepwell.yml").write_text(plain, encoding="utf-8")
    then = {"KEEPWELL_NOW": "2025-04-15T09:00:00Z"}
    assert keepwell("plan", "--no-evidence", cwd=firm, environment=then).returncode == 0
    assert keepwell("apply", "--why", "The first one", cwd=firm, environment=then).returncode == 0
    (found,) = told(firm, code=0)
    assert found["since_applied"] is True
    assert found["since"].startswith("2025-04-15")
    assert found["review_due"].startswith("2025-05-15")


def test_there_must_be_time_between(firm: Path) -> None:
    done = keepwell("monitor", "--since", "2025-07-30", cwd=firm, environment=NOW)
    assert done.returncode == 1
    assert "--since" in done.stderr
