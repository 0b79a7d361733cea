"""The audit of a project, as it is looked at and verified."""

from dataclasses import dataclass
from pathlib import Path

from keepwell.store import audit as chain
from keepwell.store.audit import Entry, Flaw, Sought
from keepwell.store.engine import Store
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


@dataclass(frozen=True, slots=True)
class Page:
    """Some entries, the latest first; `further`: the number before which the next page begins, if there is one."""

    entries: tuple[Entry, ...]
    further: int | None


def page(store: Store, sought: Sought, limit: int) -> Page:
    """The entries that somebody looks for, at most so many."""
    with store.reading() as connection:
        found = chain.page(connection, sought, limit + 1)
    return Page(found[:limit], found[limit - 1].number if len(found) > limit else None)


def verified(store: Store) -> Audit:
    """The last entry, and where the whole chain does not hold."""
    with store.reading() as connection:
        return Audit(tuple(chain.entries(connection, 1)), tuple(chain.flaws(connection)))


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
