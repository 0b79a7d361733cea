"""The statement that turns one file's raw rows into typed, checked rows of the stage.

raw      the file's rows as they come
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

FILE, TAKEN, FINDINGS, REJECTED, RECORD = "_file", "_taken", "_findings", "_rejected", "_record"
"""The stage's own columns: the file's number, whether `where` takes the row, what is wrong, whether it is refused, the row."""


@dataclass(frozen=True, slots=True)
class Stage:
    """What one file's rows become.

    `relation` gives the file's rows; `raw` says what to take from it, by the names that the fields' raw values use. `key`
    is the text of the key over them. `record` maps the file's own names to what is kept of rows with findings. `take` says
    which rows are taken: true, false, or NULL for lines that hold nothing. `zone` is the project's.
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


def stage_statement(stage: Stage) -> exp.Select:
    """One row of the stage per row of the file, in the file's order."""
    raw = exp.select(*(value.copy().as_(name, quoted=True) for name, value in stage.raw.items()))
    parsed = [value.as_(name, quoted=True) for each in stage.fields for name, value in each.parsed()]
    return (
        exp.select(*_result(stage))
        .from_("typed")
        .with_("raw", raw.from_(stage.relation.copy()))
        .with_("parsed", exp.select("*", *parsed).from_("raw"))
        .with_("typed", exp.select(*_typed(stage)).from_("parsed"))
    )


def stage_columns(stage: Stage) -> list[str]:
    """The names of the stage's columns, in order."""
    return [each.alias_or_name for each in _result(stage)]


def _typed(stage: Stage) -> list[exp.Expr]:
    passed: list[exp.Expr] = [column(name) for name in stage.raw]
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
        exp.case()
        .when(some.copy(), json_object({name: value.copy() for name, value in stage.record.items()}))
        .as_(RECORD),
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
