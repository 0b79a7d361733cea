"""sources.yml: each source, checked against the canonical tables and its neighbours."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from keepwell.project.catalog import PHYSICAL, Filling, mappable
from keepwell.project.reading.origin import Around, Money, attribute, check_lookups, origin
from keepwell.project.reading.rows import rows
from keepwell.project.reading.settings import Settings
from keepwell.project.reading.zones import zone
from keepwell.project.report import Place, Report, hint, nearest
from keepwell.project.shape.base import BROKEN
from keepwell.project.shape.compound import Entry, Fields
from keepwell.signals.tables import TABLES, Kind, Table
from keepwell.sources.source import (
    Attribute,
    Before,
    Check,
    ColumnFrom,
    Keep,
    Lookup,
    MaxRejects,
    Policy,
    Source,
)


def read(entries: Iterable[Entry], settings: Settings, report: Report) -> tuple[Source, ...]:
    """Every source that could be read."""
    known = [entry for entry in entries if isinstance(entry.value, Fields)]
    money = Money(settings.currency, settings.rates)
    around = Around(tuple(entry.name for entry in known), money, report)
    sources = [_source(entry.name, entry.value, around, settings) for entry in known]
    read_ones = tuple(source for source in sources if source is not None)
    _clashes(read_ones, {entry.name: entry.value for entry in known}, report)
    return read_ones


def fillings(entries: Iterable[Entry]) -> Iterator[Filling]:
    """What the sources fill by what is written, whether or not all of it could be read."""
    for entry in entries:
        if isinstance(entry.value, Fields) and "table" in entry.value:
            columns = tuple(one.name for one in entry.value.get("columns", ()))
            attributes = {one.name: _kind(one) for one in entry.value.get("attributes", ())}
            yield Filling(entry.name, entry.value["table"], columns, attributes)


def _kind(entry: Entry) -> Kind:
    said = entry.value.get("kind") if isinstance(entry.value, Fields) else entry.value
    return Kind(said) if isinstance(said, str) else Kind.TEXT


def _source(name: str, fields: Fields, around: Around, settings: Settings) -> Source | None:
    report = around.report
    where_from = rows(fields, settings, report)
    if "table" not in fields:
        return None
    table = TABLES[fields["table"]]
    columns = _columns(fields, table, around)
    attributes = _attributes(fields, table, around)
    if "zone" in fields:
        zone(fields["zone"], fields.at("zone"), report)
    if where_from is None:
        return None
    where = fields.get("where")
    if where:
        check_lookups(where.expression, fields.at("where"), around)
    checks = fields.get("checks", {})
    return Source(
        name=name,
        table=table.name,
        origin=where_from,
        columns=columns,
        attributes=attributes,
        zone=fields.get("zone"),
        dates=fields.get("dates", "year-month-day"),
        decimal=fields.get("decimal", "."),
        delay=fields.get("delay"),
        known_at=fields.get("known_at"),
        fresh_within=fields.get("fresh_within"),
        max_rejects=_max_rejects(fields, report),
        where=where.expression if where else None,
        history=fields.get("history", table.name != "accounts" or "known_at" in fields),
        keep=Keep(fields["keep"]) if "keep" in fields else None,
        checks={Check(key): Policy(value) for key, value in checks.items() if key != "before"},
        before=tuple(_before(one, columns, around) for one in checks.get("before", ())),
    )


def _columns(fields: Fields, table: Table, around: Around) -> Mapping[str, ColumnFrom]:
    allowed = mappable(table)
    found: dict[str, ColumnFrom] = {}
    entries: tuple[Entry, ...] = fields.get("columns", ())
    for entry in entries:
        kind = allowed.get(entry.name)
        if kind is None:
            _unknown(entry, table, allowed, {one.name for one in entries}, around.report)
        elif entry.value is not BROKEN:
            value = origin(entry.value, kind, around)
            if value is not None:
                found[entry.name] = value
    if "columns" in fields:
        _required({entry.name for entry in entries}, table, fields.at("columns"), around.report)
    return found


def _unknown(
    entry: Entry, table: Table, allowed: Mapping[str, Kind], written: set[str], report: Report
) -> None:
    aliases = {alias: column.name for column in table.columns for alias in column.aliases}
    near = nearest(entry.name, [name for name in allowed if name not in written], aliases)
    keep = f"keep it as an attribute: `attributes: {{{entry.name}: text}}`"
    report.add(
        entry.place,
        f"the table {table.name} has no column {entry.name!r}",
        f"did you mean {near!r}? Or {keep}" if near else f"{keep}; the columns are {', '.join(allowed)}",
    )


def _required(written: set[str], table: Table, place: Place, report: Report) -> None:
    if table.name != "context" and "account_id" not in written:
        report.add(
            place,
            f"nothing says which account a row of {table.name} belongs to",
            "add `account_id:` with its raw column, or with {lookup: another source, match: ..., to: ..., take: ...}",
        )
    if not table.immutable and table.key not in written and table.key != "account_id":
        report.add(
            place,
            f"rows of {table.name} can change, and nothing says which row is which",
            f"add `{table.key}:` with its raw column, or with {{expression: concat(a, '-', b)}} of those that identify it",
        )
    if table.occurred not in written:
        report.add(
            place,
            f"nothing says when a row of {table.name} occurred",
            f"add `{table.occurred}:` with its raw column; data without dates takes {{constant: 2024-01-01}}",
        )


def _attributes(fields: Fields, table: Table, around: Around) -> Mapping[str, Attribute]:
    allowed = mappable(table)
    found: dict[str, Attribute] = {}
    for entry in fields.get("attributes", ()):
        if entry.name in allowed:
            around.report.add(
                entry.place,
                f"{entry.name!r} is a column of the table {table.name} itself",
                f"map it under `columns:`; as an attribute it needs another name, such as {entry.name}_there",
            )
        elif entry.name in PHYSICAL:
            around.report.add(
                entry.place,
                f"every table uses the name {entry.name!r} for itself",
                f"type, for example, `{entry.name}_there: {{column: {entry.name}, kind: text}}`",
            )
        elif entry.value is not BROKEN:
            value = attribute(entry.value, entry.name, around)
            if value is not None:
                found[entry.name] = value
    return found


def _max_rejects(fields: Fields, report: Report) -> MaxRejects | None:
    text = fields.get("max_rejects")
    if text is None:
        return None
    number = float(re.sub(r"[%\s]", "", text))
    if "%" in text or (number < 1 and number != 0):
        share = number / 100 if "%" in text else number
        if share > 1:
            report.add(fields.at("max_rejects"), f"{text} is more than all rows", "type, for example, 1%")
        return MaxRejects(share=share)
    if number != int(number):
        report.add(fields.at("max_rejects"), f"{text} is no number of rows", "type, for example, 100, or 1%")
    return MaxRejects(count=int(number))


def _before(said: Fields, columns: Mapping[str, ColumnFrom], around: Around) -> Before:
    names, report = around.sources, around.report
    of = said.get("of", "")
    if of and of not in names:
        report.add(said.at("of"), f"there is no source {of!r}", hint(of, names))
    lookup = next((one for one in columns.values() if isinstance(one, Lookup) and one.source == of), None)
    match = said.get("match", lookup.match if lookup else "")
    to = said.get("to", lookup.to if lookup else "")
    if of in names and not (match and to):
        report.add(
            said.place,
            f"nothing says which row of {of} belongs to a row of this source",
            "add `match:` (this source's raw column) and `to:` (the other's)",
        )
    return Before(of, said.get("column", ""), match, to, Policy(said.get("policy", "warn")))


def _clashes(sources: tuple[Source, ...], fields: Mapping[str, Fields], report: Report) -> None:
    first: dict[tuple[str, str], tuple[str, Any]] = {}
    for source in sources:
        for name, kept in source.attributes.items():
            other, kind = first.setdefault((source.table, name), (source.name, kept.kind))
            if kind is not kept.kind:
                entry = next(one for one in fields[source.name]["attributes"] if one.name == name)
                report.add(
                    entry.place,
                    f"{source.table}.{name} is {kept.kind} here and {kind} in the source {other}",
                    f"give both the same kind, or this one another name, such as {source.name}_{name}",
                )
