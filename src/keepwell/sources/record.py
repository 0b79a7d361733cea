"""One record of delimited text, taken apart as an engine does, and where it ends."""

import re
from dataclasses import dataclass

MOST_BYTES = 4 * 2**20
"""A record is no longer than this; a quote that is not closed within it is not closed."""

_LIKE_ROWS = 4
"""From so many delimiters on, lines that each have exactly as many values as there are columns are no one's text."""


@dataclass(frozen=True, slots=True)
class Extent:
    """Where a record ends (the offset after its line end), and how many values it has; `None`: it is broken."""

    end: int
    values: int | None


class Grammar:
    """How the records of a text are written: its delimiter, and its number of columns.

    A quote opens a value only at its beginning, spaces aside; elsewhere it is a character like others. A quote within
    quotes is doubled. A value may be of several lines if the record that they make has all the columns, unless each of
    those lines is a record itself: then a quote was forgotten.
    """

    def __init__(self, delimiter: str, columns: int) -> None:
        mark = re.escape(delimiter.encode())
        self._delimiter = delimiter.encode()
        self._columns = columns
        # no possessive group: Python before 3.11.5 matches those wrongly (cpython issue 106052)
        self._quoted = re.compile(rb' *+"[^"]*+(?:""[^"]*+)*" *+')
        self._opens = re.compile(rb' *+"')
        self._plain = re.compile(rb"(?:(?!%b)[^\r\n])*" % mark)
        self._line_end = re.compile(rb"\r?\n|\r?\Z")

    def extent(self, text: bytes, start: int) -> Extent:
        """The record that begins at an offset. A broken one is the line there."""
        line_end = self._end_of_line(text, start)
        limit = min(len(text), start + MOST_BYTES)
        whole = self._taken_apart(text, start, limit)
        if whole is None:
            return Extent(line_end, None)
        if whole.end > line_end and (
            whole.values != self._columns or self._are_rows(text[start : whole.end])
        ):
            return Extent(line_end, None)
        return whole

    def _taken_apart(self, text: bytes, start: int, limit: int) -> Extent | None:
        place, values = start, 0
        while True:
            pattern = self._quoted if self._opens.match(text, place, limit) else self._plain
            value = pattern.match(text, place, limit)
            if value is None:
                return None
            place, values = value.end(), values + 1
            if text.startswith(self._delimiter, place):
                place += len(self._delimiter)
                continue
            ended = self._line_end.match(text, place)
            return Extent(ended.end(), values) if ended else None

    def _end_of_line(self, text: bytes, start: int) -> int:
        found = text.find(b"\n", start)
        return len(text) if found < 0 else found + 1

    def _are_rows(self, text: bytes) -> bool:
        first, *others = text.splitlines()
        if len(others) * (self._columns - 1) < _LIKE_ROWS:
            return False
        if first.count(self._delimiter) + 1 < self._columns:
            return False
        return all(self._values(line) == self._columns for line in others)

    def _values(self, line: bytes) -> int:
        alone = self._taken_apart(line, 0, len(line))
        return line.count(self._delimiter) + 1 if alone is None or alone.values is None else alone.values
