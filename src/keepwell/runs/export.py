"""Scores written for other programs: JSON, CSV, Parquet and Excel."""

import csv
import io
import json
import os
import re
import secrets
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq
import xlsxwriter

from keepwell.errors import UserError
from keepwell.runs.portfolio import costs, told
from keepwell.scoring.score import Reason, Score


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


def record(score: Score, simulated: bool = False) -> dict[str, Any]:
    """A score as an object for JSON. Instants are ISO 8601 in UTC; `baseline` and all points add up to `score`."""
    shown: dict[str, Any] = {
        "account_id": score.account_id,
        "as_of": score.as_of.isoformat(),
        "purpose": score.purpose,
        "score": score.score,
        "band": score.band,
        "coverage": score.coverage,
        "scorecard": score.scorecard,
        "value": score.value,
        "value_at_risk": score.value_at_risk,
        "risk_basis": score.risk_basis,
        "baseline": score.baseline,
        "reasons": [_reason(reason) for reason in score.reasons],
        "name": score.name,
        "segment": score.segment,
        "stage": score.stage,
        "owner": score.owner,
        "computed_score": score.computed_score,
        "previous_band": score.previous_band,
        "days_in_band": score.days_in_band,
        "why_not": score.why_not,
        "version": score.version,
    }
    return {**shown, "simulated": True} if simulated else shown


def _reason(reason: Reason) -> dict[str, Any]:
    return {
        "measure": reason.name,
        "points": reason.points,
        "text": reason.text,
        "step": reason.step,
        "dimension": reason.dimension,
        "value": reason.value,
        "scaled": reason.scaled,
        "weight": reason.weight,
        "advice": reason.advice,
    }


def write(scores: Sequence[Score], form: Format, stream: BinaryIO, *, simulated: bool = False) -> None:
    """Writes scores to a binary stream. With `simulated`, every row and the file's own metadata say so."""
    match form:
        case Format.JSON:
            _json(scores, stream, simulated)
        case Format.CSV:
            _csv(scores, stream, simulated)
        case Format.PARQUET:
            _parquet(scores, stream, simulated)
        case Format.XLSX:
            _xlsx(scores, stream, simulated)


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


TOP = 3
"""How many of the costliest reasons get columns of their own in CSV and Excel."""

_FLAT = (
    "account_id",
    "name",
    "as_of",
    "purpose",
    "score",
    "band",
    "previous_band",
    "days_in_band",
    "coverage",
    "segment",
    "stage",
    "owner",
    "value",
    "value_at_risk",
    "risk_basis",
    "computed_score",
    "baseline",
    "scorecard",
    "version",
    "why_not",
)


def _flat(score: Score) -> list[Any]:
    shown = record(score)
    tops = costs(score, TOP)
    lines = [f"{told(reason)} ({reason.points:+.1f})" for reason in tops] + [""] * (TOP - len(tops))
    return [shown[name] for name in _FLAT] + lines


_COLUMNS = [*_FLAT, *(f"reason_{place}" for place in range(1, TOP + 1))]
_STARTS_A_FORMULA = tuple("=+-@\t\r\n=+-@|%")
_PLAIN_NUMBER = re.compile(r"[+-]?\d[\d.,]*\Z")


def harmless(text: str) -> str:
    """Text that a spreadsheet will not run: an apostrophe goes before what would begin a formula."""
    if text.lstrip(" ").startswith(_STARTS_A_FORMULA) and not _PLAIN_NUMBER.match(text):
        return "'" + text
    return text


def _csv(scores: Iterable[Score], stream: BinaryIO, simulated: bool) -> None:
    text = io.TextIOWrapper(stream, encoding="utf-8", newline="", write_through=True)
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([*_COLUMNS, "reasons", *(["simulated"] if simulated else [])])
    for score in scores:
        cells = [harmless(cell) if isinstance(cell, str) else cell for cell in _flat(score)]
        reasons = json.dumps([_reason(reason) for reason in score.reasons], ensure_ascii=False)
        writer.writerow([*cells, reasons, *(["true"] if simulated else [])])
    text.flush()
    text.detach()


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


_WIDTHS = {"account_id": 16, "name": 28, "as_of": 18, "why_not": 30, "version": 14}
_BAND_COLOURS = {
    "green": ("#14532d", "#dcfce7"),
    "yellow": ("#713f12", "#fef3c7"),
    "red": ("#7f1d1d", "#fee2e2"),
}


def _xlsx(scores: Sequence[Score], stream: BinaryIO, simulated: bool) -> None:
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "remove_timezone": True,
        "default_date_format": "yyyy-mm-dd hh:mm",
    }
    book = xlsxwriter.Workbook(stream, options)
    if simulated:
        book.set_properties({"comments": "Simulated data: no real customers."})
        book.set_custom_property("simulated", True)
    rows = [[*_flat(score), *([True] if simulated else [])] for score in scores]
    as_of = _FLAT.index("as_of")
    for row, score in zip(rows, scores, strict=True):
        row[as_of] = score.as_of
    names = [*_COLUMNS, *(["simulated"] if simulated else [])]
    sheet = _sheet(book, "Scores", names, rows)
    column = _FLAT.index("band")
    for band, (ink, paper) in _BAND_COLOURS.items():
        colours = book.add_format({"font_color": ink, "bg_color": paper})
        rule = {"type": "cell", "criteria": "==", "value": f'"{band}"', "format": colours}
        sheet.conditional_format(1, column, max(1, len(rows)), column, rule)
    names = ["account_id", "name", *(field.name for field in _REASON), *(["simulated"] if simulated else [])]
    flags = [True] if simulated else []
    _sheet(
        book,
        "Reasons",
        names,
        [
            [score.account_id, score.name, *_reason(reason).values(), *flags]
            for score in scores
            for reason in score.reasons
        ],
    )
    book.close()


_MOST_ROWS = 1_048_575


def _sheet(book: Any, title: str, names: Sequence[str], rows: Sequence[Sequence[Any]]) -> Any:
    if len(rows) > _MOST_ROWS:
        raise UserError(
            f"{len(rows):,} rows of {title.lower()} do not fit into an Excel sheet",
            do="type --format parquet",
        )
    sheet = book.add_worksheet(title)
    sheet.write_row(0, 0, names, book.add_format({"bold": True, "bottom": 1}))
    sheet.freeze_panes(1, 2)
    for column, name in enumerate(names):
        wide = name == "text" or name.startswith("reason_")
        sheet.set_column(column, column, 52 if wide else _WIDTHS.get(name, 12))
    for row, cells in enumerate(rows, start=1):
        sheet.write_row(row, 0, cells)
    sheet.autofilter(0, 0, max(1, len(rows)), len(names) - 1)
    return sheet
