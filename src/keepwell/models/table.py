"""What models read: a column per input, a row per account and instant."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from keepwell.models.definition import Holds, Input
from keepwell.scoring.observed import Bools, Floats, Ints

NO_LABEL = -1
"""The code of a label that is unknown."""


@dataclass(frozen=True, slots=True, eq=False)
class Labels:
    """A column of labels: `names[codes[i]]`, or unknown where the code is -1."""

    names: tuple[str, ...]
    codes: Ints

    @classmethod
    def of(cls, values: Sequence[str | None]) -> "Labels":
        """Labels from one text per row (`None`: unknown), names in alphabetical order."""
        names = tuple(sorted({value for value in values if value is not None}))
        place = {name: code for code, name in enumerate(names)}
        codes = [NO_LABEL if value is None else place[value] for value in values]
        return cls(names, np.array(codes, dtype=np.int64))

    def among(self, levels: Sequence[str], other: int) -> Ints:
        """The index of each label in `levels`; -1 where it is unknown, `other` where it is none of them."""
        place = {name: index for index, name in enumerate(levels)}
        found = np.array([*(place.get(name, other) for name in self.names), NO_LABEL], dtype=np.int64)
        return found[self.codes]


Column: TypeAlias = Floats | Labels


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """Columns of one length by input name. In a column of numbers NaN is unknown."""

    columns: Mapping[str, Column]
    length: int

    def __len__(self) -> int:
        return self.length

    def numbers(self, name: str) -> Floats:
        """A column of numbers; all of it unknown where the table has none of that name or it holds labels."""
        column = self.columns.get(name)
        return column if isinstance(column, np.ndarray) else np.full(self.length, np.nan)

    def labels(self, name: str) -> Labels:
        """A column of labels; all of it unknown where the table has none of that name or it holds numbers."""
        column = self.columns.get(name)
        if isinstance(column, Labels):
            return column
        return Labels((), np.full(self.length, NO_LABEL, dtype=np.int64))

    def rows(self, which: Bools | Ints) -> "Table":
        """Some of the rows only, in the order given."""
        positions: Ints = np.arange(self.length)[which]
        return Table(
            {name: _some(column, positions) for name, column in self.columns.items()}, len(positions)
        )

    def known(self, name: str, position: int) -> float | str | None:
        """One value; `None` if it is unknown."""
        column = self.columns.get(name)
        if isinstance(column, Labels):
            code = int(column.codes[position])
            return None if code == NO_LABEL else column.names[code]
        value = np.nan if column is None else float(column[position])
        return None if np.isnan(value) else value


def _some(column: Column, positions: Ints) -> Column:
    if isinstance(column, Labels):
        return Labels(column.names, column.codes[positions])
    return column[positions]


def joined(tables: Sequence[Table], inputs: Sequence[Input]) -> Table:
    """The rows of several tables below each other, with the columns of the inputs."""
    columns: dict[str, Column] = {}
    for one in inputs:
        if one.holds is Holds.NUMBER:
            columns[one.name] = np.concatenate([table.numbers(one.name) for table in tables])
        else:
            columns[one.name] = _joined([table.labels(one.name) for table in tables])
    return Table(columns, sum(len(table) for table in tables))


def _joined(parts: Sequence[Labels]) -> Labels:
    names = tuple(sorted({name for part in parts for name in part.names}))
    return Labels(names, np.concatenate([part.among(names, NO_LABEL) for part in parts]))


def fingerprint(table: Table, happened: Bools) -> str:
    """The SHA-256 of a table's content and of what became of its rows: the same data always gives the same one."""
    digest = hashlib.sha256(str(len(table)).encode())
    for name in sorted(table.columns):
        column = table.columns[name]
        digest.update(name.encode() + b"\0")
        if isinstance(column, Labels):
            known = np.unique(column.codes[column.codes != NO_LABEL]).tolist()
            used = tuple(sorted(column.names[code] for code in known))
            digest.update("\0".join(used).encode() + b"\0")
            digest.update(column.among(used, NO_LABEL).astype("<i8").tobytes())
        else:
            digest.update(np.where(np.isnan(column), np.nan, column + 0.0).astype("<f8").tobytes())
    digest.update(np.packbits(happened).tobytes())
    return digest.hexdigest()
