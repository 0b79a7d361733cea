"""Facts written straight into a warehouse, for tests that need no files."""

import hashlib
import uuid
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pyarrow as pa

from keepwell.signals.tables import TABLES, Kind
from keepwell.warehouse.duckdb import open_warehouse
from keepwell.warehouse.protocol import Warehouse

Row = Mapping[str, object]

_TYPES = {
    Kind.TEXT: pa.string(),
    Kind.INTEGER: pa.int64(),
    Kind.NUMBER: pa.float64(),
    Kind.MONEY: pa.decimal128(18, 4),
    Kind.BOOLEAN: pa.bool_(),
    Kind.INSTANT: pa.timestamp("us"),
    Kind.CONTACT: pa.int64(),
}


def new_warehouse(path: Path) -> Warehouse:
    """An empty warehouse in a file that is not there yet."""
    return open_warehouse(path)


def insert_facts(
    warehouse: Warehouse,
    table: str,
    rows: Sequence[Row],
    *,
    attributes: Mapping[str, Kind] | None = None,
    zone: str = "UTC",
    load: int = 1,
) -> None:
    """Inserts rows of a canonical table as facts.

    A row holds `account_id` (text), canonical columns by name (instants aware, a contact by its id as text) and perhaps
    `key` (text; the table's own key column serves too, else the row's place in the table) and `known_at`, which
    defaults to when it occurred. `zone` is the project's. Accounts and contacts get their surrogates on first sight.
    """
    warehouse.create_facts(table, attributes or {})
    accounts = _surrogates(warehouse, "account", [row.get("account_id") for row in rows])
    parents = _surrogates(warehouse, "account", [row.get("parent_id") for row in rows])
    kinds = warehouse.tables()[table]
    contact_columns = [name for name, kind in kinds.items() if kind is Kind.CONTACT]
    contacts = _surrogates(warehouse, "contact", [row.get(name) for row in rows for name in contact_columns])
    before = warehouse.query(f'SELECT count(*) AS n FROM facts."{table}"')["n"][0].as_py()
    columns: dict[str, pa.Array] = {}
    occurred = [_instant(row[TABLES[table].occurred]) for row in rows]
    known = [
        _instant(row["known_at"]) if row.get("known_at") else at
        for row, at in zip(rows, occurred, strict=True)
    ]
    if table != "context":
        columns["account"] = pa.array([accounts.get(row.get("account_id")) for row in rows], pa.int32())
    if table == "accounts":
        columns["parent"] = pa.array([parents.get(row.get("parent_id")) for row in rows], pa.int32())
    columns["key"] = pa.array([_key(table, row, before + place) for place, row in enumerate(rows)])
    columns["occurred_on"] = pa.array([_day(at, ZoneInfo(zone)) for at in occurred], pa.date32())
    columns["source"] = pa.array(["test"] * len(rows))
    columns["load"] = pa.array([load] * len(rows), pa.int32())
    for name, kind in kinds.items():
        if name in ("occurred_at", "known_at"):
            values: list[object] = list(occurred if name == "occurred_at" else known)
        elif kind is Kind.CONTACT:
            values = [contacts.get(row.get(name)) for row in rows]
        else:
            values = [_stored(row.get(name), kind) for row in rows]
        columns[name] = pa.array(values, _TYPES[kind])
    warehouse.append(f"facts.{table}", pa.table(columns))


def _surrogates(warehouse: Warehouse, what: str, ids: Sequence[object]) -> dict[object, int]:
    known = {
        row[f"{what}_id"]: row[what]
        for row in warehouse.query(f"SELECT {what}, {what}_id FROM directory.{what}s").to_pylist()
    }
    new = sorted({str(one) for one in ids if one is not None} - known.keys())
    first = max(known.values(), default=0) + 1
    added = {one: first + place for place, one in enumerate(new)}
    if added:
        warehouse.append(
            f"directory.{what}s", pa.table({what: list(added.values()), f"{what}_id": list(added.keys())})
        )
    return {**known, **added}


def _key(table: str, row: Row, place: int) -> str:
    text = row.get("key") or row.get(TABLES[table].key) or f"{table} row {place}"
    return str(uuid.UUID(hashlib.md5(str(text).encode()).hexdigest()))


def _instant(value: object) -> datetime:
    assert isinstance(value, datetime)
    assert value.tzinfo is not None, f"{value!r} is naive"
    return value.astimezone(UTC).replace(tzinfo=None)


def _day(naive_utc: datetime, zone: ZoneInfo) -> date:
    return naive_utc.replace(tzinfo=UTC).astimezone(zone).date()


def _stored(value: object, kind: Kind) -> object:
    if value is None:
        return None
    if kind is Kind.INSTANT:
        return _instant(value)
    if kind is Kind.MONEY:
        return round(Decimal(str(value)), 4)
    if kind is Kind.NUMBER and isinstance(value, int | float):
        return float(value)
    return value
