"""Lookup tables and rates."""

from datetime import date
from decimal import Decimal

from sqlglot import exp

from keepwell.sql.ingest.lookup import first_of_each, rate_rows
from tests.sql.ingest.engine import rows


def test_the_first_value_of_each_text_is_taken_and_nothing_matches_nothing() -> None:
    made = (
        "CREATE TABLE seen AS SELECT * FROM (VALUES ('a', 1), ('b', 2), ('a', 3), (NULL, 4)) v(match, take)"
    )
    assert sorted(rows(first_of_each("seen"), made)) == [("a", 1), ("b", 2)]


def test_rates_that_cannot_be_read_are_unknown() -> None:
    made = "CREATE TABLE given AS SELECT * FROM (VALUES ('2025-01-01', ' usd ', '0.92'), ('soon', 'CHF', 'x')) v(d, c, r)"
    read = rate_rows(exp.to_table("given"), exp.column("d"), exp.column("c"), exp.column("r"))
    assert rows(read, made) == [("USD", date(2025, 1, 1), Decimal("0.92")), ("CHF", None, None)]
