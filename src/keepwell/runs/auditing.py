"""The audit of a project, as it is looked at and verified."""

from dataclasses import dataclass
from pathlib import Path

from keepwell.store import audit as chain
from keepwell.store.audit import Entry, Flaw
from keepwell.store.opening import reading


@dataclass(frozen=True, slots=True)
class Audit:
    """The latest entries, the oldest first; `flaws` are those of the whole chain (`None`: nobody asked)."""

    entries: tuple[Entry, ...]
    flaws: tuple[Flaw, ...] | None

    @property
    def last_hash(self) -> str:
        """The hash of the last entry; of none the origin's."""
        return self.entries[-1].hash if self.entries else chain.ORIGIN


def audit(folder: Path, last: int | None = None, *, verify: bool = False) -> Audit:
    """The entries of a project's audit, of many only the `last` ones; with `verify` the whole chain is checked.

    Raises:
        StoreError: the store cannot be read.
    """
    with reading(folder) as connection:
        if connection is None:
            return Audit((), () if verify else None)
        flaws = tuple(chain.flaws(connection)) if verify else None
        return Audit(tuple(chain.entries(connection, last)), flaws)
