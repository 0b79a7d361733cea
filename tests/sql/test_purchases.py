"""How customers have bought: what the statement reads like, and what it finds, worked out by hand."""

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from keepwell.models.purchases import AGE, LAST, REPEATS, SPEND
from keepwell.signals.tables import TABLES
from keepwell.sql.moments import Point
from keepwell.sql.purchases import purchases_statement
from tests.runs.firm import Firm
from tests.sql.golden import matches

UTC_ZONE = ZoneInfo("UTC")
KINDS = {column.name: column.kind for column in TABLES["orders"].columns}


def on(month: int, day: int, hour: int = 12) -> datetime:
    return datetime(2025, month, day, hour, tzinfo=UTC)


def at(month: int, day: int) -> Point:
    return Point.at(on(month, day, 0))


def test_at_one_instant_it_reads_well() -> None:
    matches("purchases_once", purchases_statement(KINDS, [at(3, 1)], UTC_ZONE))


def test_at_several_instants_it_reads_well() -> None:
    matches("purchases_twice", purchases_statement(KINDS, [at(2, 1), at(3, 1)], UTC_ZONE))


@pytest.fixture
def shop(tmp_path: Path) -> Firm:
    """Account 1 buys on three days, twice on the second; 2 buys once; 3 never; an order of 1 is known only later."""
    firm = Firm(tmp_path)
    for number in (1, 2, 3):
        firm.account(number, on(1, 1, 0))
    firm.facts(
        "orders",
        [
            {"account": 1, "occurred_at": on(1, 10), "amount": 100.0},
            {"account": 1, "occurred_at": on(1, 20, 9), "amount": 20.0},
            {"account": 1, "occurred_at": on(1, 20, 23), "amount": 10.0},
            {"account": 1, "occurred_at": on(2, 9), "amount": 50.0},
            {"account": 2, "occurred_at": on(2, 14), "amount": 7.0},
        ],
    )
    firm.facts("orders", [{"account": 1, "occurred_at": on(1, 15), "amount": 1.0}], known=on(2, 20))
    return firm


def rows(firm: Firm, zone: str, *points: Point) -> list[tuple[object, ...]]:
    statement = purchases_statement(firm.warehouse.tables()["orders"], points, ZoneInfo(zone))
    found = firm.warehouse.compute(statement).to_pylist()
    return [tuple(row[name] for name in ("point", "account", REPEATS, LAST, AGE, SPEND)) for row in found]


def test_days_are_counted_and_amounts_are_means_of_later_days(shop: Firm) -> None:
    with shop:
        # 20 January (30) and 9 February (50) came after the first; the order of 15 January is not known yet
        assert rows(shop, "UTC", at(2, 15)) == [(0, 1, 2, 30, 35, 40.0), (0, 2, 0, 0, 0, None)]


def test_many_instants_say_what_each_says_alone(shop: Firm) -> None:
    with shop:
        points = [at(1, 5), at(1, 12), at(2, 15), at(3, 1)]
        together = rows(shop, "UTC", *points)
        alone = [(place, *row[1:]) for place, one in enumerate(points) for row in rows(shop, "UTC", one)]
        assert together == alone
        assert together[-2:] == [(3, 1, 3, 30, 49, 27.0), (3, 2, 0, 0, 14, None)]
