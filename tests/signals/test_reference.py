"""Which facts count, what stands for nothing, and what signals make of each other: worked by hand."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from keepwell.signals.definition import Aggregate, Change, Feed, Formula, How, Ratio, Signal, State
from keepwell.signals.expression import parse
from keepwell.signals.facts import Fact, visible
from keepwell.signals.meaning import Value
from keepwell.signals.reference import account_row, population, values
from keepwell.signals.tables import TABLES
from keepwell.signals.window import Span, Window

ZONE = ZoneInfo("Europe/Berlin")
D = datetime(2024, 4, 10, tzinfo=ZONE).astimezone(
    UTC
)  # midnight in Berlin, ten days after clocks went forward
TICK = timedelta(microseconds=1)
DAY = timedelta(days=1)
WEEK_BEGINS = datetime(2024, 4, 3, tzinfo=ZONE).astimezone(UTC)
MONTH_BEGINS = datetime(2024, 3, 13, tzinfo=ZONE).astimezone(UTC)  # 28 days, before clocks changed

WEEK, FOUR_WEEKS = Window(Span.parse("7 days")), Window(Span.parse("28 days"))


class Made:
    """Facts with keys in the order in which they are made."""

    def __init__(self) -> None:
        self.facts: list[Fact] = []

    def add(
        self,
        table: str,
        occurred: datetime,
        *,
        account: int | None = 1,
        known: datetime | None = None,
        source: str = "app",
        key: int | None = None,
        **values: Value,
    ) -> "Made":
        number = UUID(int=len(self.facts) if key is None else key)
        self.facts.append(Fact(table, account, number, occurred, known or occurred, source, values))
        return self


def event(*instants: datetime) -> Made:
    made = Made()
    for instant in instants:
        made.add("events", instant)
    return made


def ask(
    made: Made,
    *signals: Signal,
    as_of: datetime = D,
    horizon: datetime | None = None,
    feeds: Sequence[Feed] = (),
) -> dict[str, Value]:
    found = values(signals, made.facts, [1], as_of=as_of, horizon=horizon or as_of, zone=ZONE, feeds=feeds)
    return found[1]


def asked(made: Made, how: Aggregate, missing: float | None = None, horizon: datetime | None = None) -> Value:
    return ask(made, Signal("s", how, missing=missing), horizon=horizon)["s"]


class TestTheWindow:
    COUNT = Aggregate(How.COUNT, "events", window=FOUR_WEEKS)

    def test_begins_at_its_first_instant(self) -> None:
        assert asked(event(MONTH_BEGINS), self.COUNT) == 1
        assert asked(event(MONTH_BEGINS - TICK), self.COUNT) is None

    def test_is_a_calendar_span_though_an_hour_was_lost(self) -> None:
        assert D - 28 * DAY + timedelta(hours=1) == MONTH_BEGINS

    def test_ends_before_the_instant(self) -> None:
        assert asked(event(D - TICK), self.COUNT) == 1
        assert asked(event(D), self.COUNT) is None

    def test_may_end_earlier_and_is_half_open_there_too(self) -> None:
        before = Aggregate(How.COUNT, "events", window=Window(Span.parse("28 days"), Span.parse("7 days")))
        assert asked(event(WEEK_BEGINS - TICK), before) == 1
        assert asked(event(WEEK_BEGINS), before) is None

    def test_of_hours_is_elapsed_time(self) -> None:
        over_the_change = datetime(2024, 3, 31, 9, tzinfo=ZONE).astimezone(UTC)
        made = event(
            over_the_change - 24 * timedelta(hours=1), over_the_change - 24 * timedelta(hours=1) - TICK
        )
        signal = Signal("s", Aggregate(How.COUNT, "events", window=Window(Span.parse("24 hours"))))
        assert ask(made, signal, as_of=over_the_change)["s"] == 1

    def test_without_one_all_the_past_counts(self) -> None:
        assert asked(event(D - 4000 * DAY, D - TICK, D), Aggregate(How.COUNT, "events")) == 2

    def test_may_look_at_another_instant(self) -> None:
        due = Aggregate(How.COUNT, "invoices", window=WEEK, at="due_at")
        made = Made().add("invoices", D - 40 * DAY, due_at=WEEK_BEGINS).add("invoices", D - DAY, due_at=D)
        made.add("invoices", D - DAY).add("invoices", D - DAY, due_at=WEEK_BEGINS - TICK)
        assert asked(made, due) == 1

    def test_without_one_another_instant_must_be_before_the_instant(self) -> None:
        made = Made().add("invoices", D - DAY, due_at=D - TICK).add("invoices", D - DAY, due_at=D)
        assert asked(made, Aggregate(How.COUNT, "invoices", at="due_at")) == 1

    def test_stays_where_it_is_when_the_horizon_is_earlier(self) -> None:
        made = event(MONTH_BEGINS - TICK, D - 4 * DAY, D - 2 * DAY)
        assert asked(made, self.COUNT, horizon=D - 3 * DAY) == 1


class TestWhatCounts:
    COUNT = Aggregate(How.COUNT, "events")

    def test_is_known_before_the_horizon(self) -> None:
        made = Made().add("events", D - DAY, known=D).add("events", D - DAY, known=D - TICK)
        assert asked(made, self.COUNT) == 1

    def test_is_the_accounts_own(self) -> None:
        assert asked(Made().add("events", D - DAY, account=2), self.COUNT) is None

    def test_satisfies_the_condition(self) -> None:
        made = (
            Made()
            .add("events", D - DAY, name="login")
            .add("events", D - DAY, name="x")
            .add("events", D - DAY)
        )
        login = parse("name == 'login'")
        assert asked(made, Aggregate(How.COUNT, "events", where=login)) == 1
        assert asked(made, Aggregate(How.COUNT, "events", where=parse("not name == 'login'"))) == 1

    def test_may_be_compared_with_the_instant_itself(self) -> None:
        overdue = Aggregate(How.COUNT, "invoices", where=parse("due_at < as_of"), state=State.OPEN)
        made = Made().add("invoices", D - 9 * DAY, due_at=D - TICK).add("invoices", D - 9 * DAY, due_at=D)
        made.add("invoices", D - 9 * DAY, due_at=D - DAY, paid_at=D - DAY)
        assert asked(made, overdue) == 1

    def test_is_open_until_its_end_has_come(self) -> None:
        made = Made().add("tickets", D - 9 * DAY).add("tickets", D - 9 * DAY, closed_at=D)
        made.add("tickets", D - 9 * DAY, closed_at=D - TICK).add("tickets", D)
        assert asked(made, Aggregate(How.COUNT, "tickets", state=State.OPEN)) == 2
        assert asked(made, Aggregate(How.COUNT, "tickets", state=State.ENDED)) == 1
        assert asked(made, Aggregate(How.COUNT, "tickets")) == 3

    def test_reads_the_revision_known_then(self) -> None:
        made = Made().add("tickets", D - 9 * DAY, key=1, priority="low")
        made.add("tickets", D - 9 * DAY, key=1, known=D - DAY, priority="high")
        made.add("tickets", D - 9 * DAY, key=1, known=D, priority="urgent")
        last = Aggregate(How.LAST, "tickets", column=parse("priority"))
        assert asked(made, last) == "high"
        assert asked(made, last, horizon=D - DAY) == "low"


class TestAccountsAndContext:
    def test_the_accounts_are_a_table_like_any_other(self) -> None:
        made = Made().add("accounts", D - 40 * DAY, seats=5).add("accounts", D - 40 * DAY, account=2, seats=9)
        assert asked(made, Aggregate(How.SUM, "accounts", column=parse("seats"))) == 5

    def test_context_belongs_to_the_accounts_of_its_sector(self) -> None:
        made = Made().add("accounts", D - 40 * DAY, sector="shipping")
        made.add("context", D - DAY, account=None, sector="shipping", value=1.5)
        made.add("context", D - DAY, account=None, sector="farming", value=9.0)
        made.add("context", D - DAY, account=None, value=9.0)
        assert asked(made, Aggregate(How.SUM, "context", column=parse("value"))) == 1.5

    def test_context_follows_the_sector_known_then(self) -> None:
        made = Made().add("accounts", D - 40 * DAY, key=1, sector="farming")
        made.add("accounts", D - 40 * DAY, key=1, known=D - DAY, sector="shipping")
        made.add("context", D - 9 * DAY, account=None, sector="shipping", value=1.5)
        value = Aggregate(How.LAST, "context", column=parse("value"))
        assert asked(made, value) == 1.5
        assert asked(made, value, horizon=D - 2 * DAY) is None

    def test_an_account_without_a_sector_has_no_context(self) -> None:
        made = Made().add("accounts", D - 40 * DAY).add("context", D - DAY, account=None, value=1.5)
        assert asked(made, Aggregate(How.COUNT, "context")) is None

    def test_an_account_is_active_from_its_beginning_to_its_end(self) -> None:
        made = Made().add("accounts", D - DAY, ended_at=D + DAY)

        def at(horizon: datetime) -> str:
            return population(account_row(1, visible(made.facts, "accounts", horizon)))

        assert [at(D - DAY), at(D), at(D + DAY), at(D + DAY + TICK)] == [
            "not begun",
            "active",
            "active",
            "ended",
        ]

    def test_an_account_that_is_not_there_has_no_row(self) -> None:
        assert account_row(1, []) is None


class TestNoValue:
    COUNT = Aggregate(How.COUNT, "events", window=WEEK)
    FEED = Feed("app", "events", Span.parse("3 days"))

    def test_is_unknown_where_nothing_counts(self) -> None:
        assert asked(Made(), self.COUNT) is None

    def test_is_what_missing_says(self) -> None:
        assert asked(Made(), self.COUNT, missing=0) == 0
        assert asked(Made(), self.COUNT, missing=2.5) == 2.5
        assert asked(event(D - DAY), self.COUNT, missing=0) == 1

    def test_is_replaced_only_while_the_feed_is_alive(self) -> None:
        zero = Signal("s", self.COUNT, missing=0)
        since = datetime(2024, 4, 7, tzinfo=ZONE)
        others = Made().add("events", since, account=2)
        assert ask(others, zero, feeds=[self.FEED])["s"] == 0
        silent = Made().add("events", since - TICK, account=2)
        assert ask(silent, zero, feeds=[self.FEED])["s"] is None

    def test_is_what_a_silent_feed_leaves_even_where_facts_count(self) -> None:
        made = event(WEEK_BEGINS)
        assert ask(made, Signal("s", self.COUNT))["s"] == 1
        assert ask(made, Signal("s", self.COUNT), feeds=[self.FEED])["s"] is None

    def test_is_left_by_any_of_several_feeds_of_the_table(self) -> None:
        feeds = [self.FEED, Feed("web", "events", Span.parse("3 days"))]
        assert ask(event(D - DAY), Signal("s", self.COUNT), feeds=feeds)["s"] is None
        both = event(D - DAY).add("events", D - DAY, source="web")
        assert ask(both, Signal("s", self.COUNT), feeds=feeds)["s"] == 2

    def test_depends_on_feeds_as_of_the_horizon(self) -> None:
        made = event(D - 2 * DAY)
        assert ask(made, Signal("s", self.COUNT, missing=0), feeds=[self.FEED])["s"] == 1
        earlier = D - 3 * DAY
        assert ask(made, Signal("s", self.COUNT, missing=0), horizon=earlier, feeds=[self.FEED])["s"] is None

    def test_of_a_silent_feed_reaches_all_that_is_computed_from_it(self) -> None:
        signals = (
            Signal("s", self.COUNT, missing=0),
            Signal("f", Formula(parse("coalesce(s, 7)")), missing=1),
            Signal("g", Formula(parse("known(s)"))),
            Signal("h", Aggregate(How.COUNT, "tickets"), missing=0),
        )
        found = ask(Made(), *signals, feeds=[self.FEED])
        assert found == {"s": None, "f": None, "g": None, "h": 0}

    def test_does_not_depend_on_feeds_of_other_tables(self) -> None:
        assert ask(
            event(D - DAY), Signal("s", self.COUNT), feeds=[Feed("desk", "tickets", Span.parse("1 day"))]
        )


class TestSignalsOfSignals:
    def found(
        self, meaning: Change | Ratio | Formula, missing: float | None = None, **counts: float
    ) -> Value:
        signals = [Signal(name, Formula(parse(repr(count)))) for name, count in counts.items()]
        signals.append(Signal("nothing", Formula(parse("null"))))
        made = Made().add("accounts", D - 40 * DAY, plan="pro", seats=4, fit=Decimal("2.5"))
        return ask(made, *signals, Signal("s", meaning, missing=missing))["s"]

    def test_change_is_a_fraction_of_what_it_is_against(self) -> None:
        assert self.found(Change("a", "b"), a=3, b=4) == -0.25
        assert self.found(Change("a", "b"), a=6, b=4) == 0.5
        assert self.found(Change("a", "b"), a=-6, b=-4) == 0.5

    def test_change_against_nothing_is_unknown(self) -> None:
        assert self.found(Change("a", "b"), a=3, b=0) is None
        assert self.found(Change("a", "nothing"), a=3) is None
        assert self.found(Change("nothing", "a"), a=3) is None
        assert self.found(Change("a", "b"), missing=0, a=3, b=0) == 0

    def test_ratio(self) -> None:
        assert self.found(Ratio("a", "b"), a=3, b=4) == 0.75
        assert self.found(Ratio("a", "b"), a=0, b=4) == 0.0
        assert self.found(Ratio("a", "b"), a=3, b=0) is None
        assert self.found(Ratio("nothing", "a"), a=3) is None

    @pytest.mark.parametrize(
        ("text", "value"),
        [
            ("a / account.seats", 0.75),
            ("a * 2 + 1", 7),
            ("account.plan == 'pro'", True),
            ("account.industry", None),
            ("days_between(as_of, account.began_at)", 41),  # 40 × 24 hours before this midnight is 23:00
            ("when(nothing > 1, 1, 2)", 2),
            ("coalesce(nothing, a)", 3),
        ],
    )
    def test_formulas_read_signals_attributes_and_the_instant(self, text: str, value: Value) -> None:
        assert self.found(Formula(parse(text)), a=3) == value

    def test_attributes_of_an_account_not_begun_are_unknown(self) -> None:
        made = Made().add("accounts", D, plan="pro")
        assert ask(made, Signal("s", Formula(parse("known(account.plan)"))))["s"] is False

    def test_the_order_they_are_given_in_does_not_matter(self) -> None:
        signals = (
            Signal("s", Ratio("a", "b")),
            Signal("b", Formula(parse("2"))),
            Signal("a", Formula(parse("3"))),
        )
        assert ask(Made(), *signals)["s"] == 1.5


def test_every_account_asked_for_is_answered() -> None:
    signal = Signal("s", Aggregate(How.COUNT, "events"), missing=0)
    made = event(D - DAY)
    found = values([signal], made.facts, [3, 1], as_of=D, horizon=D, zone=ZONE)
    assert found == {3: {"s": 0}, 1: {"s": 1}}


def test_every_table_can_be_counted() -> None:
    for name in TABLES:
        account = None if name == "context" else 1
        made = Made().add("accounts", D - DAY, sector="x", key=99)
        if name != "accounts":
            made.add(name, D - DAY, account=account, sector="x")
        assert asked(made, Aggregate(How.COUNT, name)) == 1
