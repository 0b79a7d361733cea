"""Rows as they come, before any meaning: which columns there are, and how an engine gets at them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum
from pathlib import Path
from typing import TypeAlias

import pyarrow as pa


class RawKind(StrEnum):
    """What a raw column holds. Text files hold text only; Parquet files and databases know better."""

    TEXT = "text"
    NUMBER = "number"  # any number: integer, float or decimal
    BOOLEAN = "boolean"
    LOCAL = "local"  # a date, or an instant without an offset
    ZONED = "zoned"  # an instant with an offset


@dataclass(frozen=True, slots=True)
class RawColumn:
    """A column by the name in its file, and by the name under which the scan gives it."""

    name: str
    physical: str
    kind: RawKind = RawKind.TEXT


@dataclass(frozen=True, slots=True)
class Delimited:
    """A UTF-8 text file of delimited values; `compression` is `none`, `gzip` or `zstd`."""

    path: Path
    delimiter: str
    header: bool
    skip: int
    nulls: tuple[str, ...]
    compression: str = "none"


@dataclass(frozen=True, slots=True)
class FixedLayout:
    """Values stand at places (first, last), 1-based and inclusive, in the order of the columns."""

    places: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class AlignedLayout:
    """Values are parted by white space."""

    columns: int


@dataclass(frozen=True, slots=True)
class JsonLayout:
    """Each line is a JSON object; `names` are the members taken."""

    names: tuple[str, ...]


Layout: TypeAlias = FixedLayout | AlignedLayout | JsonLayout


@dataclass(frozen=True, slots=True)
class Lines:
    """A UTF-8 text file whose lines are taken apart by a layout; the first `skip` lines hold no rows."""

    path: Path
    layout: Layout
    skip: int
    nulls: tuple[str, ...]
    compression: str = "none"


@dataclass(frozen=True, slots=True)
class ParquetFile:
    """A Parquet file."""

    path: Path


@dataclass(frozen=True, slots=True)
class Batches:
    """Rows that arrive in Arrow batches: a workbook's or a query's. `read` starts anew each time it is called."""

    read: Callable[[], pa.RecordBatchReader]


Scan: TypeAlias = Delimited | Lines | ParquetFile | Batches


@dataclass(frozen=True, slots=True)
class Raw:
    """One file's (or query's) rows: its name for people, its columns, its scan.

    `first_row` is the number that the first row of data has for people: 2 under a header in line 1.
    """

    file: str
    columns: tuple[RawColumn, ...]
    scan: Scan
    first_row: int

    def find(self, name: str) -> RawColumn | None:
        """The column of that name, if the file has it."""
        return next((column for column in self.columns if column.name == name), None)


def numbered(names: Sequence[str]) -> tuple[RawColumn, ...]:
    """Columns of text by their names in order; a name that is empty or there twice is made unique."""
    seen: set[str] = set()
    columns = []
    for place, given in enumerate(names):
        name = given.strip() or f"column{place + 1}"
        unique, count = name, 1
        while unique in seen:
            count += 1
            unique = f"{name}_{count}"
        seen.add(unique)
        columns.append(RawColumn(unique, f"c{place}"))
    return tuple(columns)


def suggestion(name: str, names: Sequence[str]) -> str:
    """What to type in place of a name that is not there: the nearest that is, or all there are."""
    lowered = {each.lower(): each for each in names}
    near = get_close_matches(name.lower(), list(lowered), n=1, cutoff=0.6)
    if near:
        return f"did you mean {lowered[near[0]]!r}?"
    return "there are " + ", ".join(names) if names else "there are no columns"
