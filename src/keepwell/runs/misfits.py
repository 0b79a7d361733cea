"""Lines that could not be taken apart, and the lines that the rows around them stand in."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from keepwell.sources.inspection import Inspection
from keepwell.sources.raw import Delimited, Lines, Raw

_BROKEN = "a quote is not closed, or stands within a value"
_REASONS = {
    "MISSING COLUMNS": "the row has fewer values than the header has columns",
    "TOO MANY COLUMNS": "the row has more values than the header has columns",
    "UNQUOTED VALUE": _BROKEN,
    "INVALID ENCODING": "the row is not UTF-8 text; declare `encoding: latin-1` if that is what the file is",
    "LINE SIZE OVER MAXIMUM": "the row is longer than 4 MB",
    "INVALID STATE": _BROKEN,
}
_MISFITS = pa.schema(
    [("number", pa.int32()), ("row", pa.int64()), ("reason", pa.string()), ("record", pa.string())]
)
_JUMPS = pa.schema([("number", pa.int32()), ("place", pa.int64()), ("shift", pa.int64())])


@dataclass(frozen=True, slots=True)
class Refused:
    """A line that the engine's reader refused: its own count of lines, its error's name, the line."""

    line: int
    error: str
    text: str


@dataclass
class Misfits:
    """The lines of several files that could not be taken apart, and how the rows of the stage are numbered around them."""

    _rows: list[dict[str, object]] = field(default_factory=list)
    _jumps: list[pa.Table] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self._rows)

    @property
    def table(self) -> pa.Table:
        """The lines: the number of their file in the load, their row, the reason, what they say."""
        return pa.Table.from_pylist(self._rows, schema=_MISFITS)

    @property
    def jumps(self) -> pa.Table:
        """From which place on (counted from 0 in a file's rows in the stage) rows are how much further down than that."""
        return pa.concat_tables([_JUMPS.empty_table(), *self._jumps])

    def add(self, number: int, raw: Raw, inspection: Inspection, refused: Sequence[Refused]) -> None:
        """Adds a file's: what the inspection found, and what the engine's reader `refused` then."""
        before = _lines_before(raw)
        by_record = {each.line - before - 1: each for each in sorted(refused, key=lambda each: -each.line)}
        records = sorted(by_record)
        starts, shifts = inspection.jumps
        for line in inspection.broken:
            self._add(number, line.line, _BROKEN, line.text)
        for record in records:
            each, at = by_record[record], bisect_right(starts, record) - 1
            row = raw.first_row + record + (shifts[at] if at >= 0 else 0)
            self._add(number, row, _REASONS.get(each.error, each.error.lower()), each.text.strip("\r\n"))
        self._jumps.append(_jumps(number, records, inspection))

    def _add(self, number: int, row: int, reason: str, text: str) -> None:
        self._rows.append({"number": number, "row": row, "reason": reason, "record": text})


def _lines_before(raw: Raw) -> int:
    match raw.scan:
        case Delimited(skip=skip, header=header):
            return skip + int(header)
        case Lines(skip=skip):
            return skip
    return 0


def _jumps(number: int, refused: Sequence[int], inspection: Inspection) -> pa.Table:
    starts, shifts = (np.asarray(each, dtype=np.int64) for each in inspection.jumps)
    records = np.asarray(refused, dtype=np.int64)
    places = np.concatenate((records - np.arange(len(records)), starts - np.searchsorted(records, starts)))
    lines = np.concatenate((np.ones(len(records), np.int64), np.diff(shifts, prepend=0)))
    order = np.argsort(places, kind="stable")
    places, total = places[order], np.cumsum(lines[order])
    last = np.append(places[1:] != places[:-1], True) if len(places) else np.zeros(0, bool)
    numbers = np.full(int(last.sum()), number, np.int32)
    return pa.table([numbers, places[last], total[last]], schema=_JUMPS)
