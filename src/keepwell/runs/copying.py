"""Copies what people said of accounts from the store's outbox to the warehouse, where it becomes facts: all of it once, in order."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
from sqlglot import exp

from keepwell import clock
from keepwell.project.project import Project
from keepwell.signals.tables import TABLES, Kind
from keepwell.signals.window import local_date
from keepwell.store import outbox
from keepwell.store.address import address
from keepwell.store.engine import Connection, Store, existing
from keepwell.store.outbox import Told
from keepwell.warehouse import loads, told
from keepwell.warehouse.protocol import Warehouse
from keepwell.warehouse.schema import fact_columns, table_named
from keepwell.warehouse.selection import naive
from keepwell.warehouse.told import Read

SOURCE = "people"
"""The source that facts of the outbox name."""

BATCH = 1000
"""So many revisions become facts in one transaction."""

_ARROW = {
    Kind.TEXT: pa.string(),
    Kind.NUMBER: pa.float64(),
    Kind.INSTANT: pa.timestamp("us"),
    Kind.CONTACT: pa.int64(),
}

CONTACT = "contact"
"""The column of a person: the outbox has their id, as the firm calls them, a fact their number; who was never loaded has none."""


@dataclass(frozen=True, slots=True)
class Copied:
    """What was copied: how many revisions became facts, and the last load that brought them (`None`: there was nothing to copy)."""

    facts: int
    load: int | None


def copied(project: Project, warehouse: Warehouse) -> Copied:
    """Copies what is in the outbox of the project's store, if it has one.

    Raises:
        StoreError: the store cannot be read.
    """
    at = address(project.folder)
    store = existing(at) if at.there else None
    if store is None or not behind(store, warehouse):
        return Copied(0, None)
    return copy(store, warehouse, project.zone)


def copy(store: Store, warehouse: Warehouse, zone: ZoneInfo) -> Copied:
    """Copies what has come into the outbox since the warehouse last read it.

    What was read is remembered in the transaction that writes the facts; a revision that is a fact already adds nothing. So whatever
    stops it, the next copy goes on where this one came to. Of a store that was restored to an earlier state everything is read again.
    `zone` is the project's, in which days begin.
    """
    with warehouse.turn():
        return _copy(store, warehouse, zone)


def _copy(store: Store, warehouse: Warehouse, zone: ZoneInfo) -> Copied:
    facts, load = 0, None
    while True:
        with store.reading() as connection:
            batch = outbox.after(connection, _from(connection, told.read(warehouse)), BATCH)
            reasons = outbox.reasons(connection, batch)
        if not batch:
            return Copied(facts, load)
        with warehouse.transaction():
            load = loads.next_load(warehouse)
            written = _written(warehouse, batch, reasons, zone=zone, load=load)
            now = naive(clock.now())
            loads.remember_load(warehouse, load, now)
            told.remember(warehouse, Read(batch[-1].number, batch[-1].key), load, written, now)
        facts += written


def behind(store: Store, warehouse: Warehouse) -> int:
    """How many numbers of the outbox the warehouse has not read yet; all of them, if the store was restored to an earlier state."""
    with store.reading() as connection:
        return outbox.last(connection) - _from(connection, told.read(warehouse))


def _from(connection: Connection, before: Read) -> int:
    """After which number the outbox is to be read."""
    return before.number if outbox.holds(connection, before.number, before.key) else 0


def _written(
    warehouse: Warehouse,
    batch: Sequence[Told],
    reasons: Mapping[str, str],
    *,
    zone: ZoneInfo,
    load: int,
) -> int:
    accounts = _surrogates(warehouse, {each.account_id for each in batch})
    people = _people(warehouse, {str(each.content[CONTACT]) for each in batch if each.content.get(CONTACT)})
    written = 0
    for table in dict.fromkeys(each.table for each in batch):
        warehouse.create_facts(table, {})
        mine = [each for each in batch if each.table == table]
        there = _revisions(warehouse, table, {each.key for each in mine})
        rows = [
            _row(each, accounts[each.account_id], reasons.get(each.key), zone=zone, load=load)
            | _person(each, people)
            for each in mine
            if (each.key, naive(each.known_at)) not in there
        ]
        if rows:
            written += warehouse.append(f"facts.{table}", _arrow(table, rows))
    return written


def _surrogates(warehouse: Warehouse, ids: Iterable[str]) -> dict[str, int]:
    """The accounts' surrogates by id; an account that was never loaded gets one, by which it is known once it is."""
    directory = table_named("directory.accounts")
    wanted = sorted(ids)
    columns = [exp.column(name, quoted=True) for name in ("account", "account_id")]
    mine = exp.column("account_id", quoted=True).isin(*wanted)
    rows = warehouse.query(exp.select(*columns).from_(directory).where(mine)).to_pylist()
    found = {row["account_id"]: row["account"] for row in rows}
    missing = [each for each in wanted if each not in found]
    if missing:
        highest = warehouse.query("SELECT coalesce(max(account), 0) AS n FROM directory.accounts")["n"][
            0
        ].as_py()
        new = {each: highest + place for place, each in enumerate(missing, 1)}
        numbers = pa.array(list(new.values()), pa.int32())
        warehouse.append("directory.accounts", pa.table({"account": numbers, "account_id": list(new)}))
        found |= new
    return found


def _people(warehouse: Warehouse, ids: Iterable[str]) -> dict[str, int]:
    """The contacts' numbers by id, of those that were loaded."""
    wanted = sorted(ids)
    if not wanted:
        return {}
    columns = [exp.column(name, quoted=True) for name in (CONTACT, "contact_id")]
    mine = exp.column("contact_id", quoted=True).isin(*wanted)
    rows = warehouse.query(
        exp.select(*columns).from_(table_named("directory.contacts")).where(mine)
    ).to_pylist()
    return {row["contact_id"]: row[CONTACT] for row in rows}


def _person(each: Told, people: Mapping[str, int]) -> dict[str, int | None]:
    """The column of the person whom a revision names, if its table has one."""
    return {CONTACT: people.get(str(each.content[CONTACT]))} if CONTACT in each.content else {}


def _revisions(warehouse: Warehouse, table: str, keys: Iterable[str]) -> set[tuple[str, datetime]]:
    """The revisions of some keys that are facts already."""
    key = exp.column("key", quoted=True)
    as_text = exp.cast(key, "varchar", dialect="duckdb")
    query = exp.select(as_text.as_("key"), exp.column("known_at", quoted=True))
    query = query.from_(table_named(f"facts.{table}"))
    wanted = [exp.cast(exp.convert(each), "uuid", dialect="duckdb") for each in sorted(keys)]
    return {
        (row["key"], row["known_at"]) for row in warehouse.query(query.where(key.isin(*wanted))).to_pylist()
    }


def _row(each: Told, account: int, reason: str | None, *, zone: ZoneInfo, load: int) -> dict[str, Any]:
    content = {
        name: _instant(value) if _kind(each.table, name) is Kind.INSTANT and value is not None else value
        for name, value in each.content.items()
    }
    occurred = content["occurred_at"]
    said = {} if reason is None else {"reason": reason}
    return {
        **content,
        **said,
        "account": account,
        "key": each.key,
        "known_at": naive(each.known_at),
        "occurred_on": local_date(occurred.replace(tzinfo=UTC), zone),
        "source": SOURCE,
        "load": load,
    }


def _instant(text: str) -> datetime:
    return naive(datetime.fromisoformat(text))


def _kind(table: str, name: str) -> Kind | None:
    return fact_columns(TABLES[table]).get(name)


def _arrow(table: str, rows: Sequence[Mapping[str, Any]]) -> pa.Table:
    types: dict[str, pa.DataType] = {
        name: _ARROW[kind] for name, kind in fact_columns(TABLES[table]).items() if kind in _ARROW
    }
    types |= {"account": pa.int32(), "load": pa.int32(), "occurred_on": pa.date32()}
    names = dict.fromkeys(name for row in rows for name in row)
    return pa.table({name: pa.array([row.get(name) for row in rows], types.get(name)) for name in names})
