"""Panels: what they say of past instants is what the score run says of them, and labels come from what happened."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from keepwell.project.project import Project
from keepwell.proof.outcome import Dated, Kind, Outcome, Population, Snapshot
from keepwell.proof.panel import CENSORED, HAPPENED, KEPT, NOT_AT_RISK, TOO_SOON, Panel
from keepwell.runs import grid
from keepwell.runs.panels import panel
from keepwell.runs.score import score
from keepwell.runs.trial import Wanted
from keepwell.scoring.bands import code_of
from keepwell.signals.expression import parse
from keepwell.signals.window import Span, Unit
from tests.runs.firm import AS_OF, LOGINS, Firm, ago, every_day, project

DAYS = Unit.DAYS
CHURN = Outcome(
    "churn",
    Kind.CHURNED,
    Dated("accounts", at="ended_at"),
    Span(20, DAYS),
    gap=Span(2, DAYS),
    until="2025-06-29",
)
PROJECT = project(history=10)
"""Its zone is Berlin's, so that grid days are no UTC midnights."""


def day(back: int) -> datetime:
    """The grid day so many days before the project's instant."""
    return grid.before(grid.day_of(AS_OF, PROJECT.zone), back, PROJECT.zone)


@pytest.fixture
def firm(tmp_path: Path) -> Iterator[Firm]:
    """Accounts 1 (steady), 2 (fades, and ends 25 days ago), 3 (ends a day after an as_of), 4 (begins late)."""
    with Firm(tmp_path) as made:
        made.account(1, ago(300), seats=60)
        made.account(2, ago(300), seats=10)
        made.account(3, ago(300), seats=10)
        made.account(4, ago(31), seats=80)
        made.facts(
            "accounts",
            [{"account": 2, "key": _key(made, 2), "occurred_at": ago(300), "ended_at": ago(25), "seats": 10}],
            ago(25),
        )
        made.facts(
            "accounts",
            [{"account": 3, "key": _key(made, 3), "occurred_at": ago(300), "ended_at": ago(39), "seats": 10}],
            ago(39),
        )
        for account in (1, 2, 3, 4):
            made.survey(account, ago(80), 7)
        made.logins(1, *every_day(2, 90, 1))
        made.logins(2, *every_day(2, 90, 50), *every_day(1, 50, 40))
        made.logins(3, *every_day(1, 90, 40))
        made.logins(4, *every_day(1, 30, 1))
        yield made


def _key(firm: Firm, account: int) -> str:
    query = f"SELECT key::VARCHAR AS key FROM facts.accounts WHERE account = {account}"
    return str(firm.warehouse.query(query)["key"][0].as_py())


def made(firm: Firm, outcome: Outcome = CHURN, own: Project = PROJECT, **wanted: object) -> Panel:
    return panel(own, firm.warehouse, outcome, [day(back) for back in (40, 33, 26)], wanted=Wanted(**wanted))  # type: ignore[arg-type]


def rows(panel: Panel, column: str) -> dict[tuple[int, int], object]:
    return {
        (int(point), int(account)): value
        for point, account, value in zip(
            panel.point, panel.account, getattr(panel, column).tolist(), strict=True
        )
    }


def test_a_row_per_account_that_is_active_then(firm: Firm) -> None:
    assert list(rows(made(firm), "score")) == [(0, 1), (0, 2), (0, 3), (1, 1), (1, 2), (2, 1), (2, 2), (2, 4)]


def test_scores_and_bands_are_those_of_a_score_run_then(firm: Firm) -> None:
    found = made(firm)
    scores, bands = rows(found, "score"), rows(found, "band")
    for point, as_of in enumerate(found.as_ofs):
        (whole,) = score(PROJECT, firm.warehouse, as_of)
        alive = [place for place in range(len(whole)) if whole.observed.active[place]]
        for place in alive:
            account = int(whole.observed.accounts[place])
            assert scores[point, account] == pytest.approx(whole[place].score, nan_ok=True)
            assert bands[point, account] == code_of(whole[place].band)


def test_overrides_do_not_touch_what_is_judged(firm: Firm) -> None:
    before = made(firm)
    firm.facts("overrides", [{"account": 1, "occurred_at": ago(60), "target": "score", "value": 5.0}])
    assert made(firm).score.tolist() == pytest.approx(before.score.tolist(), nan_ok=True)


def test_what_became_of_them(firm: Firm) -> None:
    states = rows(made(firm), "state")
    assert states[0, 1] == states[1, 1] == KEPT
    assert states[0, 3] == TOO_SOON  # a day after the as_of, within the gap of two
    assert states[0, 2] == HAPPENED  # 15 days after
    assert states[1, 2] == HAPPENED
    assert states[2, 2] == TOO_SOON
    late = panel(PROJECT, firm.warehouse, CHURN, [day(10)])
    assert set(late.state.tolist()) == {int(CENSORED)}


def test_days_count_from_the_as_of(firm: Firm) -> None:
    found = made(firm)
    expected = (ago(25) - found.as_ofs[0]) / timedelta(days=1)
    assert rows(found, "days")[0, 2] == pytest.approx(expected)


def test_only_the_population_at_risk_is_judged(firm: Firm) -> None:
    big = replace(CHURN, population=Population(where=parse("account.seats >= 50")))
    assert rows(made(firm, big), "state")[0, 2] == NOT_AT_RISK
    assert rows(made(firm, big), "state")[0, 1] == KEPT
    quiet = replace(CHURN, population=Population(where=parse("logins < 14")))
    assert rows(made(firm, quiet), "state")[0, 1] == NOT_AT_RISK
    small = replace(CHURN, population=Population(segments=frozenset({"small"})))
    assert rows(made(firm, small), "state")[0, 2] == HAPPENED
    assert rows(made(firm, small), "state")[0, 1] == NOT_AT_RISK


def test_those_about_to_renew_are_a_population(firm: Firm) -> None:
    firm.facts("subscriptions", [{"account": 1, "occurred_at": ago(300), "renews_at": ago(20)}])
    soon = replace(CHURN, population=Population(renewal_within=Span(14, DAYS)))
    states = rows(made(firm, soon), "state")
    assert [states[point, 1] for point in range(3)] == [NOT_AT_RISK, KEPT, KEPT]
    assert states[0, 2] == NOT_AT_RISK


def test_signals_groups_and_those_who_left_come_on_demand(firm: Firm) -> None:
    found = made(firm, signals=(LOGINS,), attributes=("seats",), ended=True)
    assert rows(found, "score").keys() >= {(2, 3), (2, 2)}
    by_row = dict(
        zip(
            zip(found.point.tolist(), found.account.tolist(), strict=True),
            found.values["logins"],
            strict=True,
        )
    )
    assert by_row[0, 1] == 14
    assert set(found.groups) == {"segment", "stage", "cohort", "seats"}
    assert found.groups["cohort"].names


def test_outreach_counts_from_four_weeks_before_an_as_of_to_the_end_of_its_gap(firm: Firm) -> None:
    firm.facts("interactions", [{"account": 1, "occurred_at": ago(30), "kind": "call"}])
    reached = rows(made(firm), "contacted")
    assert [reached[point, 1] for point in range(3)] == [False, False, True]
    assert not reached[0, 2]


def test_bands_over_the_as_ofs_alone_need_no_days_between(firm: Firm) -> None:
    quick, daily = made(firm, daily=False), made(firm)
    assert quick.score.tolist() == pytest.approx(daily.score.tolist(), nan_ok=True)


def test_without_dates_there_is_one_as_of(firm: Firm) -> None:
    gone = Outcome("gone", Kind.CHURNED, Snapshot(parse("account.seats < 50")), Span(0, DAYS))
    found = made(firm, gone)
    assert len(found.as_ofs) == 1
    assert rows(found, "state") == {(0, 1): KEPT, (0, 2): HAPPENED, (0, 4): KEPT}
    assert np.isnan(found.days).all()
