"""What is DuckDB's own in the statements that load: table functions that read files, and functions without a standard name."""

from collections.abc import Mapping, Sequence

from sqlglot import exp

_MOST_LINE_BYTES = 4 * 2**20


def call(function: str, *arguments: exp.Expr | str | int) -> exp.Expr:
    """A call of an engine's function by name; plain Python values become literals."""
    return exp.Anonymous(
        this=function,
        expressions=[each if isinstance(each, exp.Expr) else exp.convert(each) for each in arguments],
    )


def _option(name: str, value: exp.Expr | str | int | bool) -> exp.Expr:
    literal = value if isinstance(value, exp.Expr) else exp.convert(value)
    return exp.EQ(this=exp.column(name), expression=literal)


def _text_columns(names: Sequence[str]) -> exp.Expr:
    return exp.Struct(
        expressions=[
            exp.PropertyEQ(this=exp.to_identifier(name, quoted=True), expression=exp.convert("VARCHAR"))
            for name in names
        ]
    )


def read_delimited(
    path: str,
    columns: Sequence[str],
    *,
    delimiter: str,
    header: bool,
    skip: int,
    nulls: Sequence[str],
    compression: str,
    malformed: str,
) -> exp.Expr:
    """The rows of a delimited text file as text columns; rows that do not fit go to the tables named after `malformed`."""
    return call(
        "read_csv",
        exp.convert(path),
        _option("auto_detect", False),
        _option("columns", _text_columns(columns)),
        _option("delim", delimiter),
        _option("quote", '"'),
        _option("escape", '"'),
        _option("header", header),
        _option("skip", skip),
        _option("nullstr", exp.array(*(exp.convert(null) for null in nulls), dialect="duckdb")),
        _option("compression", compression),
        _option("max_line_size", _MOST_LINE_BYTES),
        _option("store_rejects", True),
        _option("rejects_table", malformed),
        _option("rejects_scan", f"{malformed}_scans"),
    )


def read_lines(path: str, *, skip: int, compression: str, malformed: str) -> exp.Expr:
    """The lines of a text file as one column, `line`."""
    return call(
        "read_csv",
        exp.convert(path),
        _option("auto_detect", False),
        _option("columns", _text_columns(["line"])),
        _option("delim", "\x01"),
        _option("quote", ""),
        _option("escape", ""),
        _option("header", False),
        _option("skip", skip),
        _option("compression", compression),
        _option("max_line_size", _MOST_LINE_BYTES),
        _option("store_rejects", True),
        _option("rejects_table", malformed),
        _option("rejects_scan", f"{malformed}_scans"),
    )


def read_parquet(path: str) -> exp.Expr:
    """The rows of a Parquet file."""
    return call("read_parquet", exp.convert(path))


def json_members(line: exp.Expr, members: Mapping[str, str]) -> exp.Expr:
    """A line's members (JSON pointers by column name) as text, in one struct; NULL where the line is no JSON object."""
    return exp.Struct(
        expressions=[
            exp.PropertyEQ(
                this=exp.to_identifier(name, quoted=True),
                expression=call("json_extract_string", line.copy(), pointer),
            )
            for name, pointer in members.items()
        ]
    )


def json_flat(line: exp.Expr, members: Sequence[str]) -> exp.Expr:
    """A line's top-level members as a struct of texts, parsed once."""
    structure = "{" + ", ".join(f'{_json_text(name)}: "VARCHAR"' for name in members) + "}"
    return call("json_transform", line, structure)


def _json_text(name: str) -> str:
    return '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'


def json_object(members: Mapping[str, exp.Expr]) -> exp.Expr:
    """A JSON object as text."""
    pairs: list[exp.Expr] = []
    for name, value in members.items():
        pairs += [exp.convert(name), value]
    return exp.cast(call("json_object", *pairs), "varchar", dialect="duckdb")


def key_of(text: exp.Expr) -> exp.Expr:
    """The key that a text stands for: its MD5 as a UUID."""
    return exp.cast(call("md5", text), "uuid", dialect="duckdb")


def try_cast(value: exp.Expr, kind: str) -> exp.Expr:
    """The value as a type, or NULL."""
    return exp.TryCast(this=value, to=exp.DataType.build(kind, "duckdb"))


def parsed(text: exp.Expr, pattern: str) -> exp.Expr:
    """The instant that a text holds in a strptime pattern, or NULL."""
    return call("try_strptime", text, pattern)


def from_zone(local: exp.Expr, zone: str) -> exp.Expr:
    """A local timestamp in a zone as naive UTC; a local time that occurs twice is the second one."""
    return exp.cast(call("timezone", exp.convert(zone), local), "timestamp", dialect="duckdb")


def in_zone(utc: exp.Expr, zone: str) -> exp.Expr:
    """A naive UTC timestamp as local time in a zone."""
    return call("timezone", exp.convert(zone), call("timezone", exp.convert("UTC"), utc))


def aware(text: exp.Expr) -> exp.Expr:
    """A text with an offset as naive UTC, or NULL."""
    return exp.cast(try_cast(text, "timestamptz"), "timestamp", dialect="duckdb")
