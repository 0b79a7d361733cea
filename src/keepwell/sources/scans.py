"""How a scan becomes a relation in a statement: what stands after FROM, and the raw columns that it gives."""

from collections.abc import Sequence

from sqlglot import exp

from keepwell.sources.raw import (
    AlignedLayout,
    Batches,
    Delimited,
    FixedLayout,
    JsonLayout,
    Lines,
    ParquetFile,
    Raw,
    RawColumn,
)
from keepwell.sql.duckdb import (
    call,
    json_flat,
    json_members,
    read_delimited,
    read_lines,
    read_parquet,
)

MISFIT = "_misfit"
"""A relation's column that says why a line could not be taken apart; only `Lines` have it."""

BLANK = "_blank"
"""A relation's column that tells lines without anything on them; only `Lines` have it."""


def relation(raw: Raw, needed: Sequence[RawColumn], malformed: str, batches: str) -> exp.Expr:
    """The relation of a file's rows, with at least the `needed` columns by their physical names.

    The engine may run in another process, so that paths are absolute. Lines that do not fit go to the temporary table `malformed`. `batches` names the table of rows that came in batches.
    """
    match raw.scan:
        case Delimited(path, delimiter, header, skip, nulls, compression):
            return read_delimited(
                str(path.absolute()),
                [column.physical for column in raw.columns],
                delimiter=delimiter,
                header=header,
                skip=skip,
                nulls=nulls,
                compression=compression,
                malformed=malformed,
            )
        case ParquetFile(path):
            return read_parquet(str(path.absolute()))
        case Batches():
            return exp.to_table(batches)
        case Lines() as lines:
            return _lines(lines, needed, malformed)


def _lines(scan: Lines, needed: Sequence[RawColumn], malformed: str) -> exp.Expr:
    line = exp.column("line")
    source = read_lines(
        str(scan.path.absolute()), skip=scan.skip, compression=scan.compression, malformed=malformed
    )
    misfit: exp.Expr = exp.cast(exp.null(), "varchar", dialect="duckdb")
    match scan.layout:
        case FixedLayout(places):
            values = [_fixed(line, places[_place(column)]) for column in needed]
            inner = exp.select(line).from_(source)
        case AlignedLayout(columns):
            words = call("regexp_split_to_array", call("trim", line, " \t"), r"\s+")
            inner = exp.select(line, words.as_("words")).from_(source)
            values = [call("list_extract", exp.column("words"), _place(column) + 1) for column in needed]
            count = call("len", exp.column("words"))
            told = call("concat", count, f" values where there are {columns} columns")
            misfit = exp.case().when(exp.NEQ(this=count.copy(), expression=exp.convert(columns)), told)
        case JsonLayout(names):
            inner, values = _json(source, names, needed)
            is_object = exp.EQ(this=call("json_type", exp.column("sound")), expression=exp.convert("OBJECT"))
            misfit = exp.case().when(
                exp.not_(exp.func("COALESCE", is_object, exp.false())),
                exp.convert("the line is no JSON object"),
            )
    blank = exp.EQ(
        this=exp.func("COALESCE", call("trim", line.copy()), exp.convert("")), expression=exp.convert("")
    )
    nulls = [exp.convert(null) for null in scan.nulls]
    named = [
        exp.case().when(exp.not_(exp.In(this=value, expressions=nulls)), value.copy()).as_(column.physical)
        if nulls
        else value.as_(column.physical)
        for column, value in zip(needed, values, strict=True)
    ]
    selected = exp.select(line.copy(), blank.as_(BLANK), misfit.as_(MISFIT), *named)
    return selected.from_(inner.subquery("l")).subquery("lines")


def _place(column: RawColumn) -> int:
    return int(column.physical.removeprefix("c"))


def _fixed(line: exp.Expr, place: tuple[int, int]) -> exp.Expr:
    first, last = place
    return call("trim", call("substr", line.copy(), first, last - first + 1))


def _json(
    source: exp.Expr, names: Sequence[str], needed: Sequence[RawColumn]
) -> tuple[exp.Select, list[exp.Expr]]:
    line = exp.column("line")
    sound = exp.case().when(call("json_valid", line), line.copy())
    lines = exp.select(line.copy(), sound.as_("sound")).from_(source)
    flat = [column for column in needed if "." not in names[_place(column)]]
    nested = {
        column.physical: "$." + names[_place(column)] for column in needed if "." in names[_place(column)]
    }
    inner = exp.select(
        line.copy(),
        exp.column("sound"),
        json_flat(exp.column("sound"), [names[_place(column)] for column in flat]).as_("flat"),
        *([json_members(exp.column("sound"), nested).as_("nested")] if nested else []),
    ).from_(lines.subquery("j"))
    values: list[exp.Expr] = []
    for column in needed:
        where, name = (
            ("nested", column.physical) if column.physical in nested else ("flat", names[_place(column)])
        )
        values.append(call("struct_extract", exp.column(where), name))
    return inner, values
