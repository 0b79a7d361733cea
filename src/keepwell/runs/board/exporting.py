"""Lists of accounts as files: CSV, JSON Lines and Parquet, made piece by piece, so that no list is too long."""

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict
from enum import StrEnum
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from keepwell.runs.board.desk import Desk
from keepwell.runs.board.filters import Column, Filters, Listing
from keepwell.runs.board.pages import ordered
from keepwell.runs.board.portfolio import asked_for, sorting
from keepwell.runs.board.rows import costs_of, rows
from keepwell.runs.spreadsheets import harmless
from keepwell.scoring.observed import Ints

BATCH = 1000
"""So many accounts are written at a time."""


class ListFormat(StrEnum):
    """What a list can be written as."""

    CSV = "csv"
    JSON_LINES = "jsonl"
    PARQUET = "parquet"

    @property
    def media_type(self) -> str:
        """The type that a web server names."""
        return _MEDIA[self]


_MEDIA = {
    ListFormat.CSV: "text/csv; charset=utf-8",
    ListFormat.JSON_LINES: "application/jsonl; charset=utf-8",
    ListFormat.PARQUET: "application/vnd.apache.parquet",
}

FIELDS: Mapping[str, pa.DataType] = {
    "account_id": pa.string(),
    "name": pa.string(),
    "as_of": pa.timestamp("us", tz="UTC"),
    "purpose": pa.string(),
    "score": pa.float64(),
    "band": pa.string(),
    "change": pa.float64(),
    "band_before": pa.string(),
    "days_in_band": pa.int32(),
    "coverage": pa.float64(),
    "segment": pa.string(),
    "stage": pa.string(),
    "owner": pa.string(),
    "value": pa.float64(),
    "value_at_risk": pa.float64(),
    "renews_at": pa.timestamp("us", tz="UTC"),
    "reason": pa.string(),
    "reason_points": pa.float64(),
    "reason_text": pa.string(),
    "advice": pa.string(),
    "scorecard": pa.string(),
    "version": pa.string(),
    "why_not": pa.string(),
}
"""The columns of an exported list."""

WORTH = frozenset({"value", "value_at_risk"})

Record = dict[str, Any]


def wanted(desk: Desk, filters: Filters) -> Ints:
    """The positions of the accounts in reach that are asked for, in the usual order.

    Raises:
        ForbiddenError: values are asked about by somebody who does not see them.
    """
    sheet = desk.sheet
    if sheet is None:
        return np.empty(0, dtype=np.int64)
    listing = sorting(desk, sheet, Listing())
    return ordered(
        sheet, asked_for(desk, sheet, filters), listing.sort or Column.SCORE, descending=listing.descending
    )


def pieces(desk: Desk, places: Ints, form: ListFormat) -> Iterator[bytes]:
    """The file, piece by piece. What the person does not see is no column of it; of simulated data every row says so."""
    names = [name for name in FIELDS if desk.sees_value or name not in WORTH]
    batches = (_records(desk, places[start : start + BATCH], names) for start in range(0, len(places), BATCH))
    simulated = {"simulated": pa.bool_()} if desk.project.simulated else {}
    kinds = {name: FIELDS[name] for name in names} | simulated
    return _WRITERS[form](batches, kinds)


def _records(desk: Desk, places: Ints, names: list[str]) -> list[Record]:
    current = desk.current
    common: Record = {"as_of": current.as_of, "purpose": current.purpose, "version": current.version}
    common |= {"simulated": True} if desk.project.simulated else {}
    made = []
    for row in rows(desk, places, costs_of(desk, places.tolist())):
        cost = row.cost
        of_cost = {
            "reason": "" if cost is None else cost.name,
            "reason_points": None if cost is None else cost.points,
            "reason_text": "" if cost is None else cost.text,
            "advice": "" if cost is None else cost.advice,
        }
        whole = asdict(row) | common | of_cost
        made.append({name: whole[name] for name in (*names, *({"simulated"} & common.keys()))})
    return made


def _csv(batches: Iterable[list[Record]], kinds: Mapping[str, pa.DataType]) -> Iterator[bytes]:
    """A line per account; no cell begins a formula."""
    yield _lines([list(kinds)])
    for batch in batches:
        yield _lines([[_cell(value) for value in record.values()] for record in batch])


def _lines(table: list[list[Any]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerows(table)
    return text.getvalue().encode()


def _cell(value: Any) -> Any:
    plain = _plain(value)
    return harmless(plain) if isinstance(plain, str) else plain


def _plain(value: Any) -> Any:
    """A value as JSON and CSV hold it: instants are ISO 8601 in UTC."""
    return value.isoformat() if hasattr(value, "isoformat") else value


def _json_lines(batches: Iterable[list[Record]], _kinds: Mapping[str, pa.DataType]) -> Iterator[bytes]:
    for batch in batches:
        lines = (
            json.dumps({name: _plain(value) for name, value in record.items()}, ensure_ascii=False)
            for record in batch
        )
        yield "".join(f"{line}\n" for line in lines).encode()


class _Sink(io.RawIOBase):
    """Takes what a writer writes, to be passed on piece by piece."""

    def __init__(self) -> None:
        self._waiting: list[bytes] = []

    def writable(self) -> bool:
        """It is."""
        return True

    def write(self, piece: Any) -> int:
        """Keeps a piece."""
        self._waiting.append(bytes(piece))
        return len(piece)

    def taken(self) -> bytes:
        """What has come since the last time."""
        pieces, self._waiting = self._waiting, []
        return b"".join(pieces)


def _parquet(batches: Iterable[list[Record]], kinds: Mapping[str, pa.DataType]) -> Iterator[bytes]:
    schema = pa.schema([pa.field(name, kind) for name, kind in kinds.items()])
    if "simulated" in kinds:
        schema = schema.with_metadata({"keepwell.simulated": "true"})
    sink = _Sink()
    with pq.ParquetWriter(sink, schema, compression="zstd") as writer:
        for batch in batches:
            writer.write_table(pa.Table.from_pylist(batch, schema=schema))
            yield sink.taken()
    yield sink.taken()


_WRITERS: Mapping[
    ListFormat, Callable[[Iterable[list[Record]], Mapping[str, pa.DataType]], Iterator[bytes]]
] = {
    ListFormat.CSV: _csv,
    ListFormat.JSON_LINES: _json_lines,
    ListFormat.PARQUET: _parquet,
}
