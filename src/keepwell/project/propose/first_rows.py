"""The first rows of a file, as text, whatever the file is."""

import json
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

from keepwell.sources.files import compression
from keepwell.sources.raw import Batches, JsonLayout, Lines, ParquetFile, Raw
from keepwell.sources.text import opened

MOST_ROWS = 2_000_000
"""Of a longer file only so many rows are looked at."""


def first_rows(raw: Raw) -> pa.Table:
    """The rows as text, at most `MOST_ROWS` of them."""
    names = [column.name for column in raw.columns]
    match raw.scan:
        case ParquetFile(path):
            batches: Iterator[pa.RecordBatch] = pyarrow.parquet.ParquetFile(path).iter_batches()
        case Batches(read):
            batches = iter(read())
        case Lines(path, layout, skip):
            return _lines(path, layout, skip, names)
        case scan:
            batches = _delimited(scan.path, scan.delimiter, names, scan.skip + int(scan.header))
    return _gathered(batches, names)


def _delimited(path: Path, delimiter: str, names: list[str], skip: int) -> Iterator[pa.RecordBatch]:
    options = pyarrow.csv.ReadOptions(column_names=names, skip_rows=skip)
    parse = pyarrow.csv.ParseOptions(
        delimiter=delimiter, newlines_in_values=True, invalid_row_handler=lambda _row: "skip"
    )
    convert = pyarrow.csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string()))
    if compression(path) == "none":
        yield from pyarrow.csv.open_csv(path, options, parse, convert)
    else:
        with opened(path) as file:
            yield from pyarrow.csv.open_csv(pa.PythonFile(file, "r"), options, parse, convert)


def _gathered(batches: Iterator[pa.RecordBatch], names: list[str]) -> pa.Table:
    kept, rows = [], 0
    for batch in batches:
        kept.append(pa.RecordBatch.from_arrays([_text(column) for column in batch.columns], names))
        rows += batch.num_rows
        if rows >= MOST_ROWS:
            break
    schema = pa.schema([(name, pa.string()) for name in names])
    return pa.Table.from_batches(kept, schema).slice(0, MOST_ROWS)


def _text(values: pa.Array) -> pa.Array:
    if pa.types.is_timestamp(values.type) or pa.types.is_date(values.type):
        values = values.cast(pa.timestamp("s"), safe=False)
    if pa.types.is_dictionary(values.type):
        values = values.dictionary_decode()
    if pa.types.is_nested(values.type) or pa.types.is_binary(values.type):
        return pa.nulls(len(values), pa.string())
    return values if pa.types.is_string(values.type) else values.cast(pa.string())


def _lines(path: Path, layout: object, skip: int, names: list[str]) -> pa.Table:
    rows: list[list[str | None]] = []
    with opened(path) as file:
        for number, line in enumerate(file):
            if number < skip or not line.strip():
                continue
            if len(rows) >= MOST_ROWS:
                break
            rows.append(_taken_apart(line.decode("utf-8-sig", errors="replace"), layout, names))
    columns = zip(*rows, strict=True) if rows else [() for _ in names]
    return pa.table(
        {name: pa.array(list(values), pa.string()) for name, values in zip(names, columns, strict=True)}
    )


def _taken_apart(line: str, layout: object, names: list[str]) -> list[str | None]:
    if isinstance(layout, JsonLayout):
        try:
            row = json.loads(line)
        except ValueError:
            return [None] * len(names)
        return [_member(row, name) for name in names]
    words: list[str | None] = [*line.split()]
    return (words + [None] * len(names))[: len(names)]


def _member(row: object, name: str) -> str | None:
    value = row
    for part in [name] if isinstance(row, dict) and name in row else name.split("."):
        value = value.get(part) if isinstance(value, dict) else None
    if value is None or isinstance(value, dict | list):
        return None
    return str(value).lower() if isinstance(value, bool) else str(value)
