"""The statement that turns one file's raw rows into typed, checked rows of the stage.

raw      the file's rows as they come
found    the same with what an expression looks up, one after the other
parsed   each mapped column, read from its text
typed    instants in UTC, numbers finite
result   the typed row, whether it is taken, and what is wrong with it
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlglot import exp

from keepwell.sql.duckdb import call, json_object, key_of
from keepwell.sql.ingest.field import Field
from keepwell.sql.ingest.rules import Rule, column

_PLACE = "_place"

FILE, TAKEN, FINDINGS, REJECTED, RECORD = "_file", "_taken", "_findings", "_rejected", "_record"
"""The stage's own columns: the file's number, whether `where` takes the row, what is wrong, whether it is refused, the row."""


@dataclass(frozen=True, slots=True)
class Lookedup:
    """A column `name` beside the raw ones: what the temporary table `table` (match, take) has for the text `value`."""

    name: str
    value: exp.Expr
    table: str


@dataclass(frozen=True, slots=True)
class Stage:
    """What one file's rows become.

    `relation` gives the file's rows; `raw` says what to take from it, by the names that the fields' raw values use. `key`
    is the text of the key over them. `record` maps the file's own names to what is kept of rows with findings. `take` says
    which rows are taken: true, false, or NULL for lines that hold nothing. `zone` is the project's. Of rows that can be
    `read_once` only, every record is kept; of others `records` gives them again.
    Each of `found` may use the raw columns and those found before it.
    """

    relation: exp.Expr
    raw: Mapping[str, exp.Expr]
    fields: Sequence[Field]
    key: exp.Expr
    rules: Sequence[Rule]
    record: Mapping[str, exp.Expr]
    zone: str
    take: exp.Expr | None = None
    file: int = 0
    read_once: bool = False
    found: Sequence[Lookedup] = ()


def stage_statement(stage: Stage) -> exp.Select:
    """One row of the stage per row of the file, in the file's order."""
    raw = exp.select(*(value.copy().as_(name, quoted=True) for name, value in stage.raw.items()))
    parsed = [value.as_(name, quoted=True) for each in stage.fields for name, value in each.parsed()]
    result = exp.select(*_result(stage)).from_("typed")
    last = "raw"
    if stage.found:
        raw = raw.select(exp.Window(this=exp.func("ROW_NUMBER")).as_(_PLACE))
        result = result.order_by(column(_PLACE))
    result = result.with_("raw", raw.from_(stage.relation.copy()))
    for number, each in enumerate(stage.found, start=1):
        result = result.with_(f"found_{number}", _with_found(last, each))
        last = f"found_{number}"
    return result.with_("parsed", exp.select("*", *parsed).from_(last)).with_(
        "typed", exp.select(*_typed(stage)).from_("parsed")
    )


def _with_found(rows: str, lookedup: Lookedup) -> exp.Select:
    """The rows, each with what is looked up for it."""
    same = exp.EQ(this=exp.column("match", table="l"), expression=lookedup.value.copy())
    return (
        exp.select(exp.Column(this=exp.Star(), table=exp.to_identifier(rows)))
        .select(exp.column("take", table="l").as_(lookedup.name, quoted=True))
        .from_(rows)
        .join(exp.to_table(lookedup.table).as_("l"), on=same, join_type="left")
    )


def records(stage: Stage, staged: str, base: int) -> exp.Select:
    """Every row of the file as it came (place, record), its place counted from 0. It is in the table `staged` from `base` on."""
    if stage.read_once:
        place = exp.Sub(this=exp.column("rowid"), expression=exp.convert(base))
        return exp.select(place.as_("place"), exp.column(RECORD).as_("record")).from_(staged)
    ordinal = exp.Window(this=exp.RowNumber())
    raw = exp.select(
        exp.Sub(this=ordinal, expression=exp.convert(1)).as_("place"),
        *(value.copy().as_(name, quoted=True) for name, value in stage.raw.items()),
    )
    return (
        exp.select("place", _record(stage).as_("record"))
        .from_("raw")
        .with_("raw", raw.from_(stage.relation.copy()))
    )


def _record(stage: Stage) -> exp.Expr:
    return json_object({name: value.copy() for name, value in stage.record.items()})


def stage_columns(stage: Stage) -> list[str]:
    """The names of the stage's columns, in order."""
    return [each.alias_or_name for each in _result(stage)]


def _typed(stage: Stage) -> list[exp.Expr]:
    passed: list[exp.Expr] = [column(name) for name in [*stage.raw, *(each.name for each in stage.found)]]
    if stage.found:
        passed.append(column(_PLACE))
    for each in stage.fields:
        passed.append(each.typed().as_(each.name, quoted=True))
        if each.name == "occurred_at":
            passed += [column("occurred_at local"), column("occurred_at utc")]
    return passed


def _result(stage: Stage) -> list[exp.Expr]:
    occurred = next(each for each in stage.fields if each.name == "occurred_at")
    broken = [rule.broken.copy() for rule in stage.rules]
    rejecting = [rule.broken.copy() for rule in stage.rules if rule.rejects]
    some = exp.or_(*broken) if broken else exp.false()
    refused = exp.or_(*rejecting) if rejecting else exp.false()
    taken = exp.true() if stage.take is None else stage.take.copy()
    return [
        exp.cast(exp.convert(stage.file), "integer").as_(FILE),
        taken.as_(TAKEN),
        exp.func("COALESCE", refused, exp.false()).as_(REJECTED),
        exp.case().when(some, findings(stage.rules)).as_(FINDINGS),
        (_record(stage) if stage.read_once else exp.case().when(some.copy(), _record(stage))).as_(RECORD),
        key_of(stage.key.copy()).as_("key", quoted=True),
        occurred.day(stage.zone).as_("occurred_on", quoted=True),
        *(column(each.name) for each in stage.fields),
    ]


def findings(rules: Sequence[Rule]) -> exp.Expr:
    """What is wrong with a row, as a list of structs."""
    if not rules:
        return exp.cast(exp.null(), FINDING + "[]", dialect="duckdb")
    listed = exp.func("ARRAY", *(rule.finding for rule in rules), dialect="duckdb")
    return exp.cast(call("list_filter", listed, _there()), FINDING + "[]", dialect="duckdb")


def _there() -> exp.Expr:
    return exp.Lambda(
        this=exp.not_(exp.Is(this=exp.column("x"), expression=exp.null())),
        expressions=[exp.to_identifier("x")],
    )


FINDING = "STRUCT(rule VARCHAR, field VARCHAR, reason VARCHAR, rejects BOOLEAN)"
"""The type of one thing that is wrong with a row."""
