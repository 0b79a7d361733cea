"""Reading a project's store where there is one. Light to import: a project without a store never loads a database library."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from keepwell.store.address import address

if TYPE_CHECKING:
    from sqlalchemy import Connection


@contextmanager
def reading(folder: Path) -> Iterator["Connection | None"]:
    """A connection that sees one state of the store of the project in a folder; `None` where there is none yet.

    What asks through it is to be imported within the block, since it needs a database library.

    Raises:
        StoreError: the store cannot be reached, or has another Keepwell's schema.
    """
    at = address(folder)
    if not at.there:
        yield None
        return
    from keepwell.store import engine

    store = engine.existing(at)
    if store is None:
        yield None
        return
    with store.reading() as connection:
        yield connection
