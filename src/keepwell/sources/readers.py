"""Opens a source's file as declared: its columns, and a scan of its rows."""

import shutil
import tempfile
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from keepwell.errors import SourceError
from keepwell.sources import text
from keepwell.sources.files import compression, format_of
from keepwell.sources.raw import (
    AlignedLayout,
    Delimited,
    FixedLayout,
    JsonLayout,
    Lines,
    ParquetFile,
    Raw,
    RawColumn,
    RawKind,
    numbered,
)
from keepwell.sources.source import Format, Reading
from keepwell.sources.structure import members, mentions
from keepwell.sources.workbook import open_sheet


def open_file(
    path: Path, file: str, reading: Reading, scratch: Path, wanted: frozenset[str] = frozenset()
) -> Raw:
    """The rows of one file. `file` is its name for people; copies that reading needs are made in `scratch`.

    Members of JSON Lines that are `wanted` are found however late in the file they first occur. Fixed-width text has no
    header, unless its first line repeats the names of its columns.

    Raises:
        SourceError: the file cannot be read as declared.
    """
    layout = reading.format or format_of(path)
    if layout is None:
        endings = ", ".join(each.value for each in Format)
        raise SourceError(
            f"the ending of {path.name} tells no format",
            where=file,
            do=f"declare `format:` as one of {endings}",
        )
    if path.stat().st_size == 0:
        raise SourceError("the file is empty", where=file, do="remove it, or export it again")
    match layout:
        case Format.PARQUET:
            return _parquet(_plain(path, scratch), file)
        case Format.XLSX:
            return open_sheet(_plain(path, scratch), file, reading)
        case Format.CSV | Format.TSV:
            return _delimited(path, file, _with_delimiter(reading, layout), scratch)
        case _:
            return _lines(path, file, replace(reading, format=layout), scratch, wanted)


def _with_delimiter(reading: Reading, layout: Format) -> Reading:
    return replace(reading, delimiter=reading.delimiter or ("\t" if layout is Format.TSV else ","))


def _plain(path: Path, scratch: Path) -> Path:
    if compression(path) == "none":
        return path
    scratch.mkdir(parents=True, exist_ok=True)
    with text.opened(path) as packed, tempfile.NamedTemporaryFile(dir=scratch, delete=False) as copy:
        shutil.copyfileobj(packed, copy, 1 << 22)
    return Path(copy.name)


def _parquet(path: Path, file: str) -> Raw:
    try:
        schema = pq.read_schema(path)
    except (pa.ArrowInvalid, OSError) as error:
        raise SourceError(f"the file is no Parquet file: {error}", where=file) from error
    columns = tuple(RawColumn(each.name, each.name, _kind(each.type)) for each in schema)
    return Raw(file, columns, ParquetFile(path), first_row=1)


def _kind(stored: pa.DataType) -> RawKind:
    types = pa.types
    if types.is_boolean(stored):
        return RawKind.BOOLEAN
    if types.is_integer(stored) or types.is_floating(stored) or types.is_decimal(stored):
        return RawKind.NUMBER
    if types.is_timestamp(stored):
        return RawKind.ZONED if stored.tz else RawKind.LOCAL
    return RawKind.LOCAL if types.is_date(stored) else RawKind.TEXT


def _delimited(path: Path, file: str, reading: Reading, scratch: Path) -> Raw:
    delimiter = reading.delimiter or ","
    start = text.head(path, reading.encoding)
    first = text.header(start, delimiter, reading.skip)
    if not first:
        raise SourceError("the file holds no rows", where=file, do="remove it, or mend `skip:`")
    if reading.header:
        columns = numbered(first)
    else:
        columns = numbered(reading.names or [f"column{place + 1}" for place in range(len(first))])
    readable, packed = text.as_utf8(path, reading.encoding, scratch)
    scan = Delimited(readable, delimiter, reading.header, reading.skip, reading.nulls, packed)
    return Raw(file, columns, scan, first_row=reading.skip + int(reading.header) + 1)


def _lines(path: Path, file: str, reading: Reading, scratch: Path, wanted: frozenset[str]) -> Raw:
    start = text.head(path, reading.encoding)
    lines = start.splitlines()[reading.skip :]
    first = next((line for line in lines if line.strip()), "")
    if not first:
        raise SourceError("the file holds no rows", where=file, do="remove it, or mend `skip:`")
    readable, packed = text.as_utf8(path, reading.encoding, scratch)
    if reading.format is Format.JSONL:
        found = members(start, file)
        late = sorted(name for name in wanted.difference(found) if mentions(readable, name))
        columns = numbered([*found, *late])
        scan = Lines(
            readable,
            JsonLayout(tuple(column.name for column in columns)),
            reading.skip,
            reading.nulls,
            packed,
        )
        return Raw(file, columns, scan, first_row=reading.skip + 1)
    if reading.format is Format.FIXED:
        if not reading.widths:
            raise SourceError(
                "fixed-width text needs to know where its columns stand",
                where=file,
                do="declare, for example, `widths: {id: 1-6, date: 8-15}`",
            )
        columns = numbered(list(reading.widths))
        places = FixedLayout(tuple(reading.widths.values()))
        skip = reading.skip + int(_names_its_columns(first, reading))
        return Raw(file, columns, Lines(readable, places, skip, reading.nulls, packed), first_row=skip + 1)
    words = first.split()
    columns = numbered(
        words if reading.header else reading.names or [f"column{place + 1}" for place in range(len(words))]
    )
    aligned = AlignedLayout(len(columns))
    skip = reading.skip + int(reading.header)
    return Raw(file, columns, Lines(readable, aligned, skip, reading.nulls, packed), first_row=skip + 1)


def _names_its_columns(line: str, reading: Reading) -> bool:
    """Whether the first line of fixed-width text repeats the names of its columns: a header, and no data."""
    return all(
        line[first - 1 : last].strip().lower() in ("", name.lower())
        for name, (first, last) in reading.widths.items()
    )
