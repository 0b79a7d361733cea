"""A DuckDB with the fact tables of the warehouse, filled from facts."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import pyarrow as pa
from sqlglot import exp

from keepwell.signals.facts import Fact
from keepwell.signals.meaning import Value
from keepwell.signals.tables import TABLES, Kind
from keepwell.signals.window import local_date
from tests.oracle.columns import TYPES, held, physical

ARROW = {
    Kind.TEXT: pa.string(),
    Kind.INTEGER: pa.int64(),
    Kind.NUMBER: pa.float64(),
    Kind.MONEY: pa.decimal128(18, 4),
    Kind.BOOLEAN: pa.bool_(),
    Kind.INSTANT: pa.timestamp("us"),
    Kind.CONTACT: pa.int64(),
}
ALWAYS = {
    "account": ("INTEGER", pa.int32()),
    "key": ("UUID", pa.string()),
    "occurred_at": ("TIMESTAMP", pa.timestamp("us")),
    "known_at": ("TIMESTAMP", pa.timestamp("us")),
    "occurred_on": ("DATE", pa.date32()),
    "source": ("VARCHAR", pa.string()),
    "load": ("INTEGER", pa.int32()),
}


@dataclass(frozen=True)
class Facts:
    """An in-memory warehouse that holds the given tables."""

    connection: duckdb.DuckDBPyConnection

    @classmethod
    @cache
    def opened(cls) -> "Facts":
        """The one that all examples share: their tables replace those of the example before."""
        connection = duckdb.connect(config={"threads": 1, "autoinstall_known_extensions": False})
        connection.execute("CREATE SCHEMA facts")
        connection.execute("SET TimeZone = 'Asia/Kathmandu'")  # no answer may depend on the session's zone
        return cls(connection)

    def fill(self, tables: Iterable[str], facts: Sequence[Fact], zone: ZoneInfo) -> None:
        """Makes the tables hold exactly the facts that loads in the order of `known_at` would have kept."""
        for table in tables:
            rows = [_row(fact, zone) for fact in kept(table, facts)]
            fields = {**{name: arrow for name, (_, arrow) in _always(table).items()}}
            fields |= {name: ARROW[kind] for name, kind in held(table).items()}
            columns = {
                name: pa.array([row.get(name) for row in rows], type=arrow) for name, arrow in fields.items()
            }
            types = {name: sql for name, (sql, _) in _always(table).items()}
            types |= {name: TYPES[kind] for name, kind in held(table).items()}
            if table == "accounts":
                types["parent"] = "INTEGER"
                columns["parent"] = pa.array([row.get("parent") for row in rows], type=pa.int32())
            incoming = pa.table(columns)
            self.connection.register("incoming", incoming)
            casts = ", ".join(f'CAST("{name}" AS {sql}) AS "{name}"' for name, sql in types.items())
            self.connection.execute(
                f'CREATE OR REPLACE TABLE facts."{table}" AS SELECT {casts} FROM incoming'
            )
            self.connection.unregister("incoming")

    def tables(self, tables: Iterable[str]) -> dict[str, dict[str, Kind]]:
        """What the warehouse would say of its tables."""
        return {table: physical(table) for table in tables}

    def query(self, statement: exp.Expression) -> list[dict[str, Any]]:
        """The statement's rows."""
        rows: list[dict[str, Any]] = (
            self.connection.execute(statement.sql(dialect="duckdb")).to_arrow_table().to_pylist()
        )
        return rows


def _always(table: str) -> dict[str, tuple[str, Any]]:
    return {name: kept for name, kept in ALWAYS.items() if name != "account" or table != "context"}


def kept(table: str, facts: Sequence[Fact]) -> list[Fact]:
    """A table's facts that a load keeps: of an immutable table's key only the first arrival."""
    ours = [fact for fact in facts if fact.table == table]
    if not TABLES[table].immutable:
        return ours
    first: dict[object, Fact] = {}
    for fact in sorted(ours, key=lambda fact: fact.known_at):
        first.setdefault(fact.key, fact)
    return list(first.values())


def _row(fact: Fact, zone: ZoneInfo) -> dict[str, object]:
    return {
        **{name: plain(value) for name, value in fact.values.items()},
        "account": fact.account,
        "key": str(fact.key),
        "occurred_at": plain(fact.occurred_at),
        "known_at": plain(fact.known_at),
        "occurred_on": local_date(fact.occurred_at, zone),
        "source": fact.source,
        "load": 1,
    }


def plain(value: Value) -> object:
    """A value as the warehouse keeps it: instants as naive UTC, money with four places."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).replace(tzinfo=None)
    return value.quantize(Decimal("0.0001")) if isinstance(value, Decimal) else value
