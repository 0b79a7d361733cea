"""How the simulated systems write their exports: delimited text, fixed width, JSON Lines, Parquet and Excel."""

import csv
import gzip
import io
import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import xlsxwriter

from keepwell.sources.simulation.season import Rows


def texts(values: Any) -> Any:
    """The values as texts (an object array): ISO dates and instants, whole numbers plainly, unknown as nothing."""
    values = np.asarray(values)
    if values.dtype.kind == "M":
        written = np.datetime_as_string(values).astype(object)
        written[np.isnat(values)] = ""
        return written
    if values.dtype.kind == "f":
        return np.array(["" if math.isnan(one) else f"{one:.12g}" for one in values.tolist()], dtype=object)
    return np.array([str(one) for one in values.tolist()], dtype=object)


def styled(values: Any, style: Callable[[str], str]) -> Any:
    """The values as texts, each known one put into another style."""
    return np.array([style(one) if one else "" for one in texts(values).tolist()], dtype=object)


def german_day(iso: str) -> str:
    """31.12.2024"""
    return f"{iso[8:10]}.{iso[5:7]}.{iso[:4]}"


def american_time(iso: str) -> str:
    """12/31/2024 23:59"""
    return f"{iso[5:7]}/{iso[8:10]}/{iso[:4]} {iso[11:16]}"


def compact_day(iso: str) -> str:
    """20241231"""
    return iso[:10].replace("-", "")


def zulu(iso: str) -> str:
    """2024-12-31T23:59:00Z"""
    return iso + "Z"


def cents(values: Any) -> Any:
    """Amounts with two decimals."""
    return np.array([f"{one:.2f}" for one in np.asarray(values).tolist()], dtype=object)


@dataclass(frozen=True, slots=True)
class Delimited:
    """Delimited text; an ending of `.gz` packs it."""

    delimiter: str = ","
    encoding: str = "utf-8"

    def write(self, path: Path, table: Rows, broken: Mapping[int, str] | None = None) -> None:
        """Writes a header and the table's texts, with the `broken` lines before the rows of those numbers."""
        buffer = io.StringIO()
        writer = csv.writer(buffer, delimiter=self.delimiter, lineterminator="\n")
        writer.writerow(table)
        rows = list(zip(*(values.tolist() for values in table.values()), strict=True))
        begin = 0
        for place, line in sorted((broken or {}).items()):
            writer.writerows(rows[begin:place])
            buffer.write(line + "\n")
            begin = place
        writer.writerows(rows[begin:])
        _write(path, buffer.getvalue().encode(self.encoding))


def write_lines(path: Path, lines: Sequence[str], broken: Mapping[int, str] | None = None) -> None:
    """Writes lines of text, with the `broken` ones before those of the given numbers."""
    parts: list[str] = []
    begin = 0
    for place, line in sorted((broken or {}).items()):
        parts += [*lines[begin:place], line]
        begin = place
    _write(path, ("\n".join([*parts, *lines[begin:]]) + "\n").encode())


def json_lines(table: Rows, plain: Sequence[str] = ()) -> list[str]:
    """A JSON object per row; empty texts are null, the `plain` columns' texts are numbers or true and false."""
    columns = list(table)
    encode = json.JSONEncoder(ensure_ascii=False).encode
    lines = []
    for row in zip(*(values.tolist() for values in table.values()), strict=True):
        fields = (
            f'"{name}": {"null" if value == "" else value if name in plain else encode(value)}'
            for name, value in zip(columns, row, strict=True)
        )
        lines.append("{" + ", ".join(fields) + "}")
    return lines


def fixed_lines(table: Rows, widths: Mapping[str, int]) -> list[str]:
    """A line per row, each column padded to its width and parted by a blank; amounts stand to the right."""
    names = list(widths)
    return [
        " ".join(
            value.rjust(widths[name]) if name.startswith("amount") else value.ljust(widths[name])
            for name, value in zip(names, row, strict=True)
        ).rstrip()
        for row in zip(*(table[name].tolist() for name in names), strict=True)
    ]


def write_parquet(path: Path, table: pa.Table) -> None:
    """Writes a Parquet file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(table, path, compression="zstd")


def write_workbook(path: Path, sheets: Mapping[str, Rows], created: datetime) -> None:
    """Writes an Excel workbook; columns of days or instants become Excel dates, the rest numbers or texts."""
    path.parent.mkdir(parents=True, exist_ok=True)
    book = xlsxwriter.Workbook(str(path), {"default_date_format": "yyyy-mm-dd hh:mm"})
    book.set_properties({"title": "Simulated data", "created": created})
    for name, table in sheets.items():
        sheet = book.add_worksheet(name)
        for column, (head, values) in enumerate(table.items()):
            sheet.write_string(0, column, head)
            for row, value in enumerate(values.tolist(), start=1):
                if isinstance(value, datetime):
                    sheet.write_datetime(row, column, value)
                elif isinstance(value, int | float) and not math.isnan(value):
                    sheet.write_number(row, column, value)
                elif isinstance(value, str) and value:
                    sheet.write_string(row, column, value)
    book.close()


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".gz":
        content = gzip.compress(content, compresslevel=5, mtime=0)
    path.write_bytes(content)
