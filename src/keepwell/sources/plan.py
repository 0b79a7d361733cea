"""What a source's declaration means for one of its files: the stage that its rows pass through."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from sqlglot import exp

from keepwell.errors import SourceError
from keepwell.signals.expression import Expression
from keepwell.signals.tables import Kind
from keepwell.sources.columns import RawColumns, identity
from keepwell.sources.raw import Batches, Lines, suggestion
from keepwell.sources.scans import BLANK, MISFIT, relation
from keepwell.sources.source import (
    Check,
    ColumnFrom,
    Computed,
    Constant,
    Lookup,
    Policy,
    Source,
    Take,
)
from keepwell.sql.duckdb import call
from keepwell.sql.ingest.expressions import UnknownColumn, translator
from keepwell.sql.ingest.field import Field, Held
from keepwell.sql.ingest.rules import Rule, absent, present, ranges, readable, required, times
from keepwell.sql.ingest.stage import Stage

IDS = frozenset({"account_id", "parent_id"})
"""Columns of ids: without the spaces around them, and unknown if nothing else is there."""


def policies(source: Source) -> dict[str, bool | None]:
    """What each check does: reject (True), warn (False), nothing (None)."""
    meaning = {Policy.REJECT: True, Policy.WARN: False, Policy.IGNORE: None}
    return {check.value: meaning[source.policy(check)] for check in Check}


def mapped(source: Source) -> dict[str, tuple[Kind, ColumnFrom]]:
    """Every column of the stage that comes from the source's mapping, under the facts' names, with its kind and origin.

    Raises:
        SourceError: it maps what the canonical table does not have.
    """
    table = source.canonical
    found: dict[str, tuple[Kind, ColumnFrom]] = {}
    for name, origin in source.columns.items():
        column = table.column(name)
        if name == table.occurred:
            found["occurred_at"] = (Kind.INSTANT, origin)
        elif name == "account_id":
            found[name] = (Kind.TEXT, origin)
        elif name != table.key:
            if column is None:
                names = [table.key, "account_id", *(each.name for each in table.columns)]
                raise SourceError(
                    f"{table.name} has no column {name!r}",
                    where=f"sources.yml:{source.name}:columns",
                    do=suggestion(name, names) + "; or keep it under `attributes:`",
                )
            found[name] = (column.kind, origin)
    if table.name == "contacts" and "contact" not in found and table.key in source.columns:
        found["contact"] = (Kind.CONTACT, source.columns[table.key])
    found |= {name: (attribute.kind, attribute.origin) for name, attribute in source.attributes.items()}
    return found


def field_of(
    name: str, column_from: tuple[Kind, ColumnFrom], source: Source, columns: RawColumns, zone: str
) -> Field:
    """The field that a column of the stage is read through. A lookup's holds the text that is looked up."""
    kind, origin = column_from
    given = Field(
        name,
        kind,
        exp.null(),
        label=name,
        dates=source.dates,
        zone=source.zone or zone,
        decimal=source.decimal,
    )
    is_id = name in IDS or kind is Kind.CONTACT
    match origin:
        case Take(column, dates=dates, zone=own):
            raw, held = columns.native(column)
            raw, held = (columns.identity(column), Held.TEXT) if is_id else (raw, held)
            return _with(given, raw=raw, held=held, label=column, dates=dates, zone=own)
        case Constant(value):
            return _with(
                given,
                raw=exp.cast(exp.convert(str(value)), "varchar", dialect="duckdb"),
                dates="year-month-day",
            )
        case Lookup(_, match):
            return Field(name, Kind.TEXT, columns.identity(match), label=match)
        case Computed(expression):
            raw, held = _computed(expression, source, columns)
            return _with(given, raw=identity(raw) if is_id and held is Held.TEXT else raw, held=held)


def _with(
    given: Field,
    *,
    raw: exp.Expr,
    held: Held = Held.TEXT,
    label: str | None = None,
    dates: str | None = None,
    zone: str | None = None,
) -> Field:
    return Field(
        given.name,
        given.kind,
        raw,
        held,
        label or given.label,
        dates or given.dates,
        zone or given.zone,
        given.decimal,
    )


def _computed(expression: Expression, source: Source, columns: RawColumns) -> tuple[exp.Expr, Held]:
    try:
        typed = translator(columns.texts(), source.decimal, columns.find).typed(expression)
    except UnknownColumn as error:
        columns.text(error.name)
        raise
    held = {Kind.TEXT: Held.TEXT, Kind.BOOLEAN: Held.BOOLEAN, Kind.INSTANT: Held.LOCAL}.get(
        typed.kind, Held.NUMBER
    )
    return typed.sql, held


def stage_of(
    source: Source,
    columns: RawColumns,
    *,
    zone: str,
    now: datetime,
    number: int,
    content: Sequence[str],
    batches: str,
) -> Stage:
    """The stage of one file. `now` is naive UTC; `content` names the raw columns that stand for a key where there is none.

    Raises:
        SourceError: the file lacks a column that is needed.
    """
    fields = {
        name: field_of(name, column_from, source, columns, zone)
        for name, column_from in mapped(source).items()
    }
    fields |= {each.name: each for each in _extra_fields(source, columns, zone)}
    key = _key(source, columns, content)
    checks = policies(source)
    rules = [
        *_key_rule(source, columns),
        *readable(list(fields.values()), checks),
        *required(list(fields.values()), ("account_id",), also_unreadable=True),
        *required(list(fields.values()), ("occurred_at",), also_unreadable=checks["unreadable"] is not True),
        *ranges(source.canonical, fields, checks),
        *times(source.canonical, fields, now, checks),
    ]
    if isinstance(columns.raw.scan, Lines):
        rules = list(_of_sound_lines(rules))
    take = None
    if source.where is not None:
        take = exp.func("COALESCE", _computed(source.where, source, columns)[0], exp.false())
    raw = {f"raw {name}": exp.column(column.physical, quoted=True) for name, column in columns.taken.items()}
    if isinstance(columns.raw.scan, Lines):
        raw |= {MISFIT: exp.column(MISFIT), BLANK: exp.column(BLANK)}
        take = exp.case().when(exp.not_(exp.column(BLANK)), take or exp.true())
    return Stage(
        relation=relation(columns.raw, list(columns.taken.values()), f"malformed_{number}", batches),
        raw=raw,
        fields=list(fields.values()),
        key=key,
        rules=rules,
        record={name: columns.text(name) for name in list(columns.taken)},
        zone=zone,
        take=take,
        file=number,
        read_once=isinstance(columns.raw.scan, Batches),
        found=tuple(columns.found),
    )


def _extra_fields(source: Source, columns: RawColumns, zone: str) -> Iterator[Field]:
    if source.known_at is not None:
        yield field_of("known_at", (Kind.INSTANT, Take(source.known_at)), source, columns, zone)
    for place, before in enumerate(source.before):
        yield Field(f"before {place}", Kind.TEXT, columns.identity(before.match), label=before.match)
    for name, (_, origin) in mapped(source).items():
        if isinstance(origin, Take | Computed) and origin.currency_column is not None:
            text = columns.text(origin.currency_column)
            yield Field(f"{name} currency", Kind.TEXT, text, label=origin.currency_column)


def _key(source: Source, columns: RawColumns, content: Sequence[str]) -> exp.Expr:
    origin = source.columns.get(source.canonical.key)
    if origin is not None:
        return _key_text(source, origin, columns)
    nothing = exp.convert("\x1e")
    held = [exp.func("COALESCE", columns.text_if_there(name), nothing.copy()) for name in content]
    return call("concat_ws", "\x1f", *held)


def _key_text(source: Source, origin: ColumnFrom, columns: RawColumns) -> exp.Expr:
    match origin:
        case Take(column):
            return columns.identity(column)
        case Computed(expression):
            raw, held = _computed(expression, source, columns)
            return identity(raw if held is Held.TEXT else exp.cast(raw, "varchar", dialect="duckdb"))
        case _:
            raise SourceError(
                f"the key {source.canonical.key} must come from a column or an expression",
                where=f"sources.yml:{source.name}:columns",
            )


def _key_rule(source: Source, columns: RawColumns) -> Iterator[Rule]:
    key = source.canonical.key
    origin = source.columns.get(key)
    if origin is not None and key != "account_id":
        label = origin.column if isinstance(origin, Take) else key
        text = _key_text(source, origin, columns)
        yield Rule("missing", label, absent(text), exp.convert(f"{label} is empty"), True)


def _of_sound_lines(rules: Sequence[Rule]) -> Iterator[Rule]:
    """The rule that lines must come apart, and the others, of those that do."""
    misfit = exp.column(MISFIT)
    yield Rule("malformed", "", exp.and_(exp.not_(exp.column(BLANK)), present(misfit)), misfit.copy(), True)
    for rule in rules:
        yield replace(rule, broken=exp.and_(absent(misfit.copy()), rule.broken))
