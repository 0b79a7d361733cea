"""What people said of accounts and scores: pulses and feedback as rows."""

from collections.abc import Mapping, Sequence
from zoneinfo import ZoneInfo

from sqlglot import exp

from keepwell.signals.tables import Kind
from keepwell.sql.latest import Latest
from keepwell.sql.naming import alias, column, described


def opinions_statement(
    table: str, kinds: Mapping[str, Kind], columns: Sequence[str], zone: ZoneInfo
) -> exp.Select:
    """Every fact of a table as it is known today: `account`, `at` (naive UTC), and the columns; NULL where the table has none of that name."""
    at = column("occurred_at", "fact")
    read = [
        alias(column(name, "fact") if name in kinds else exp.cast(exp.null(), "varchar"), name)
        for name in columns
    ]
    query = exp.select(exp.column("account", "fact"), exp.alias_(at, "at"), *read)
    query = query.from_(Latest(table, kinds, zone).relation()).order_by(
        exp.column("account", "fact"), at.copy()
    )
    return described(query, f"{table}: who said what, and when")
