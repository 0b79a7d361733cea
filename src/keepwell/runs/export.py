"""Scores written for other programs: JSON, CSV, Parquet and Excel."""

import json
import os
import secrets
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from keepwell.errors import UserError
from keepwell.runs.records import record
from keepwell.runs.spreadsheets import write_csv, write_xlsx
from keepwell.scoring.score import Score


class Format(StrEnum):
    """What scores can be written as."""

    JSON = "json"
    CSV = "csv"
    PARQUET = "parquet"
    XLSX = "xlsx"

    @property
    def binary(self) -> bool:
        """Whether it is unreadable on a terminal."""
        return self in (Format.PARQUET, Format.XLSX)

    @classmethod
    def of(cls, path: Path) -> "Format | None":
        """The format that a file's ending names, if any."""
        ending = path.suffix.lower().lstrip(".")
        return cls(ending) if ending in set(cls) else None


def write(scores: Sequence[Score], form: Format, stream: BinaryIO, *, simulated: bool = False) -> None:
    """Writes scores to a binary stream. With `simulated`, every row and the file's own metadata say so."""
    match form:
        case Format.JSON:
            _json(scores, stream, simulated)
        case Format.CSV:
            write_csv(scores, stream, simulated)
        case Format.PARQUET:
            _parquet(scores, stream, simulated)
        case Format.XLSX:
            write_xlsx(scores, stream, simulated)


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """A stream whose content takes the place of the file at `path` at the end, or not at all if anything fails.

    Raises:
        UserError: the folder is absent or may not be written to.
    """
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        stream = draft.open("xb")
    except OSError as error:
        raise UserError(
            f"cannot write here: {error.strerror}", where=str(path), do="name a file in a folder that exists"
        ) from error
    try:
        with stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        draft.replace(path)
    except OSError as error:
        raise UserError(f"cannot write: {error.strerror}", where=str(path)) from error
    finally:
        draft.unlink(missing_ok=True)


def _json(scores: Iterable[Score], stream: BinaryIO, simulated: bool) -> None:
    before = b"["
    for score in scores:
        stream.write(before + b"\n" + json.dumps(record(score, simulated), ensure_ascii=False).encode())
        before = b","
    stream.write(b"[]\n" if before == b"[" else b"\n]\n")


_REASON = pa.struct(
    [
        ("measure", pa.string()),
        ("points", pa.float64()),
        ("text", pa.string()),
        ("step", pa.string()),
        ("dimension", pa.string()),
        ("value", pa.float64()),
        ("scaled", pa.float64()),
        ("weight", pa.float64()),
        ("advice", pa.string()),
    ]
)
_FIELDS = {
    "account_id": pa.string(),
    "as_of": pa.timestamp("us", tz="UTC"),
    "purpose": pa.string(),
    "score": pa.float64(),
    "band": pa.string(),
    "coverage": pa.float64(),
    "scorecard": pa.string(),
    "value": pa.float64(),
    "value_at_risk": pa.float64(),
    "risk_basis": pa.string(),
    "baseline": pa.float64(),
    "reasons": pa.list_(_REASON),
    "name": pa.string(),
    "segment": pa.string(),
    "stage": pa.string(),
    "owner": pa.string(),
    "computed_score": pa.float64(),
    "previous_band": pa.string(),
    "days_in_band": pa.int32(),
    "why_not": pa.string(),
    "version": pa.string(),
}
_BATCH = 10_000


def _parquet(scores: Sequence[Score], stream: BinaryIO, simulated: bool) -> None:
    fields = [pa.field(name, kind) for name, kind in _FIELDS.items()]
    if simulated:
        fields.append(pa.field("simulated", pa.bool_()))
    schema = pa.schema(fields, metadata={"keepwell.simulated": "true"} if simulated else None)
    with pq.ParquetWriter(stream, schema, compression="zstd") as writer:
        for start in range(0, len(scores), _BATCH):
            rows = [
                {**record(score, simulated), "as_of": score.as_of} for score in scores[start : start + _BATCH]
            ]
            writer.write_table(pa.Table.from_pylist(rows, schema=schema))
