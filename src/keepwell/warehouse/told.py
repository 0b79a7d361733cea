"""How far the warehouse has read the store's outbox, kept beside the facts that it made of it."""

from dataclasses import dataclass
from datetime import datetime

import pyarrow as pa
from sqlglot import exp

from keepwell.warehouse.protocol import Warehouse
from keepwell.warehouse.schema import create_table, table_named
from keepwell.warehouse.selection import column

TABLE = "ingest.outbox"
_TYPES = {"number": "INTEGER", "key": "VARCHAR", "load": "INTEGER", "facts": "INTEGER", "at": "TIMESTAMP"}


@dataclass(frozen=True, slots=True)
class Read:
    """The last revision that was read: its number, and the key of its record, by which a store that was restored is known."""

    number: int
    key: str


NOTHING = Read(0, "")


def read(warehouse: Warehouse) -> Read:
    """The last that was read of the outbox."""
    if not warehouse.has(TABLE):
        return NOTHING
    latest = (exp.Ordered(this=column(name), desc=True) for name in ("load", "number"))
    query = exp.select(column("number"), column("key")).from_(table_named(TABLE))
    rows = warehouse.query(query.order_by(*latest).limit(1)).to_pylist()
    return Read(rows[0]["number"], rows[0]["key"]) if rows else NOTHING


def last_load(warehouse: Warehouse) -> int:
    """The last load that brought facts of the outbox; 0 if none did."""
    if not warehouse.has(TABLE):
        return 0
    latest = exp.func("COALESCE", exp.Max(this=column("load")), exp.convert(0))
    some = exp.GT(this=column("facts"), expression=exp.convert(0))
    query = exp.select(latest.as_("load")).from_(table_named(TABLE)).where(some)
    return int(warehouse.query(query)["load"][0].as_py())


def remember(warehouse: Warehouse, last: Read, load: int, facts: int, at: datetime) -> None:
    """Writes down how far the outbox was read, in the transaction that writes its `facts`. `at` is naive UTC."""
    if not warehouse.has(TABLE):
        warehouse.execute(create_table(TABLE, _TYPES))
    row = {"number": [last.number], "key": [last.key], "load": [load], "facts": [facts], "at": [at]}
    warehouse.append(TABLE, pa.table(row))
