"""One open warehouse for a whole process: many readers at once, one writer at a time, none in the way of the other."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock

from keepwell.warehouse.duckdb import DuckDBWarehouse


class SharedWarehouse:
    """A warehouse that the threads of a process share.

    Readers see what was last committed, all of it or nothing, also while a writer works. Writers take turns, so that what one
    reads still holds when it writes.
    """

    def __init__(self, warehouse: DuckDBWarehouse) -> None:
        self._warehouse = warehouse
        self._turn = Lock()

    @property
    def path(self) -> Path:
        """The file that holds it."""
        return self._warehouse.path

    @contextmanager
    def reading(self) -> Iterator[DuckDBWarehouse]:
        """A connection of its own to read from, for one thread; temporary views on it are nobody else's."""
        connection = self._warehouse.another()
        try:
            yield connection
        finally:
            connection.close()

    @contextmanager
    def writing(self) -> Iterator[DuckDBWarehouse]:
        """A connection of its own to read from and write to, once the writer before it has finished."""
        with self._turn, self.reading() as connection:
            yield connection

    def close(self) -> None:
        """Lets go of the file."""
        self._warehouse.close()
