"""Rows of an Excel (or OpenDocument) sheet, in Arrow batches of text."""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pyarrow as pa
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from keepwell.errors import SourceError
from keepwell.sources.database import as_text, text_batch
from keepwell.sources.raw import Batches, Raw, numbered, suggestion
from keepwell.sources.source import Reading

_BATCH_ROWS = 20_000


def open_sheet(path: Path, file: str, reading: Reading) -> Raw:
    """The rows of the declared sheet, or of the first.

    Raises:
        SourceError: it is no workbook, has no such sheet, or the sheet is empty.
    """
    rows = _rows(_sheet(path, file, reading.sheet), reading.skip)
    first = next(rows, None)
    if first is None:
        raise SourceError("the sheet is empty", where=file, do="name another one: `sheet: ...`")
    if reading.header:
        columns = numbered([as_text(cell) or "" for cell in first])
    else:
        columns = numbered(reading.names or [f"column{place + 1}" for place in range(len(first))])
    schema = pa.schema([(column.physical, pa.string()) for column in columns])

    def read() -> pa.RecordBatchReader:
        body = _rows(_sheet(path, file, reading.sheet), reading.skip + int(reading.header))
        return pa.RecordBatchReader.from_batches(schema, _batches(body, schema, frozenset(reading.nulls)))

    return Raw(file, columns, Batches(read), first_row=reading.skip + int(reading.header) + 1)


def _sheet(path: Path, file: str, name: str | None) -> CalamineSheet:
    try:
        workbook = CalamineWorkbook.from_path(str(path))
        if name is not None and name not in workbook.sheet_names:
            raise SourceError(
                f"there is no sheet {name!r}", where=file, do=suggestion(name, workbook.sheet_names)
            )
        return workbook.get_sheet_by_name(name or workbook.sheet_names[0])
    except CalamineError as error:
        raise SourceError(f"the file is no workbook that can be read: {error}", where=file) from error


def _rows(sheet: CalamineSheet, skip: int) -> Iterator[list[object]]:
    return islice(iter(sheet.to_python(skip_empty_area=False)), skip, None)


def _batches(
    rows: Iterator[list[object]], schema: pa.Schema, nulls: frozenset[str]
) -> Iterator[pa.RecordBatch]:
    width = len(schema)
    while batch := list(islice(rows, _BATCH_ROWS)):
        yield text_batch([[_known(cell, nulls) for cell in row[:width]] for row in batch], schema)


def _known(cell: object, nulls: frozenset[str]) -> object:
    """The cell, or `None` if it is empty or holds a text that stands for "unknown"."""
    return None if cell == "" or as_text(cell) in nulls else cell
