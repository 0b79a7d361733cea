"""The telco projects' leaks through the real command: what the vendor worked out afterwards is stopped, and nothing clean."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.run import keepwell
from tests.examples.worked import DATASETS, Worked, worked

ENVIRONMENT = {"KEEPWELL_DATASETS": str(DATASETS)}


@pytest.fixture(scope="module")
def workbook(tmp_path_factory: pytest.TempPathFactory) -> Worked:
    return worked("telco_workbook", tmp_path_factory.mktemp("telco_workbook"), "telco_ibm")


@pytest.fixture(scope="module")
def telco(tmp_path_factory: pytest.TempPathFactory) -> Worked:
    return worked("telco", tmp_path_factory.mktemp("telco"), "telco_ibm")


def leaks(folder: Path) -> list[dict[str, Any]]:
    """What `keepwell check` says of the data."""
    done = keepwell("check", "--json", cwd=folder, environment=ENVIRONMENT)
    found: list[dict[str, Any]] = json.loads(done.stdout)["leaks"]
    assert done.returncode == (1 if any(leak["blocks"] for leak in found) else 0), done.stdout
    return found


def test_the_churn_score_and_the_reason_are_stopped_and_no_clean_column(workbook: Worked) -> None:
    found = leaks(workbook.folder)
    assert {leak["what"] for leak in found} == {"churn_score", "reason_given"}
    assert all(leak["blocks"] for leak in found)


def test_the_csv_holds_nothing_that_knows_the_outcome(telco: Worked) -> None:
    assert leaks(telco.folder) == []
