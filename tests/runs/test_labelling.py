"""What happened in a small firm, and up to when that is known; who is at risk."""

import math
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from keepwell.clock import pinned
from keepwell.errors import UserError
from keepwell.proof.outcome import Cause, Dated, Gap, Kind, Outcome, Population, Snapshot
from keepwell.runs import purposes
from keepwell.runs.at_risk import asking, at_risk
from keepwell.runs.labelling import causes, happenings, reached, snapshot, through
from keepwell.runs.observing import Observer
from keepwell.signals.expression import parse
from keepwell.signals.window import Span
from keepwell.sql.statement import Point
from tests.runs.firm import AS_OF, Firm, ago, project

NOW = datetime(2026, 1, 1, tzinfo=UTC)
MONTH = Span.parse("30 days")
ENDED = Outcome("churn", Kind.CHURNED, Dated("accounts", "ended_at"), MONTH)
LAPSED = Outcome("lapse", Kind.CHURNED, Gap("subscriptions", Span.parse("10 days")), MONTH)


@pytest.fixture
def firm(tmp_path: Path) -> Iterator[Firm]:
    with pinned(NOW), Firm(tmp_path) as made:
        yield made


def term(account: int, began: float, ended: float | None, **columns: Any) -> dict[str, Any]:
    """A subscription from so many days ago to so many days ago."""
    end = None if ended is None else ago(ended)
    return {"account": account, "occurred_at": ago(began), "ended_at": end, **columns}


def test_an_end_is_read_at_its_latest_revision(firm: Firm) -> None:
    firm.account(1, ago(100), key="00000000-0000-0000-0000-0000000000a1", ended_at=ago(20))
    firm.account(2, ago(100), ended_at=ago(30))
    firm.facts(
        "accounts",
        [{"account": 1, "occurred_at": ago(100), "key": "00000000-0000-0000-0000-0000000000a1"}],
        known=ago(10),
    )
    found = happenings(project(), firm.warehouse, ENDED)
    assert (list(found.account), list(found.counts)) == ([2], [True])
    assert found.at[0] == np.datetime64(ago(30).replace(tzinfo=None))
    assert math.isnan(found.amount[0])


def test_the_data_reaches_as_far_as_anything_has_occurred(firm: Firm) -> None:
    firm.account(1, ago(100), ended_at=ago(3))
    firm.account(2, ago(100), ended_at=NOW + (NOW - AS_OF))
    firm.logins(2, ago(5))
    lapse = replace(ENDED, event=Dated("events"))
    assert reached(project(), firm.warehouse, lapse) == ago(5)
    assert reached(project(), firm.warehouse, ENDED) == ago(3)
    firm.logins(2, NOW)
    assert reached(project(), firm.warehouse, lapse) == NOW
    assert list(happenings(project(), firm.warehouse, ENDED).account) == [1]


def test_a_gap_is_known_only_once_its_grace_is_over(firm: Firm) -> None:
    firm.account(1, ago(100))
    firm.facts(
        "subscriptions",
        [term(1, 90, 60, amount=20), term(1, 52, 5, amount=30), term(2, 90, 40, amount=70)],
    )
    firm.logins(1, ago(0))
    found = happenings(project(), firm.warehouse, LAPSED)
    assert [(int(a), float(amount)) for a, amount in zip(found.account, found.amount, strict=True)] == [
        (2, 70)
    ]
    assert through(project(), firm.warehouse, LAPSED) == ago(10)
    firm.logins(1, AS_OF + (ago(0) - ago(6)))
    assert list(happenings(project(), firm.warehouse, LAPSED).account) == [1, 2]


def test_until_is_the_end_of_a_day_in_the_zone(firm: Firm) -> None:
    firm.account(1, ago(100))
    declared = replace(ENDED, until="2025-03-01")
    assert through(project(), firm.warehouse, declared) == datetime(2025, 3, 1, 23, tzinfo=UTC)
    assert through(project(), firm.warehouse, replace(ENDED, until="2027-01-01")) == NOW


def test_an_end_of_another_cause_does_not_count_nor_does_one_of_no_known_cause(firm: Firm) -> None:
    for number, reason in enumerate(["asked", "card declined", None], 1):
        firm.account(number, ago(100), ended_at=ago(number), end_reason=reason)
    event = Dated("accounts", "ended_at", voluntary=parse("end_reason != 'card declined'"))
    own = project()
    for cause, expected in (
        (None, [True, True, True]),
        (Cause.VOLUNTARY, [True, False, False]),
        (Cause.PAYMENT_FAILURE, [False, True, False]),
    ):
        outcome = replace(ENDED, event=event, cause=cause)
        assert list(happenings(own, firm.warehouse, outcome).counts) == expected
    assert causes(own, firm.warehouse, replace(ENDED, event=event)) == {
        "voluntary": 1,
        "payment_failure": 1,
        "unknown": 1,
    }


def test_a_snapshot_has_no_dates(firm: Firm) -> None:
    for number, plan in enumerate(["gone", "pro", None], 1):
        firm.account(number, ago(100), plan=plan)
    outcome = replace(ENDED, event=Snapshot(parse("account.plan == 'gone'")))
    found = snapshot(project(), firm.warehouse, outcome)
    assert (list(found.account), list(found.happened)) == ([1, 2, 3], [1, 0, -1])
    with pytest.raises(UserError, match="nobody knows when it happened"):
        happenings(project(), firm.warehouse, outcome)
    with pytest.raises(UserError, match="churn has dates"):
        snapshot(project(), firm.warehouse, ENDED)


@pytest.mark.parametrize(
    ("event", "what"),
    [
        (Gap("subscriptions", MONTH), "needs the table subscriptions"),
        (Dated("events", where=parse("tag == 'x'")), r"needs events\.tag"),
    ],
)
def test_what_has_not_been_loaded_is_named(firm: Firm, event: Gap | Dated, what: str) -> None:
    firm.account(1, ago(100))
    with pytest.raises(UserError, match=f"{what}, which has not been loaded") as told:
        happenings(project(), firm.warehouse, replace(ENDED, event=event))
    assert told.value.do == "load the data first: keepwell load"


def test_who_is_at_risk(firm: Firm) -> None:
    """Account 1 renews in 10 days; 2 in 40; 3 has ended; 4 is small; 5 renews in 10 days, but the contract has ended."""
    for number, seats in enumerate([60, 60, 60, 5, 60], 1):
        firm.account(number, ago(100), seats=seats, ended_at=ago(1) if number == 3 else None)
    firm.facts(
        "subscriptions",
        [
            term(number, 90, 2 if number == 5 else None, renews_at=ago(-40 if number == 2 else -10))
            for number in (1, 2, 3, 4, 5)
        ],
    )
    own = project()

    def risky(population: Population) -> list[int]:
        outcome = replace(ENDED, population=population)
        definition = asking(purposes.unscored(own), outcome)
        observed = Observer(firm.warehouse, (definition,)).sight(Point.at(AS_OF)).observed
        return [int(each) for each in observed.accounts[at_risk(outcome, observed, own.zone)]]

    assert risky(Population()) == [1, 2, 4, 5]
    assert risky(Population(where=parse("account.seats > 10"))) == [1, 2, 5]
    assert risky(Population(renewal_within=MONTH)) == [1, 4]
    assert risky(Population(segments=frozenset(("big",)), renewal_within=MONTH)) == [1]
    assert risky(Population(where=parse("nps > 1"))) == []
