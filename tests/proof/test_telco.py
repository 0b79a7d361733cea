"""IBM's telco churn data: the columns that were written by a model that knew the outcome, or filled in afterwards, are
stopped, and none of the others is."""

import csv
from collections.abc import Sequence

import numpy as np
import pytest
from python_calamine import CalamineWorkbook

from keepwell.proof.candidate import Candidate, Categories, Numbers
from keepwell.proof.leaks import Leak, Sign, leaks
from keepwell.scoring.observed import Groups
from tests.examples.worked import DATASETS

FOLDER = DATASETS / "telco_ibm"

pytestmark = pytest.mark.skipif(
    not FOLDER.is_dir(),
    reason=f"the data set telco_ibm is not in {DATASETS}; set KEEPWELL_DATASETS to the folder that holds it",
)


def number(cell: object) -> float:
    """A cell as a number; a blank one is not known."""
    text = str(cell).strip()
    return float(text) if text else np.nan


def candidates(head: Sequence[str], rows: Sequence[Sequence[object]]) -> list[Candidate]:
    """Every column, as numbers if all its cells are some."""
    found: list[Candidate] = []
    for place, name in enumerate(head):
        cells = [row[place] for row in rows]
        try:
            found.append(Numbers(name, np.array([number(cell) for cell in cells])))
        except ValueError:
            found.append(Categories.of(name, Groups.of([str(cell) for cell in cells])))
    return found


def stopped(head: Sequence[str], rows: Sequence[Sequence[object]], outcome: str) -> tuple[Leak, ...]:
    """What is found among all columns."""
    happened = np.array([row[list(head).index(outcome)] == "Yes" for row in rows])
    assert (len(rows), int(happened.sum())) == (7043, 1869)
    found = leaks(candidates(head, rows), happened, np.arange(len(rows)))
    assert all(leak.blocks for leak in found)
    return found


def test_the_workbooks_churn_score_and_reason_are_stopped_and_no_clean_column() -> None:
    rows = CalamineWorkbook.from_path(FOLDER / "Telco_customer_churn.xlsx").get_sheet_by_index(0).to_python()
    head = [str(cell) for cell in rows[0]]
    found = stopped(head, rows[1:], "Churn Label")
    assert {leak.what for leak in found} == {"Churn Label", "Churn Value", "Churn Score", "Churn Reason"}
    score = {leak.sign: leak.evidence for leak in found if leak.what == "Churn Score"}
    # Counted in the file: 3,789 stayed with a score below 65, where nobody left; 1,050 left with one above 80, where nobody stayed.
    assert score[Sign.SEPARATES] == (
        "it happened to none of the 3,789 accounts at 5 to 64; it happened to all of the 1,050 accounts at 81 to 100: 69% of all rows"
    )
    reason = next(leak for leak in found if leak.what == "Churn Reason" and leak.sign is Sign.FILLED_FOR_ONE)
    assert reason.evidence.startswith(
        "filled in for 100% of the rows that the outcome happened to and 0% of the others"
    )


def test_the_csvs_outcome_is_stopped_and_nothing_else() -> None:
    with (FOLDER / "WA_Fn-UseC_-Telco-Customer-Churn.csv").open(encoding="utf-8") as file:
        head, *rows = csv.reader(file)
    assert {leak.what for leak in stopped(head, rows, "Churn")} == {"Churn"}
