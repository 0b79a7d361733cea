"""Statements and values as the engine gives them."""

from typing import Any

import duckdb
from sqlglot import exp


def value(expression: exp.Expr) -> Any:
    """An expression over nothing, as the engine computes it."""
    return rows(exp.select(expression))[0][0]


def rows(statement: exp.Expr | str, *before: exp.Expr | str) -> list[tuple[Any, ...]]:
    """The rows of a statement, after others."""
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        for each in (*before, statement):
            found = connection.execute(each if isinstance(each, str) else each.sql("duckdb"))
        fetched: list[tuple[Any, ...]] = found.fetchall()
        return fetched
