"""What is said of outcomes, of a firm small enough to be counted by hand."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from keepwell.clock import pinned
from keepwell.errors import UserError
from keepwell.project.declared.outcomes import OUTCOMES
from keepwell.project.document import parse as parsed
from keepwell.project.report import Report
from keepwell.project.shape.compound import Fields
from keepwell.proof.outcome import Dated, Gap, Kind, Outcome, Population, Snapshot
from keepwell.runs.contradicting import Contradiction, contradicting, told
from keepwell.runs.outcomes import outcomes
from keepwell.signals.expression import parse
from keepwell.signals.window import NO_TIME, Span
from keepwell.sources.source import Files, Source, Take
from tests.runs.firm import Firm, ago, project

MONTH = Span.parse("30 days")
ENDED = Outcome("ended", Kind.CHURNED, Dated("accounts", "ended_at"), MONTH, Span.parse("7 days"))
LAPSED = Outcome("lapsed", Kind.CHURNED, Gap("subscriptions", NO_TIME), MONTH)
FLAGGED = Outcome("flagged", Kind.CHURNED, Snapshot(parse("account.plan == 'gone'")), NO_TIME)


@pytest.fixture
def firm(tmp_path: Path) -> Iterator[Firm]:
    """Accounts 1 to 5: 1 and 2 have ended, of 2 and 3 the subscription, 3 and 4 are flagged, of 5 nobody knows."""
    with pinned(datetime(2026, 1, 1, tzinfo=UTC)), Firm(tmp_path) as made:
        plans = {1: "pro", 2: "pro", 3: "gone", 4: "gone", 5: None}
        ends = {1: ago(100), 2: ago(40)}
        for number, plan in plans.items():
            made.account(number, ago(300), seats=number, plan=plan, ended_at=ends.get(number))
        made.facts(
            "subscriptions",
            [
                {
                    "account": number,
                    "occurred_at": ago(200),
                    "ended_at": ago(41) if number in (2, 3) else None,
                }
                for number in plans
            ],
        )
        made.logins(4, ago(0))
        yield made


def test_each_outcome_is_counted(firm: Firm) -> None:
    population = Population(where=parse("account.seats >= 4"))
    own = project(outcomes=(replace(ENDED, population=population), FLAGGED))
    ended, flagged = outcomes(own, firm.warehouse).lines
    assert (ended.happened, ended.accounts, ended.dated) == (2, 2, True)
    assert (ended.first, ended.last) == (ago(100), ago(40))
    assert ended.months == ((date(2025, 3, 1), 1), (date(2025, 4, 1), 0), (date(2025, 5, 1), 1))
    assert ended.through == ago(0)
    assert ended.judged_to == ago(37), "the horizon and the gap before the end of the data"
    assert (ended.at_risk, ended.active) == (2, 3)
    assert ended.worries == ()
    assert (flagged.happened, flagged.accounts, flagged.unknown) == (2, 2, 1)
    assert (flagged.first, flagged.through, flagged.judged_to, flagged.months) == (None, None, None, ())


def test_outcomes_of_one_kind_that_disagree_are_told(firm: Firm) -> None:
    own = project(outcomes=(ENDED, LAPSED, FLAGGED))
    found = outcomes(own, firm.warehouse)
    assert found.contradictions == (
        Contradiction("churned", "ended", "lapsed", both=1, only_one=1, only_other=1, neither=2),
        # of account 5 the flag says nothing
        Contradiction("churned", "ended", "flagged", both=0, only_one=2, only_other=2, neither=0),
        Contradiction("churned", "lapsed", "flagged", both=1, only_one=1, only_other=1, neither=1),
    )
    assert found.contradictions[0].disagree == 2
    assert found.judging == {"health": "ended"}


def test_what_contradicts_the_outcome_that_judges_is_said_with_numbers(firm: Firm) -> None:
    unloaded = replace(LAPSED, name="unloaded", event=Dated("orders"))
    own = project(outcomes=(LAPSED, ENDED, FLAGGED, unloaded))
    found = contradicting(own, firm.warehouse, LAPSED)
    assert found == (
        Contradiction("churned", "lapsed", "ended", both=1, only_one=1, only_other=1, neither=2),
        Contradiction("churned", "lapsed", "flagged", both=1, only_one=1, only_other=1, neither=1),
    )
    assert told(found[0]).text == (
        "lapsed and ended contradict each other about 40% of the accounts: both name 1, only lapsed 1, only ended 1. "
        "Only you know which is true; this is judged by lapsed."
    )
    assert contradicting(project(outcomes=(LAPSED,)), firm.warehouse, LAPSED) == ()


def test_those_of_other_kinds_and_those_that_agree_are_not(firm: Firm) -> None:
    again = replace(ENDED, name="again", horizon=Span.parse("60 days"))
    other = replace(LAPSED, name="renewed", kind=Kind.RENEWED)
    assert outcomes(project(outcomes=(ENDED, again, other)), firm.warehouse).contradictions == ()


def test_what_stands_in_the_way_is_said(firm: Firm) -> None:
    never = Outcome("never", Kind.CHURNED, Dated("accounts", "ended_at", parse("plan == 'x'")), MONTH)
    far = replace(ENDED, name="far", horizon=Span.parse("5 years"))
    all_of_them = replace(FLAGGED, name="all", event=Snapshot(parse("account.seats >= 0")))
    worries = [
        line.worries for line in outcomes(project(outcomes=(never, far, all_of_them)), firm.warehouse).lines
    ]
    assert worries == [
        ("It has never happened, so that nothing can be judged by it.",),
        ("Its horizon is longer than the data: there is no score that is old enough to be judged.",),
        ("It has happened to every account, so that nothing can be judged by it.",),
    ]


def test_causes_are_counted_where_something_tells_them(firm: Firm) -> None:
    event = Dated("accounts", "ended_at", voluntary=parse("end_reason != 'card'"))
    known, silent = outcomes(
        project(outcomes=(replace(ENDED, event=event), replace(ENDED, name="b"))), firm.warehouse
    ).lines
    assert known.causes == {"voluntary": 0, "payment_failure": 0, "unknown": 2}
    assert silent.causes == {}


def source(table: str, *columns: str) -> Source:
    return Source(table, table, Files(("x.csv",)), {name: Take(name) for name in columns})


@pytest.mark.parametrize(
    ("sources", "fitting"),
    [
        ((source("outcomes", "kind"), source("subscriptions", "ended_at")), "event: {from: outcomes"),
        ((source("accounts", "began_at", "ended_at"),), "event: {from: accounts, at: ended_at}"),
        (
            (source("accounts", "began_at"), source("subscriptions", "ended_at")),
            "lapse: {from: subscriptions",
        ),
        ((source("orders", "ordered_at"),), "inactive: {from: orders, for: 180 days}"),
        ((), "event: {from: outcomes"),
    ],
)
def test_without_outcomes_it_says_what_to_write(
    firm: Firm, sources: tuple[Source, ...], fitting: str
) -> None:
    with pytest.raises(UserError, match="declares no outcomes") as told:
        outcomes(project(sources=sources), firm.warehouse)
    assert fitting in told.value.do
    written = told.value.do.removeprefix("write it, for example: ")
    report = Report()
    node = parsed(written, "outcomes.yml", report)
    assert node is not None
    fields = OUTCOMES.read(node, report)
    assert isinstance(fields, Fields), report.problems
    assert fields["outcomes"][0].value["kind"] == "churned"
