"""Both telco projects: the same customers from a CSV and from a workbook, without a date; every score worked out by hand."""

import json
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from keepwell.project import lint, load
from tests.cli.run import keepwell
from tests.examples.worked import (
    Worked,
    assert_adds_up,
    assert_same,
    line,
    query,
    share_lost,
    weighed,
    worked,
)

FILE = "WA_Fn-UseC_-Telco-Customer-Churn.csv"
EXTRAS = ("OnlineSecurity", "OnlineBackup", "DeviceProtection", "TechSupport")
MONTHS = {"Month-to-month": 1, "One year": 12, "Two year": 24}


@pytest.fixture(scope="module")
def telco(tmp_path_factory: pytest.TempPathFactory) -> Worked:
    return worked("telco", tmp_path_factory.mktemp("telco"), "telco_ibm")


@pytest.fixture(scope="module")
def workbook(tmp_path_factory: pytest.TempPathFactory) -> Worked:
    return worked("telco_workbook", tmp_path_factory.mktemp("telco_workbook"), "telco_ibm")


def rows(data: Path) -> list[dict[str, Any]]:
    """The CSV's rows as texts."""
    names = [
        name for name, *_ in query(f"DESCRIBE SELECT * FROM read_csv('{data / FILE}', all_varchar = true)")
    ]
    found = query(f"SELECT * FROM read_csv('{data / FILE}', all_varchar = true)")
    return [dict(zip(names, row, strict=True)) for row in found]


def score(row: Mapping[str, str]) -> float:
    """The score by hand."""
    tenure, months = int(row["tenure"]), MONTHS[row["Contract"]]
    extras = sum(row[name] == "Yes" for name in EXTRAS)
    by_itself = "automatic" in row["PaymentMethod"]
    value, _ = weighed(
        (
            45,
            [
                (1, line(tenure, {0: 10, 12: 45, 36: 75, 60: 100})),
                (1, line(months, {1: 20, 12: 80, 24: 100})),
            ],
        ),
        (30, [(1, line(extras, {0: 30, 2: 70, 4: 100}))]),
        (
            25,
            [
                (1, 100 if by_itself else 40),
                (1, line(float(row["MonthlyCharges"]), {20: 100, 70: 60, 110: 30})),
            ],
        ),
    )
    assert value is not None
    return min(value, 45) if tenure < 6 and months == 1 else value


def test_every_customer_is_read_and_scored_as_by_hand(telco: Worked) -> None:
    expected = {row["customerID"]: score(row) for row in rows(telco.data)}
    assert len(expected) == 7_043
    assert_same({account: each["score"] for account, each in telco.scores.items()}, expected)
    assert_adds_up(telco.scores)


def test_signals_are_what_the_file_says(telco: Worked) -> None:
    found = rows(telco.data)
    by_hand: dict[str, Callable[[dict[str, str]], float]] = {
        "tenure_months": lambda row: int(row["tenure"]),
        "electronic_check": lambda row: row["PaymentMethod"] == "Electronic check",
        "no_internet": lambda row: row["InternetService"] == "No",
        "senior": lambda row: int(row["SeniorCitizen"]),
    }
    for signal, value in by_hand.items():
        assert_same(telco.values(signal), {row["customerID"]: value(row) for row in found})
    charged = {row["customerID"]: float(row["TotalCharges"]) for row in found if row["TotalCharges"].strip()}
    assert len(charged) == 7_032, "eleven have not been charged yet: unknown, not zero"
    assert_same(telco.values("total_charges"), charged)


def test_the_outcome_is_a_snapshot_and_says_so(telco: Worked, workbook: Worked) -> None:
    left = sum(row["Churn"] == "Yes" for row in rows(telco.data))
    assert left == 1_869
    for done in (telco, workbook):
        [churn] = done.run("outcomes", "--json")["outcomes"]
        assert (churn["accounts"], churn["unknown"], churn["dated"]) == (left, 0, False)
        assert (churn["at_risk"], churn["active"]) == (7_043, 7_043)
        assert (churn["first"], churn["through"], churn["judged_to"]) == (None, None, None)
        assert "not point in time" in churn["what"]


def test_the_workbook_gives_the_same_scores(telco: Worked, workbook: Worked) -> None:
    assert_same(
        {account: each["score"] for account, each in workbook.scores.items()},
        {account: each["score"] for account, each in telco.scores.items()},
    )


def test_what_knows_too_much_is_measured_and_scores_nothing(workbook: Worked) -> None:
    with closing(openpyxl.load_workbook(workbook.data / "Telco_customer_churn.xlsx", read_only=True)) as book:
        head, *body = book.worksheets[0].iter_rows(values_only=True)
    table = [dict(zip(head, row, strict=True)) for row in body]
    assert_same(workbook.values("churn_score"), {row["CustomerID"]: row["Churn Score"] for row in table})
    assert_same(
        workbook.values("reason_given"), {row["CustomerID"]: bool(row["Churn Reason"]) for row in table}
    )
    assert min(row["Churn Score"] for row in table if row["Churn Value"] == 1) == 65
    reasons = {reason["measure"] for each in workbook.scores.values() for reason in each["reasons"]}
    assert not reasons & {"churn_score", "reason_given", "lifetime_value"}


def test_who_is_red_has_left_more_often_than_who_is_green(telco: Worked) -> None:
    left = {row["customerID"] for row in rows(telco.data) if row["Churn"] == "Yes"}
    lost = share_lost(telco.scores, left)
    assert lost["green"] < lost["yellow"] < lost["red"]


def test_the_definitions_are_good_practice(telco: Worked, workbook: Worked) -> None:
    for done in (telco, workbook):
        assert lint.check(load(done.folder)) == ()


def test_evidence_without_dates_says_so_first(telco: Worked) -> None:
    found = telco.run("backtest", "--json")
    assert found["grid"]["point_in_time"] is False
    assert found["verdict"]["headline"].startswith("Not point in time")
    assert found["whole"]["tally"]["judged"] == 7_043
    assert found["whole"]["tally"]["outcomes"] == 1_869
    assert found["whole"]["calibration"]["basis"] == "folds"
    # 41.7% of seniors and 23.6% of the others had left: at the same score more of the seniors do.
    rates = next(each for each in found["bias"] if (each["by"], each["error"]) == ("senior_citizen", "rate"))
    assert rates["differs"] is True
    assert [group["group"] for group in rates["groups"]] == ["0", "1"]
    assert rates["groups"][1]["rate"]["low"] > 0 > rates["groups"][0]["rate"]["high"]


def leaking(done: Worked) -> set[str]:
    """What `keepwell check` takes for a leak that blocks; it exits with 1 where there is any."""
    checked = keepwell(
        "check", "--json", cwd=done.folder, environment={"KEEPWELL_DATASETS": str(done.data.parent)}
    )
    return {leak["what"] for leak in json.loads(checked.stdout)["leaks"] if leak["blocks"]}


def test_the_workbooks_own_score_and_reason_are_stopped_and_no_clean_column(
    telco: Worked, workbook: Worked
) -> None:
    assert leaking(workbook) == {"churn_score", "reason_given"}
    assert leaking(telco) == set()
