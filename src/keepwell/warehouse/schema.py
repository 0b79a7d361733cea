"""The warehouse's tables: facts from the canonical tables, the directory of names, and the records of loads.

Names and addresses stand in `directory` only; facts hold surrogates.
"""

from collections.abc import Iterable, Mapping

from sqlglot import exp

from keepwell.signals.tables import TABLES, Kind, Table

FORMAT = 1
"""The version of the tables below. A warehouse of another version is not opened."""

TYPES: Mapping[Kind, str] = {
    Kind.TEXT: "VARCHAR",
    Kind.INTEGER: "BIGINT",
    Kind.NUMBER: "DOUBLE",
    Kind.MONEY: "DECIMAL(18, 4)",
    Kind.BOOLEAN: "BOOLEAN",
    Kind.INSTANT: "TIMESTAMP",
    Kind.CONTACT: "BIGINT",
}
"""How each kind is stored. Instants are naive UTC; a contact is its surrogate."""

BOOKKEEPING: Mapping[str, str] = {
    "account": "INTEGER",
    "key": "UUID",
    "occurred_at": "TIMESTAMP",
    "known_at": "TIMESTAMP",
    "occurred_on": "DATE",
    "source": "VARCHAR",
    "load": "INTEGER",
}
"""What every fact has: whose it is (not in `context`), its key, its clocks, its day in the project's zone, its origin."""

RESERVED = frozenset({*BOOKKEEPING, "parent", "account_id"})
"""Names that no attribute may have."""

PRIVATE = frozenset({"name", "email", "parent_id"})
"""Columns of accounts and contacts that facts do not hold: they are in the directory, or a surrogate."""

OTHER_TABLES: Mapping[str, Mapping[str, str]] = {
    "directory.accounts": {"account": "INTEGER", "account_id": "VARCHAR", "name": "VARCHAR"},
    "directory.contacts": {
        "contact": "BIGINT",
        "contact_id": "VARCHAR",
        "name": "VARCHAR",
        "email": "VARCHAR",
    },
    "ingest.format": {"version": "INTEGER"},
    "ingest.loads": {"load": "INTEGER", "at": "TIMESTAMP"},
    "ingest.sources": {"source": "VARCHAR", "first_load": "INTEGER", "key_columns": "VARCHAR[]"},
    "ingest.files": {
        "load": "INTEGER",
        "source": "VARCHAR",
        "file": "VARCHAR",
        "size": "BIGINT",
        "modified": "BIGINT",
        "digest": "VARCHAR",
        "definition": "VARCHAR",
        "waits_for": "VARCHAR",
    },
    "ingest.counts": {
        "load": "INTEGER",
        "source": "VARCHAR",
        "file": "VARCHAR",
        "outcome": "VARCHAR",
        "rule": "VARCHAR",
        "field": "VARCHAR",
        "rows": "BIGINT",
    },
    "ingest.rejects": {
        "load": "INTEGER",
        "source": "VARCHAR",
        "file": "VARCHAR",
        "row": "BIGINT",
        "rule": "VARCHAR",
        "field": "VARCHAR",
        "reason": "VARCHAR",
        "policy": "VARCHAR",
        "record": "VARCHAR",
    },
}
"""The tables beside the facts, by `schema.table`."""

SCHEMAS = ("facts", "directory", "ingest", "scores")


def fact_columns(table: Table) -> dict[str, Kind]:
    """The physical columns of a canonical table's facts, without bookkeeping but for `occurred_at` and `known_at`."""
    private = PRIVATE if table.name in ("accounts", "contacts") else frozenset[str]()
    clocks = {"occurred_at": Kind.INSTANT, "known_at": Kind.INSTANT}
    return clocks | {
        column.name: column.kind
        for column in table.columns
        if column.name not in private and column.name != table.occurred
    }


def fact_types(table: Table) -> dict[str, str]:
    """Every column of a canonical table's facts and its type, in order."""
    bookkeeping = dict(BOOKKEEPING)
    if table.name == "context":
        del bookkeeping["account"]
    if table.name == "accounts":
        bookkeeping["parent"] = "INTEGER"
    return bookkeeping | {
        name: TYPES[kind] for name, kind in fact_columns(table).items() if name not in bookkeeping
    }


def kinds(table: str, types: Mapping[str, str]) -> dict[str, Kind]:
    """The kinds of the columns of a fact table as it stands, attributes included, from its columns' types."""
    canonical = fact_columns(TABLES[table])
    by_type = {stored: kind for kind, stored in TYPES.items() if kind is not Kind.CONTACT}
    by_type["DECIMAL(18,4)"] = Kind.MONEY
    return {
        name: canonical.get(name) or by_type[stored]
        for name, stored in types.items()
        if name in canonical or name not in RESERVED
    }


def create_table(name: str, types: Mapping[str, str]) -> exp.Create:
    """The statement that makes `schema.table` with the given columns."""
    columns = [
        exp.ColumnDef(this=exp.to_identifier(column, quoted=True), kind=exp.DataType.build(stored, "duckdb"))
        for column, stored in types.items()
    ]
    return exp.Create(this=exp.Schema(this=table_named(name), expressions=columns), kind="TABLE")


def add_columns(name: str, types: Mapping[str, str]) -> Iterable[exp.Alter]:
    """The statements that add columns to `schema.table`."""
    for column, stored in types.items():
        added = exp.ColumnDef(
            this=exp.to_identifier(column, quoted=True), kind=exp.DataType.build(stored, "duckdb")
        )
        yield exp.Alter(this=table_named(name), kind="TABLE", actions=[added])


def table_named(name: str) -> exp.Table:
    """`schema.table` as a table expression, quoted."""
    return exp.to_table(".".join(f'"{part}"' for part in name.split(".")), dialect="duckdb")
