"""A first look at the files of a folder: their columns, what each holds, and how many rows there are."""

import csv
import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from itertools import takewhile
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet

from keepwell.errors import SourceError
from keepwell.project.propose.first_rows import MOST_ROWS, first_rows
from keepwell.project.propose.guess import Guess, Holds, guess, moments
from keepwell.sources.files import format_of
from keepwell.sources.readers import open_file
from keepwell.sources.source import Encoding, Format, Reading
from keepwell.sources.text import opened


@dataclass(frozen=True)
class Column:
    """One column as found: `plain` is its name in small letters and `_`; `values` are its distinct texts."""

    name: str
    values: pa.Array
    filled: int
    rows: int
    guess: Guess

    @cached_property
    def plain(self) -> str:
        """The name in small letters, digits and `_`."""
        return plain(self.name)

    @property
    def distinct(self) -> int:
        """How many different values there are, empty ones aside."""
        return len(self.values)

    @property
    def unique(self) -> float:
        """The share of rows whose value is the first of its kind: 1 identifies a row."""
        return self.distinct / self.rows if self.rows else 0.0

    @cached_property
    def span(self) -> tuple[datetime, datetime] | None:
        """The first and last day, of dates."""
        return moments(self.values, self.guess.dates) if self.guess.holds is Holds.DATE else None

    def top(self) -> float | None:
        """The largest number, of numbers."""
        if self.guess.holds not in (Holds.INTEGER, Holds.NUMBER) or self.guess.decimal == ",":
            return None
        return float(pc.max(pc.cast(self.values, pa.float64())).as_py())

    def texts(self, most: int = 12) -> list[str]:
        """Some of the values."""
        return [str(value) for value in self.values.slice(0, most).to_pylist()]


@dataclass(frozen=True)
class Head:
    """A file as found, or several of one make. `rows` counts those looked at; `whole` says whether that was all."""

    paths: tuple[Path, ...]
    reading: Reading
    rows: int
    whole: bool
    columns: tuple[Column, ...]
    table: pa.Table = field(repr=False)

    @property
    def stem(self) -> str:
        """The file's name without its endings, or what the names of several have in common."""
        stems = [plain(path.name.split(".")[0]) for path in self.paths]
        alike = takewhile(lambda signs: len(set(signs)) == 1, zip(*stems, strict=False))
        shared = "".join(signs[0] for signs in alike)
        return shared.rstrip("_0123456789") or stems[0]

    def column(self, name: str) -> Column:
        """The column of that name."""
        return next(column for column in self.columns if column.name == name)

    def distinct_rows(self, names: list[str]) -> int:
        """How many different combinations of these columns' values there are."""
        return int(self.table.select(names).group_by(names).aggregate([]).num_rows)


def plain(name: str) -> str:
    """A name in small letters, digits and `_`, beginning with a letter."""
    parted = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name.strip())
    word = re.sub(r"[^a-z0-9]+", "_", parted.lower()).strip("_")
    return word if word[:1].isalpha() else f"c_{word}".rstrip("_")


@dataclass(frozen=True, slots=True)
class Looked:
    """What a look at a folder found: the heads, and the files that cannot be read, with why."""

    heads: tuple[Head, ...]
    unread: tuple[tuple[Path, str], ...]


def look(folder: Path) -> Looked:
    """Every data file below a folder; files of one make, in one place and with the same columns, are one head."""
    groups: dict[object, list[Head]] = {}
    unread = []
    for found in _each(folder):
        if isinstance(found, Head):
            names = tuple(column.name for column in found.columns)
            ending = found.paths[0].name.partition(".")[2]
            groups.setdefault((found.paths[0].parent, ending, names, found.reading.delimiter), []).append(
                found
            )
        else:
            unread.append(found)
    return Looked(tuple(map(_merged, groups.values())), tuple(unread))


def _merged(alike: list[Head]) -> Head:
    if len(alike) == 1:
        return alike[0]
    table = pa.concat_tables([one.table for one in alike]).slice(0, MOST_ROWS)
    columns = tuple(_column(name, table.column(name)) for name in table.column_names)
    paths = tuple(path for one in alike for path in one.paths)
    return Head(paths, alike[0].reading, table.num_rows, all(one.whole for one in alike), columns, table)


def _each(folder: Path) -> Iterator[Head | tuple[Path, str]]:
    for path in sorted(folder.rglob("*")):
        hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
        if not path.is_file() or hidden or format_of(path) is None:
            continue
        try:
            yield head(path)
        except (SourceError, pa.ArrowInvalid, UnicodeDecodeError, OSError) as error:
            yield path, str(error).splitlines()[0]


def head(path: Path) -> Head:
    """The head of one file, read as its ending and its first bytes say.

    Raises:
        SourceError, ArrowInvalid: it cannot be read.
    """
    reading = _reading(path)
    with tempfile.TemporaryDirectory(prefix="keepwell-") as scratch:
        table = first_rows(open_file(path, path.name, reading, Path(scratch)))
    whole = table.num_rows < MOST_ROWS
    columns = tuple(_column(name, table.column(name)) for name in table.column_names)
    return Head((path,), reading, table.num_rows, whole, columns, table)


def _column(name: str, values: pa.ChunkedArray) -> Column:
    found = pc.unique(values)
    texts = found.filter(pc.and_kleene(pc.is_valid(found), pc.not_equal(found, "")))
    filled = len(values) - int(pc.sum(pc.or_kleene(pc.is_null(values), pc.equal(values, ""))).as_py() or 0)
    holds = guess(texts, plain(name))
    if holds.nulls:
        texts = texts.filter(pc.invert(pc.is_in(texts, pa.array(holds.nulls))))
    return Column(name, texts, filled, len(values), holds)


def _reading(path: Path) -> Reading:
    """How a file is probably read: its encoding by its first bytes, its delimiter by its first lines."""
    form = format_of(path)
    if form in (Format.PARQUET, Format.XLSX):
        return Reading()
    with opened(path) as file:
        start = file.read(1 << 16)
    encoding = Encoding.UTF_16 if start[:2] in (b"\xff\xfe", b"\xfe\xff") else _eight_bits(start)
    if form is not Format.CSV:
        return Reading(encoding=encoding)
    text = start.decode({"utf-8": "utf-8-sig"}.get(encoding, encoding), errors="replace")
    delimiter = _delimiter(text)
    return Reading(encoding=encoding, delimiter=None if delimiter == "," else delimiter)


def _eight_bits(start: bytes) -> Encoding:
    try:
        start.decode("utf-8")
    except UnicodeDecodeError as error:
        return Encoding.UTF_8 if error.end >= len(start) - 3 else Encoding.LATIN_1
    return Encoding.UTF_8


def _delimiter(text: str) -> str:
    """The sign that parts the first line into most pieces, of those that part the next lines alike."""
    lines = [line for line in text.splitlines()[:20] if line.strip()]
    best, most = ",", 1
    for sign in (",", ";", "\t", "|"):
        counts = [len(row) for row in csv.reader(lines[:-1] or lines, delimiter=sign)]
        if counts and counts[0] > most and sum(count == counts[0] for count in counts) >= 0.9 * len(counts):
            best, most = sign, counts[0]
    return best
