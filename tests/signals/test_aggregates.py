"""Each aggregate, worked by hand, at its edges too. D is a midnight in Berlin, ten days after clocks went forward."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from keepwell.signals.aggregates import slope, trend_buckets
from keepwell.signals.definition import Aggregate, How, Signal, State
from keepwell.signals.expression import Expression, Name, parse
from keepwell.signals.facts import Fact
from keepwell.signals.meaning import Value
from keepwell.signals.reference import values
from keepwell.signals.window import Span, Window

ZONE = ZoneInfo("Europe/Berlin")
TODAY = date(2024, 4, 10)
TICK = timedelta(microseconds=1)
HOUR = timedelta(hours=1)


def ago(days: int, hours: float = 0) -> datetime:
    """So many calendar days before D, at so many hours after that midnight."""
    local = datetime.combine(TODAY - timedelta(days=days), datetime.min.time(), tzinfo=ZONE)
    return local.astimezone(UTC) + hours * HOUR


D = ago(0)

Row = tuple[datetime, dict[str, Value]]


def asked(how: Aggregate, *rows: Row, known: list[datetime] | None = None) -> Value:
    facts = [
        Fact(how.table, 1, UUID(int=number), at, known[number] if known else min(at, D - TICK), "x", columns)
        for number, (at, columns) in enumerate(rows)
    ]
    return values([Signal("s", how)], facts, [1], as_of=D, horizon=D, zone=ZONE)[1]["s"]


def orders(how: How, column: str, *held: Value, window: Window | None = None) -> Value:
    aggregate = Aggregate(how, "orders", column=parse(column), window=window)
    return asked(aggregate, *[(ago(number + 1), {column: value}) for number, value in enumerate(held)])


def exactly(found: Value, wanted: Value) -> bool:
    return found == wanted and type(found) is type(wanted)


MONEY = [Decimal("0.1000"), Decimal("0.2000"), Decimal("10.0001")]


class TestCount:
    def test_counts_facts(self) -> None:
        assert asked(Aggregate(How.COUNT, "events"), (ago(1), {}), (ago(1), {}), (ago(900), {})) == 3


class TestSum:
    def test_of_whole_numbers_is_exact(self) -> None:
        assert exactly(orders(How.SUM, "quantity", 2**53, 1, None), 2**53 + 1)

    def test_of_money_is_exact(self) -> None:
        assert exactly(orders(How.SUM, "amount", *MONEY), Decimal("10.3001"))

    def test_of_fractions(self) -> None:
        assert exactly(orders(How.SUM, "discount", 0.5, 0.25), 0.75)

    def test_of_an_expression(self) -> None:
        how = Aggregate(How.SUM, "orders", column=parse("amount * quantity"))
        assert (
            asked(how, (ago(1), {"amount": Decimal("1.5"), "quantity": 2}), (ago(2), {"quantity": 5})) == 3.0
        )

    def test_of_nothing_known_is_unknown(self) -> None:
        assert orders(How.SUM, "quantity", None, None) is None


class TestMeanAndMedian:
    def test_mean_of_what_is_known(self) -> None:
        assert exactly(orders(How.MEAN, "quantity", 1, None, 2), 1.5)
        assert orders(How.MEAN, "amount", *MONEY) == pytest.approx(10.3001 / 3, rel=1e-12)

    def test_median_is_the_middle_one(self) -> None:
        assert exactly(orders(How.MEDIAN, "quantity", 9, 1, None, 4), 4.0)

    def test_median_of_an_even_count_is_between_the_middle_two(self) -> None:
        assert orders(How.MEDIAN, "quantity", 9, 1, 4, 5) == 4.5
        assert exactly(orders(How.MEDIAN, "amount", Decimal("1.5"), Decimal("2.5")), 2.0)


class TestMinAndMax:
    def test_keep_their_kind(self) -> None:
        assert exactly(orders(How.MIN, "quantity", 3, None, 2), 2)
        assert exactly(orders(How.MAX, "amount", *MONEY), Decimal("10.0001"))

    def test_of_text_go_by_code_point(self) -> None:
        assert orders(How.MIN, "category", "a", "Z", "é") == "Z"
        assert orders(How.MAX, "category", "a", "Z", "é") == "é"


class TestLast:
    HOW = Aggregate(How.LAST, "surveys", column=parse("score"))

    def test_is_the_latest_that_is_known(self) -> None:
        rows: list[Row] = [(ago(3), {"score": 3.0}), (ago(2), {"score": 8.0}), (ago(1), {"score": None})]
        assert asked(self.HOW, *rows) == 8.0

    def test_of_the_same_instant_is_the_one_known_last(self) -> None:
        rows: list[Row] = [(ago(3), {"score": 3.0}), (ago(3), {"score": 8.0})]
        assert asked(self.HOW, *rows, known=[ago(1), ago(2)]) == 3.0

    def test_of_the_same_clocks_is_the_one_with_the_greatest_key(self) -> None:
        rows: list[Row] = [(ago(3), {"score": 3.0}), (ago(3), {"score": 8.0})]
        assert asked(self.HOW, *rows) == 8.0

    def test_may_be_text(self) -> None:
        how = Aggregate(How.LAST, "subscriptions", column=parse("plan"))
        assert asked(how, (ago(9), {"plan": "basic"}), (ago(2), {"plan": "pro"})) == "pro"

    def test_goes_by_the_instant_it_is_told_to(self) -> None:
        how = Aggregate(How.LAST, "tickets", column=parse("priority"), at="first_response_at")
        rows: list[Row] = [
            (ago(9), {"priority": "low", "first_response_at": ago(1)}),
            (ago(5), {"priority": "high", "first_response_at": ago(4)}),
            (ago(2), {"priority": "urgent"}),
        ]
        assert asked(how, *rows) == "low"


class TestDistinct:
    def test_counts_people_if_nothing_else_is_said(self) -> None:
        rows: list[Row] = [(ago(1), {"contact": contact}) for contact in (7, 8, 7, None)]
        assert asked(Aggregate(How.DISTINCT, "events"), *rows) == 2

    def test_counts_values(self) -> None:
        assert orders(How.DISTINCT, "category", "a", "A", "a", None) == 2

    def test_of_nothing_known_is_unknown(self) -> None:
        assert orders(How.DISTINCT, "category", None) is None


class TestDays:
    def test_active_days_are_local_calendar_days(self) -> None:
        # 22:30 and 23:30 UTC of the same day are two days in Berlin in summer only if midnight lies between.
        how = Aggregate(How.ACTIVE_DAYS, "events")
        assert asked(how, (ago(2, -0.5), {}), (ago(2, 0.5), {}), (ago(2, 23), {})) == 2

    def test_active_days_over_the_day_of_23_hours(self) -> None:
        how = Aggregate(How.ACTIVE_DAYS, "events")
        assert asked(how, (ago(10), {}), (ago(10, 22.9), {})) == 1
        assert asked(how, (ago(10), {}), (ago(10, 23), {})) == 2

    def test_days_since_last_are_calendar_days(self) -> None:
        how = Aggregate(How.DAYS_SINCE_LAST, "events")
        assert asked(how, (ago(5), {}), (ago(1, 23.9), {})) == 1
        assert asked(how, (ago(2, 23.9), {})) == 2
        assert asked(how) is None

    def test_days_until_the_nearest_to_come(self) -> None:
        how = Aggregate(How.DAYS_UNTIL, "subscriptions", column=Name("renews_at"))

        def renewing(*instants: datetime | None, **more: Value) -> Value:
            return asked(how, *[(ago(50), {"renews_at": instant, **more}) for instant in instants])

        assert renewing(ago(-30), ago(-20, 12), ago(40), None) == 20
        assert renewing(D) == 0
        assert renewing(D - TICK) is None
        assert renewing(ago(-1) - TICK) == 0
        assert renewing(ago(-3), ended_at=ago(2)) is None
        assert renewing(ago(-3), ended_at=D) == 3

    def test_days_until_of_a_table_without_an_end_reads_all(self) -> None:
        how = Aggregate(How.DAYS_UNTIL, "overrides", column=Name("until_at"))
        assert asked(how, (ago(9), {"until_at": ago(-4)})) == 4


class TestOpen:
    def test_counts_what_is_open(self) -> None:
        how = Aggregate(How.OPEN, "tickets")
        rows: list[Row] = [(ago(9), {}), (ago(9), {"closed_at": D}), (ago(9), {"closed_at": D - TICK})]
        assert asked(how, *rows) == 2

    def test_looks_at_when_they_began_if_a_window_is_said(self) -> None:
        how = Aggregate(How.OPEN, "tickets", window=Window(Span.parse("7 days")))
        assert asked(how, (ago(7), {}), (ago(7) - TICK, {})) == 1


class TestDuration:
    WEEK = Window(Span.parse("7 days"))

    def test_is_the_mean_length_of_what_ended_in_the_window(self) -> None:
        how = Aggregate(How.DURATION, "tickets", window=self.WEEK)
        rows: list[Row] = [
            (ago(8), {"closed_at": ago(6)}),  # 2 days
            (ago(7), {"closed_at": ago(7, 12)}),  # 0.5 days
            (ago(30), {"closed_at": ago(7) - TICK}),  # too early
            (ago(3), {"closed_at": D}),  # not yet
            (ago(3), {}),
        ]
        assert exactly(asked(how, *rows), 1.25)

    def test_is_elapsed_time_over_the_lost_hour(self) -> None:
        how = Aggregate(How.DURATION, "tickets", hours=True)
        assert asked(how, (ago(10), {"closed_at": ago(9)})) == 23.0
        assert asked(Aggregate(How.DURATION, "tickets"), (ago(10), {"closed_at": ago(9)})) == 23 / 24

    def test_may_be_negative_where_the_data_is(self) -> None:
        assert asked(Aggregate(How.DURATION, "tickets"), (ago(3), {"closed_at": ago(4)})) == -1.0

    def test_of_a_column_is_its_mean_over_what_ended_in_the_window(self) -> None:
        how = Aggregate(How.DURATION, "tickets", column=Name("satisfaction"), window=self.WEEK)
        rows: list[Row] = [
            (ago(20), {"satisfaction": 4.0, "closed_at": ago(7)}),
            (ago(20), {"satisfaction": 1.0, "closed_at": ago(8)}),
            (ago(2), {"satisfaction": 1.0}),
        ]
        assert asked(how, *rows) == 4.0

    def test_of_a_column_looks_at_the_instant_it_is_told_to(self) -> None:
        response = parse("hours_between(first_response_at, opened_at)")
        how = Aggregate(How.DURATION, "tickets", column=response, window=self.WEEK, at="first_response_at")
        rows: list[Row] = [
            (ago(5), {"first_response_at": ago(5, 3)}),
            (ago(4), {"first_response_at": ago(4, 1), "closed_at": ago(2)}),
            (ago(9), {"first_response_at": ago(8)}),
        ]
        assert asked(how, *rows) == 2.0

    def test_of_a_column_in_a_table_without_an_end_looks_at_when_it_occurred(self) -> None:
        how = Aggregate(How.DURATION, "events", column=Name("duration"), window=self.WEEK)
        assert asked(how, (ago(7), {"duration": 4.0}), (ago(8), {"duration": 9.0})) == 4.0


class TestRate:
    def test_is_the_count_per_period(self) -> None:
        how = Aggregate(
            How.RATE,
            "events",
            window=Window(Span.parse("35 days"), Span.parse("7 days")),
            per=Span.parse("7 days"),
        )
        assert exactly(asked(how, *[(ago(day), {}) for day in (6, 7, 8, 9, 35, 36)]), 0.75)
        assert asked(how, (ago(1), {})) is None

    def test_counts_a_month_as_30_days(self) -> None:
        how = Aggregate(How.RATE, "events", window=Window(Span.parse("3 months")), per=Span.parse("30 days"))
        assert asked(how, *[(ago(day), {}) for day in (1, 2, 3)]) == 1.0


class TestGapRatio:
    HOW = Aggregate(How.GAP_RATIO, "orders")

    def test_is_the_wait_over_the_median_gap(self) -> None:
        # Days 40, 30, 26 and 20 ago: gaps 10, 4, 6; median 6; 20 days since.
        rows: list[Row] = [(ago(day), {}) for day in (40, 30, 26, 20)]
        assert asked(self.HOW, *rows) == pytest.approx(20 / 6, rel=1e-12)

    def test_takes_the_middle_of_an_even_count_of_gaps(self) -> None:
        assert asked(self.HOW, *[(ago(day), {}) for day in (15, 10, 3)]) == 3 / 6  # gaps 5 and 7

    def test_counts_a_day_once(self) -> None:
        assert asked(self.HOW, (ago(9), {}), (ago(9, 5), {}), (ago(5), {})) == 5 / 4

    def test_is_unknown_before_there_is_a_gap(self) -> None:
        assert asked(self.HOW, (ago(9), {})) is None
        assert asked(self.HOW, (ago(9), {}), (ago(9, 5), {})) is None


class TestTrend:
    def trend(
        self, per: str, window: str, column: Expression | None = None, until: str | None = None
    ) -> Aggregate:
        reach = Window(Span.parse(window), Span.parse(until) if until else None)
        return Aggregate(How.TREND, "events", column=column, window=reach, per=Span.parse(per))

    def test_is_the_slope_of_the_counts_oldest_first(self) -> None:
        # Weeks, oldest first: 1, 0, 2, 3. Slope = Σ(x - 1.5)(y - 1.5) / Σ(x - 1.5)² = 4 / 5.
        rows: list[Row] = [(ago(day), {}) for day in (28, 14, 8, 7, 6, 1)]
        assert asked(self.trend("7 days", "28 days"), *rows) == pytest.approx(0.8, rel=1e-12)

    def test_buckets_are_half_open_calendar_spans(self) -> None:
        # [14 days ago, 7 days ago) and [7 days ago, D): 1 and 2, so 1 more per bucket.
        how = self.trend("7 days", "14 days")
        assert asked(how, (ago(7) - TICK, {}), (ago(7), {}), (D - TICK, {})) == 1.0
        assert asked(how, (ago(14), {}), (ago(7) - TICK, {})) == -2.0
        assert asked(how, (ago(14) - TICK, {})) is None

    def test_of_a_column_is_the_slope_of_its_sums(self) -> None:
        how = self.trend("1 day", "3 days", column=Name("quantity"))
        rows: list[Row] = [(ago(3), {"quantity": 1}), (ago(2), {"quantity": 5}), (ago(1), {"quantity": 5})]
        assert asked(how, *rows, (ago(1), {"quantity": None})) == 2.0

    def test_uses_only_buckets_that_lie_wholly_in_the_window(self) -> None:
        assert list(trend_buckets(self.trend("7 days", "30 days"))) == [0, 1, 2, 3]
        assert list(trend_buckets(self.trend("7 days", "28 days", until="8 days"))) == [2, 3]
        assert list(trend_buckets(self.trend("1 month", "1 year"))) == list(range(12))
        assert list(trend_buckets(self.trend("6 hours", "1 day"))) == [0, 1, 2, 3]
        # 29 days ago is in the window of 30 days and in no bucket of it.
        assert asked(self.trend("7 days", "30 days"), (ago(29), {})) is None

    def test_months_are_calendar_months(self) -> None:
        # D is 10 April: [10 Feb, 10 Mar) and [10 Mar, 10 Apr); 29 days, then 31.
        how = self.trend("1 month", "2 months")
        assert asked(how, (ago(31) - TICK, {}), (ago(31), {}), (ago(31), {})) == 1.0

    def test_of_nothing_is_unknown(self) -> None:
        assert asked(self.trend("7 days", "28 days")) is None

    def test_of_one_bucket_is_unknown(self) -> None:
        assert asked(self.trend("7 days", "7 days"), (ago(1), {})) is None

    def test_a_slope(self) -> None:
        assert slope([1.0, 3.0]) == 2.0
        assert slope([5.0, 5.0, 5.0]) == 0.0
        assert slope([0.0, 1.0, 0.0, 3.0]) == pytest.approx(0.8)


def test_an_end_that_is_asked_for_counts_what_ended() -> None:
    how = Aggregate(
        How.COUNT, "tickets", state=State.ENDED, at="closed_at", window=Window(Span.parse("7 days"))
    )
    assert asked(how, (ago(30), {"closed_at": ago(7)}), (ago(2), {})) == 1
