"""Looks a delimited text through before an engine reads it: for lines that are broken, and for where its records are.

An engine that meets a quote which is never closed takes all that follows for one value. Here such a line is found, so
that it alone is refused. Text without quotes and blank lines costs a glance, and so do quotes closed within their line.
"""

from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO

import numpy as np
import numpy.typing as npt

from keepwell.sources.record import MOST_BYTES, Grammar

_WINDOW_BYTES = 4 * MOST_BYTES
_QUOTE, _NEWLINE, _RETURN = b'"\n\r'
_MARK = b"\xef\xbb\xbf"

Places = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class BrokenLine:
    """A line that is no record: its number, counted from 1, and what it says."""

    line: int
    text: str


@dataclass
class Inspection:
    """What was found.

    `begins` is the offset of the first record, the header's if there is one; `header` is that if it is broken. `broken` are the lines that are no records,
    `gaps` the byte ranges of those and of blank lines before records. `mixed`: lines end in several ways. Of `jumps`, from
    record `jumps[0][i]` on (counted from 0, without the header's) lines are `jumps[1][i]` further down than in text without
    gaps and records of several lines.
    """

    begins: int = 0
    header: BrokenLine | None = None
    broken: list[BrokenLine] = field(default_factory=list)
    gaps: list[tuple[int, int]] = field(default_factory=list)
    jumps: tuple["array[int]", "array[int]"] = field(default_factory=lambda: (array("q"), array("q")))
    mixed: bool = False

    @property
    def sound(self) -> bool:
        """Whether an engine can read the text as it is."""
        return not self.gaps and not self.mixed


def inspect(text: IO[bytes], delimiter: str, columns: int, *, header: bool, skip: int) -> Inspection:
    """Looks a UTF-8 text through, in memory bounded but for what is found. `skip` lines precede the header or first row."""
    return _Inspector(delimiter, columns, header=header, skip=skip).run(text)


class _Inspector:
    """Goes through a text window by window. Lines are counted from 0 within a window."""

    def __init__(self, delimiter: str, columns: int, *, header: bool, skip: int) -> None:
        mark = delimiter.encode()
        self._begins = _among(mark[-1], _NEWLINE, _QUOTE)
        self._closes = _among(mark[0], _NEWLINE, _RETURN, _QUOTE)
        self._columns = columns
        self._grammar = Grammar(delimiter, columns)
        self._skip = skip
        self._found = Inspection()
        self._offset, self._line = 0, 1  # the window's in the text
        self._record = -int(header)  # the next one's ordinal; the header's is -1
        self._shift = 0
        self._blank: list[tuple[int, int]] = []  # blank lines that nothing has followed yet
        self._ends = {b"\n": 0, b"\r\n": 0}  # how many lines end so

    def run(self, text: IO[bytes]) -> Inspection:
        window = text.read(_WINDOW_BYTES)
        window = window[self._begin(window) :]
        while True:
            more = text.read(_WINDOW_BYTES)
            if more:
                window += more
                known = window.rfind(b"\n", 0, max(0, len(window) - MOST_BYTES)) + 1
                if known == 0 and len(window) < 8 * MOST_BYTES:
                    continue
                if known == 0:
                    return self._found
            else:
                known = len(window)
            done = self._look(window, known)
            self._offset += done
            window = window[done:]
            if not more and not window:
                break
        if self._columns == 1:
            self._followed()
        self._found.mixed = min(self._ends.values()) > 0
        return self._found

    def _begin(self, window: bytes) -> int:
        """Passes over the byte-order mark and the lines to skip."""
        begins = len(_MARK) if window.startswith(_MARK) else 0
        for _ in range(self._skip):
            begins = window.find(b"\n", begins) + 1 or len(window)
        self._found.begins = self._offset = begins
        self._line += self._skip
        return begins

    def _look(self, window: bytes, known: int) -> int:
        """Looks at the lines before the offset `known`, and tells how far the last record reaches."""
        if window.find(b'"', 0, known) < 0 and not _some_blank(window, known):
            lines = window.count(b"\n", 0, known) + (window[known - 1 : known] not in (b"\n", b""))
            self._pass(lines)
            self._line += lines
            self._count_ends(window, 0, known, 1)
            return known
        starts = _starts(window, known)
        place, end = 0, 0
        for line in self._suspects(window, known, starts):
            if line < place:
                continue
            self._pass(line - place)
            end, lines = self._line_of_its_own(window, int(starts[line]), line)
            place = line + lines
        self._pass(max(0, len(starts) - place))
        self._line += max(place, len(starts))
        reached = max(known, end)
        self._count_ends(window, 0, reached, 1)
        return reached

    def _pass(self, records: int) -> None:
        if records:
            self._followed()
            self._record += records

    def _line_of_its_own(self, window: bytes, start: int, line: int) -> tuple[int, int]:
        """A line that is blank or hard to tell; gives where it, or the record that begins there, ends, and its lines."""
        extent = self._grammar.extent(window, start)
        said = window[start : extent.end]
        more = said.count(b"\n", 0, max(0, len(said) - 1))
        if not said.strip(b"\r\n"):
            self._blank.append((self._offset + start, self._offset + extent.end))
            self._jump(1)
        elif extent.values is None:
            self._followed()
            self._found.gaps.append((self._offset + start, self._offset + extent.end))
            broken = BrokenLine(self._line + line, said.rstrip(b"\r\n").decode(errors="replace"))
            if self._record < 0:
                self._found.header = self._found.header or broken
            self._found.broken.append(broken)
            self._jump(1)
        else:
            self._pass(1)
            if more:
                self._jump(more)
                self._count_ends(said, 0, len(said.rstrip(b"\r\n")), -1)
        return extent.end, more + 1

    def _followed(self) -> None:
        self._found.gaps += self._blank
        self._blank.clear()

    def _jump(self, lines: int) -> None:
        self._shift += lines
        records, shifts = self._found.jumps
        record = max(0, self._record)
        if records and records[-1] == record:
            shifts[-1] = self._shift
        else:
            records.append(record)
            shifts.append(self._shift)

    def _count_ends(self, text: bytes, start: int, end: int, factor: int) -> None:
        both = text.count(b"\r\n", start, end)
        self._ends[b"\r\n"] += factor * both
        self._ends[b"\n"] += factor * (text.count(b"\n", start, end) - both)

    def _suspects(self, window: bytes, known: int, starts: Places) -> Iterator[int]:
        """The lines that are blank, or in which not every quote opens or closes a value, or is doubled within one."""
        octets = np.frombuffer(window, np.uint8, count=known)
        quotes = np.flatnonzero(octets == _QUOTE)
        first = np.searchsorted(quotes, starts)
        counts = np.diff(first, append=len(quotes))
        suspect = counts % 2 == 1
        if suspect.any():
            ordinals = np.arange(len(quotes)) - np.repeat(first, counts)
            opening, closing = quotes[ordinals % 2 == 0], quotes[ordinals % 2 == 1]
        else:
            opening, closing = quotes[::2], quotes[1::2]
        begun = self._begins[octets[np.maximum(opening - 1, 0)]] | (opening == 0)
        closed = self._closes[octets[np.minimum(closing + 1, known - 1)]] | (closing == known - 1)
        for odd in (opening[~begun], closing[~closed]):
            suspect[np.searchsorted(starts, odd, side="right") - 1] = True
        returned = octets[starts] == _RETURN
        blank = octets[starts] == _NEWLINE
        blank |= returned & (octets[np.minimum(starts + 1, known - 1)] == _NEWLINE)
        return iter(np.flatnonzero(suspect | blank).tolist())


def _among(*octets: int) -> npt.NDArray[np.bool_]:
    """Which octets are among those."""
    among = np.zeros(256, np.bool_)
    among[list(octets)] = True
    return among


def _some_blank(window: bytes, known: int) -> bool:
    if window.startswith((b"\n", b"\r\n")):
        return True
    return any(window.find(each, 0, known) >= 0 for each in (b"\n\n", b"\n\r\n"))


def _starts(window: bytes, known: int) -> Places:
    """Where lines start."""
    newlines = np.flatnonzero(np.frombuffer(window, np.uint8, count=known) == _NEWLINE)
    starts = np.concatenate(([0], newlines + 1))
    return starts[starts < known]
