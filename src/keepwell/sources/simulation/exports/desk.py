"""The desk where exports are made: the data folder, the book of dirt, and draws of their own."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from keepwell.sources.simulation.dirt import Dirt, Spoil
from keepwell.sources.simulation.formats import Delimited
from keepwell.sources.simulation.scene import Scene
from keepwell.sources.simulation.season import Rows

NOBODY = "C-99999"
"""An account that no system knows."""


@dataclass(frozen=True, slots=True)
class Desk:
    """Where exports are written and their dirt is counted."""

    data: Path
    scene: Scene
    dirt: Dirt

    def draws(self, source: str) -> np.random.Generator:
        """The source's own generator."""
        return self.scene.draws(f"export {source}")

    def spoil(self, source: str, table: Rows, key: str, spoils: Sequence[Spoil]) -> Rows:
        """The table with dirty rows among the clean ones."""
        return self.dirt.spoil(self.draws(source), source, table, key, spoils)

    def broken(self, source: str, rows: int, line: str) -> Mapping[int, str]:
        """Lines that cannot be read, and where they go."""
        return self.dirt.malformed(self.draws(f"{source} lines"), source, rows, line)

    def delimited(
        self,
        source: str,
        path: str,
        table: Rows,
        *,
        key: str,
        spoils: Sequence[Spoil] = (),
        broken: str = "",
        layout: Delimited | None = None,
    ) -> None:
        """Writes a delimited file of the table's texts, dirt included."""
        dirty = self.spoil(source, table, key, spoils)
        lines = self.broken(source, len(dirty[key]), broken) if broken else {}
        (layout or Delimited()).write(self.data / path, dirty, lines)


def text(values: Sequence[str]) -> Any:
    """Texts as a column."""
    return np.array(values, dtype=object)


def where(flags: Any, yes: Any, no: Any) -> Any:
    """`numpy.where` for texts."""
    return np.where(flags, yes, no).astype(object)


Progress = Callable[[str, float], None]
"""Told what is being done and the share (0–1) that is done."""
