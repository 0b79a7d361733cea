"""The statement as a whole: what it reads like, its columns, its order, and where it refuses."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import duckdb
import pytest

from keepwell.signals.definition import Aggregate, Change, Feed, Formula, How, Signal
from keepwell.signals.expression import parse
from keepwell.signals.tables import TABLES, Kind
from keepwell.signals.window import Span, Unit, Window
from keepwell.sql.statement import Point, Request, signals_statement
from tests.sql.golden import matches

AS_OF = datetime(2025, 6, 30, tzinfo=UTC)
WEEKS = [Point.at(AS_OF - timedelta(weeks=1)), Point.at(AS_OF)]


def _last(days: int) -> Window:
    return Window(Span(days, Unit.DAYS))


def _request(*signals: Signal, zone: str = "UTC", feeds: tuple[Feed, ...] = ()) -> Request:
    kinds = {
        name: {column.name: column.kind for column in TABLES[name].columns}
        for name in ("accounts", "events", "tickets")
    }
    return Request(
        signals,
        kinds,
        ZoneInfo(zone),
        feeds=feeds,
        conditions={"cap:quiet": parse("logins < 3")},
        numbers={"value": parse("account.seats * 100")},
        choices={"segment": (("large", parse("account.seats >= 200")), ("small", None))},
        attributes=("owner",),
    )


LOGINS = Signal(
    "logins", Aggregate(How.COUNT, "events", where=parse("name == 'login'"), window=_last(28)), missing=0
)
USERS = Signal("users", Aggregate(How.DISTINCT, "events", window=_last(28)), missing=0)
BEFORE = Signal(
    "before",
    Aggregate(How.COUNT, "events", window=Window(Span(56, Unit.DAYS), Span(28, Unit.DAYS))),
    missing=0,
)
CHANGE = Signal("change", Change("logins", "before"))
SEAT_USE = Signal("seat_use", Formula(parse("users / account.seats")))
OPEN = Signal("open_tickets", Aggregate(How.OPEN, "tickets"), missing=0)
FEED = Feed("product", "events", Span(2, Unit.DAYS))


def test_one_as_of_reads_well() -> None:
    request = _request(LOGINS, BEFORE, CHANGE, USERS, SEAT_USE, OPEN, feeds=(FEED,), zone="Europe/Berlin")
    matches("one_as_of", signals_statement(request, [Point.at(AS_OF)]))


def test_a_grid_reads_well() -> None:
    matches("two_weeks", signals_statement(_request(LOGINS, USERS, OPEN), WEEKS))


def test_an_order_that_nobody_wants_is_not_made() -> None:
    text = signals_statement(_request(LOGINS), WEEKS, in_order=False).sql("duckdb")
    assert f"{text} ORDER BY point, account" == signals_statement(_request(LOGINS), WEEKS).sql("duckdb")


def test_a_grid_reads_the_events_twice_however_many_instants_it_has() -> None:
    for weeks in (2, 52):
        points = [Point.at(AS_OF - timedelta(weeks=week)) for week in reversed(range(weeks))]
        text = signals_statement(_request(LOGINS, BEFORE, USERS), points).sql("duckdb")
        assert text.count("FROM facts.events") == 2  # those known in time, and those that came late


@pytest.mark.parametrize(
    ("sizes", "spread"),
    [({}, True), ({"events": 1000, "accounts": 100}, True), ({"events": 100, "accounts": 100}, False)],
)
def test_facts_that_are_few_are_read_at_every_instant(sizes: dict[str, int], spread: bool) -> None:
    """Of 100 accounts over 6 segments 600 cells would be made: 100 facts at 2 instants are fewer, 1,000 are not; without sizes nobody knows."""
    request = replace(_request(LOGINS), sizes=sizes)
    text = signals_statement(request, WEEKS).sql("duckdb")
    assert ("events_panes" in text) is spread


def test_the_columns_come_in_the_documented_order() -> None:
    statement = signals_statement(_request(LOGINS, USERS), [Point.at(AS_OF)])
    assert [column.alias_or_name for column in statement.selects] == [
        *("account", "point", "population", "parent"),
        *("logins", "users", "cap:quiet", "value", "segment", "account.owner"),
    ]


def test_every_name_a_project_chooses_is_quoted() -> None:
    signal = Signal(
        'or"der', Aggregate(How.COUNT, "events", where=parse("name == 'it''s'"), window=_last(7)), missing=0
    )
    request = Request((signal,), _request().tables, ZoneInfo("UTC"))
    text = signals_statement(request, [Point.at(AS_OF)]).sql("duckdb")
    assert '"or""der"' in text
    connection = duckdb.connect()
    connection.execute("CREATE SCHEMA facts")
    for table, columns in request.tables.items():
        declared = ", ".join(
            f'"{name}" {_TYPES[kind]}' for name, kind in columns.items() if name != TABLES[table].occurred
        )
        own = "account INTEGER, key UUID, occurred_at TIMESTAMP, known_at TIMESTAMP, occurred_on DATE, parent INTEGER"
        connection.execute(f"CREATE TABLE facts.{table} ({own}, source VARCHAR, {declared})")
    assert connection.execute(text).fetchall() == []


_TYPES = {
    Kind.TEXT: "VARCHAR",
    Kind.INTEGER: "BIGINT",
    Kind.NUMBER: "DOUBLE",
    Kind.MONEY: "DECIMAL(18, 4)",
    Kind.BOOLEAN: "BOOLEAN",
    Kind.INSTANT: "TIMESTAMP",
    Kind.CONTACT: "BIGINT",
}


def test_no_points_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="at least one point"):
        signals_statement(_request(LOGINS), [])
