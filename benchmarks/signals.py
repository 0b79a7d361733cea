"""Twenty signals as Keepwell computes them, and the best SQL that could be written by hand for the same."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from keepwell.signals.definition import Aggregate, Change, Formula, How, Ratio, Signal
from keepwell.signals.expression import parse
from keepwell.signals.tables import Kind
from keepwell.signals.window import Span, Unit, Window
from keepwell.sql.statement import Point, Request, signals_statement

AS_OF = datetime(2025, 6, 30, tzinfo=UTC)


def _days(start: int, end: int = 0) -> Window:
    return Window(Span(start, Unit.DAYS), Span(end, Unit.DAYS) if end else None)


def _counted(
    name: str,
    how: How,
    window: Window,
    *,
    where: str = "",
    column: str = "",
    missing: int | None = 0,
    per: int = 0,
) -> Signal:
    return Signal(
        name,
        Aggregate(
            how,
            "events",
            where=parse(where) if where else None,
            column=parse(column) if column else None,
            window=window,
            per=Span(per, Unit.DAYS) if per else None,
        ),
        missing=missing,
    )


SIGNALS = (
    _counted("active_days", How.ACTIVE_DAYS, _days(28)),
    _counted("active_days_90", How.ACTIVE_DAYS, _days(90)),
    _counted("users", How.DISTINCT, _days(28)),
    _counted("users_90", How.DISTINCT, _days(90)),
    _counted("events_7", How.COUNT, _days(7)),
    _counted("events_28", How.COUNT, _days(28)),
    _counted("events_before", How.COUNT, _days(56, 28)),
    _counted("quantity", How.SUM, _days(28), column="quantity"),
    _counted("duration", How.MEAN, _days(28), column="duration", missing=None),
    _counted("features", How.DISTINCT, _days(28), column="feature"),
    _counted("errors", How.COUNT, _days(28), where="name == 'event_0'"),
    _counted("core_90", How.COUNT, _days(90), where="name in ['event_1', 'event_2']"),
    _counted("baseline", How.RATE, _days(35, 7), where="name == 'event_3'", per=7),
    _counted("days_since_last", How.DAYS_SINCE_LAST, _days(90), missing=None),
    _counted("slowest", How.MAX, _days(28), column="value", missing=None),
    _counted("trend", How.TREND, _days(56), per=7, missing=None),
    Signal("change", Change("events_28", "events_before")),
    Signal("seat_use", Formula(parse("users / account.seats"))),
    Signal("error_rate", Ratio("errors", "events_28")),
    Signal("stickiness", Formula(parse("active_days / 28"))),
)


def statement(tables: Mapping[str, Mapping[str, Kind]], weeks: int) -> str:
    """Keepwell's statement at one as_of, or over that many weekly ones."""
    request = Request(SIGNALS, tables, ZoneInfo("UTC"))
    points = [Point.at(AS_OF - timedelta(weeks=week)) for week in reversed(range(weeks))]
    return signals_statement(request, points).sql("duckdb")


def by_hand(as_of: datetime = AS_OF) -> str:
    """The best we could write: one scan for what adds up, days as bits, users and features reduced to one row each first."""
    day = f"TIMESTAMP '{as_of:%Y-%m-%d}'"
    return f"""WITH recent AS NOT MATERIALIZED (
        SELECT account, contact, feature, quantity, duration, value, name,
            occurred_at >= {day} - INTERVAL 7 DAY AS in_7, occurred_at >= {day} - INTERVAL 28 DAY AS in_28,
            ({day}::DATE - 1 - occurred_on)::INTEGER AS ago
        FROM facts.events
        WHERE occurred_at >= {day} - INTERVAL 90 DAY AND occurred_at < {day} AND known_at < {day}
    ), added AS (
        SELECT account,
            bit_count(bit_or(1::BIGINT << ((ago + 60) % 60)) FILTER (in_28)) AS active_days,
            bit_count(bit_or(1::BIGINT << ((ago + 60) % 60)) FILTER (ago < 60))
                + coalesce(bit_count(bit_or(1::BIGINT << ((ago + 60) % 60)) FILTER (ago >= 60)), 0) AS active_days_90,
            count(*) FILTER (in_7) AS events_7, count(*) FILTER (in_28) AS events_28,
            count(*) FILTER (ago BETWEEN 28 AND 55) AS events_before, sum(quantity) FILTER (in_28) AS quantity,
            avg(duration) FILTER (in_28) AS duration, count(*) FILTER (in_28 AND name = 'event_0') AS errors,
            count(*) FILTER (name IN ('event_1', 'event_2')) AS core_90,
            count(*) FILTER (name = 'event_3' AND ago BETWEEN 7 AND 34) * 7 / 28.0 AS baseline,
            min(ago) + 1 AS days_since_last, max(value) FILTER (in_28) AS slowest,
            sum(7 - 2 * (ago // 7)) FILTER (ago < 56) * (6.0 / (8 * 63)) AS trend
        FROM recent GROUP BY account
    ), people AS (
        SELECT account, count(*) FILTER (lately) AS users, count(*) AS users_90
        FROM (SELECT account, contact, bool_or(in_28) AS lately FROM recent GROUP BY account, contact)
        GROUP BY account
    ), breadth AS (
        SELECT account, count(*) AS features
        FROM (SELECT DISTINCT account, feature FROM recent WHERE in_28) GROUP BY account
    )
    SELECT account, coalesce(active_days, 0) AS active_days, coalesce(active_days_90, 0) AS active_days_90,
        coalesce(users, 0) AS users, coalesce(users_90, 0) AS users_90, coalesce(events_7, 0) AS events_7,
        coalesce(events_28, 0) AS events_28, coalesce(events_before, 0) AS events_before,
        coalesce(quantity, 0) AS quantity, duration, coalesce(features, 0) AS features,
        coalesce(errors, 0) AS errors, coalesce(core_90, 0) AS core_90, coalesce(baseline, 0) AS baseline,
        days_since_last, slowest, trend,
        (coalesce(events_28, 0) - coalesce(events_before, 0)) / nullif(events_before, 0) AS change,
        coalesce(users, 0) / nullif(seats, 0) AS seat_use, coalesce(errors, 0) / nullif(events_28, 0) AS error_rate,
        coalesce(active_days, 0) / 28 AS stickiness
    FROM facts.accounts LEFT JOIN added USING (account) LEFT JOIN people USING (account)
        LEFT JOIN breadth USING (account)
    ORDER BY account"""
