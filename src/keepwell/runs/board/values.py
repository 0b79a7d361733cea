"""The signals of all accounts as runs kept them, now and over time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from keepwell.runs.board.sheet import Sheet
from keepwell.scoring.observed import Floats
from keepwell.sql.board.values import runs_statement, values_statement
from keepwell.warehouse.protocol import Warehouse
from keepwell.warehouse.scores import KeptScores
from keepwell.warehouse.selection import aware

MOST_RUNS = 26
"""So many runs are read to tell how a signal went, the last of each day, evenly spread."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A run whose signals are kept."""

    run: int
    version: str
    as_of: datetime


@dataclass(frozen=True)
class Values:
    """Signals by account (the positions of a sheet) and by name (`names`, in the order of columns); NaN: not known."""

    names: tuple[str, ...]
    matrix: Floats

    def of(self, signal: str) -> Floats:
        """One signal of all accounts; unknown everywhere if the run did not keep it."""
        if signal not in self.names:
            return np.full(len(self.matrix), np.nan)
        column: Floats = self.matrix[:, self.names.index(signal)]
        return column


def values(warehouse: Warehouse, sheet: Sheet, kept: Kept) -> Values:
    """Reads the signals of a run. Text is no number, and not among them."""
    definition = KeptScores(warehouse).definition(kept.version)
    names = () if definition is None else tuple(signal.name for signal in definition.signals)
    matrix = np.full((len(sheet), len(names)), np.nan)
    rows = warehouse.query(values_statement(kept.run)).combine_chunks()
    if rows.num_rows and names:
        at = sheet.positions(rows["account"].to_numpy().astype(np.int64))
        flat = np.concatenate(
            [chunk.flatten().to_numpy(zero_copy_only=False) for chunk in rows["signals"].chunks]
        )
        matrix[at[at >= 0]] = flat.reshape(-1, len(names))[at >= 0]
    return Values(names, matrix)


def kept_runs(warehouse: Warehouse, purpose: str, until: datetime) -> tuple[Kept, ...]:
    """The last run of each day up to an instant, the oldest first; of many days some, evenly spread, the last one among them."""
    rows = warehouse.query(runs_statement(purpose)).to_pylist()
    runs = [Kept(row["run"], row["version"], aware(row["as_of"])) for row in rows]
    by_day = {each.as_of.date(): each for each in runs if each.as_of <= until}
    return tuple(_spread(list(by_day.values()), MOST_RUNS))


def _spread(runs: Sequence[Kept], most: int) -> list[Kept]:
    if len(runs) <= most:
        return list(runs)
    places = np.linspace(0, len(runs) - 1, most).round().astype(int).tolist()
    return [runs[place] for place in places]
