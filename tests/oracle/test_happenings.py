"""Compiled SQL = the slow meaning, for every kind of event, over facts with revisions and ends to come."""

import os
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keepwell.proof.outcome import Dated, Event, Gap, Inactive, Moved, Renewal, Snapshot
from keepwell.signals.expression import parse
from keepwell.signals.facts import Fact
from keepwell.signals.window import Span
from keepwell.sql.outcomes import happenings_statement, snapshot_statement
from tests.oracle.happenings import Happened, happened
from tests.oracle.warehouse import Facts

EXAMPLES = int(os.environ.get("KEEPWELL_ORACLE_EXAMPLES", "40"))
BERLIN = ZoneInfo("Europe/Berlin")
FIRST = datetime(2024, 2, 20, tzinfo=UTC)
"""Berlin's clocks go forward on 31 March; no local time occurs twice within the year's first nine months."""

days = st.integers(0, 90).map(lambda count: FIRST + timedelta(hours=12 * count))
amounts = st.sampled_from([None, *map(Decimal, ("0", "10", "25", "100"))])


@st.composite
def revisions(draw: st.DrawFn, key: int) -> list[Fact]:
    """A subscription and its later revisions."""
    account, began = draw(st.integers(1, 2)), draw(days)
    known = draw(st.lists(days, min_size=1, max_size=3, unique=True))
    return [
        Fact(
            "subscriptions",
            account,
            UUID(int=key),
            began,
            at,
            "test",
            {
                "ended_at": draw(st.none() | days),
                "renews_at": draw(st.none() | days),
                "amount": draw(amounts),
                "plan": draw(st.sampled_from(["basic", "pro", None])),
            },
        )
        for at in known
    ]


@st.composite
def orders(draw: st.DrawFn) -> list[Fact]:
    """Orders of two accounts."""
    made = draw(st.lists(st.tuples(st.integers(1, 2), days, amounts), max_size=8))
    return [
        Fact("orders", account, UUID(int=place + 1), at, at, "test", {"amount": amount})
        for place, (account, at, amount) in enumerate(made)
    ]


subscriptions = st.integers(0, 5).flatmap(
    lambda count: st.tuples(*(revisions(key + 1) for key in range(count))).map(
        lambda each: [fact for facts in each for fact in facts]
    )
)
graces = st.sampled_from(["0 days", "36 hours", "7 days", "1 month"]).map(Span.parse)
wheres = st.sampled_from([None, parse("plan == 'pro'")])


def check(event: Event, facts: Sequence[Fact], through: datetime) -> None:
    """Fails unless the statement finds what the slow meaning finds."""
    table = facts[0].table if facts else "subscriptions"
    store = Facts.opened()
    store.fill([table], facts, BERLIN)
    statement = happenings_statement(event, store.tables([table]), BERLIN, through)
    rows = store.query(statement)
    found = [(row["account"], row["at"], row["amount"], row["voluntary"]) for row in rows]
    assert [row[:2] for row in found] == sorted(row[:2] for row in found)
    expected = happened(event, facts, BERLIN, through)
    assert sorted(found, key=_order) == sorted(expected, key=_order), statement.sql("duckdb", pretty=True)


def _order(row: Happened) -> tuple[object, ...]:
    account, at, amount, voluntary = row
    return account, at, amount is not None, amount or 0.0, voluntary is not None, bool(voluntary)


@given(subscriptions, days, st.sampled_from(["ended_at", "renews_at", None]), wheres)
@settings(max_examples=EXAMPLES, deadline=None)
def test_what_has_a_date(facts: list[Fact], through: datetime, at: str | None, where: None) -> None:
    if facts:
        check(Dated("subscriptions", at, where, parse("amount * 12"), parse("plan == 'pro'")), facts, through)


@given(subscriptions, days, graces, wheres)
@settings(max_examples=2 * EXAMPLES, deadline=None)
def test_where_covers_end(facts: list[Fact], through: datetime, grace: Span, where: None) -> None:
    if facts:
        check(Gap("subscriptions", grace, where), facts, through)


@given(subscriptions, days, graces, wheres)
@settings(max_examples=2 * EXAMPLES, deadline=None)
def test_what_fell_due_and_was_renewed(
    facts: list[Fact], through: datetime, grace: Span, where: None
) -> None:
    if facts:
        check(Renewal("subscriptions", grace, where), facts, through)


@given(subscriptions, days, graces, st.booleans(), st.sampled_from([0.0, 0.25]))
@settings(max_examples=2 * EXAMPLES, deadline=None)
def test_where_levels_move(facts: list[Fact], through: datetime, grace: Span, up: bool, by: float) -> None:
    if facts:
        check(Moved("subscriptions", "amount", up, by, None, grace), facts, through)


@given(orders(), days, graces)
@settings(max_examples=EXAMPLES, deadline=None)
def test_where_nothing_comes_for_long(facts: list[Fact], through: datetime, after: Span) -> None:
    if facts and after.count:
        check(Inactive("orders", after, parse("amount > 5")), facts, through)


def test_a_snapshot_asks_attributes_and_has_no_dates() -> None:
    accounts = [
        Fact("accounts", number, UUID(int=number), FIRST, known, "test", {"plan": plan})
        for number, known, plan in [
            (1, FIRST, "pro"),
            (1, FIRST + timedelta(days=1), "gone"),
            (2, FIRST, "pro"),
            (3, FIRST, None),
        ]
    ]
    store = Facts.opened()
    store.fill(["accounts"], accounts, BERLIN)
    event = Snapshot(parse("account.plan == 'gone'"))
    rows = store.query(snapshot_statement(event, store.tables(["accounts"])["accounts"], BERLIN))
    assert [(row["account"], row["happened"]) for row in rows] == [(1, True), (2, False), (3, None)]
    with pytest.raises(ValueError, match="a snapshot has no dates"):
        happenings_statement(event, store.tables(["accounts"]), BERLIN, FIRST)
