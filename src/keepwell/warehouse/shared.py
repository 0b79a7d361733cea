"""One open warehouse for a whole process: many readers at once, one writer at a time, none in the way of the other."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from keepwell.warehouse.duckdb import DuckDBWarehouse
from keepwell.warehouse.turn import Turn

SERVER = "the server"


def _silent(_holder: str) -> None:
    return


def _never() -> bool:
    return False


class SharedWarehouse:
    """A warehouse that the threads of a process share.

    Readers see what was last committed, all of it or nothing, also while a writer works. Writers take turns, so that what one
    reads still holds when it writes.
    """

    def __init__(self, warehouse: DuckDBWarehouse) -> None:
        self._warehouse = warehouse
        self._turn = Turn()

    @property
    def path(self) -> Path:
        """The file that holds it."""
        return self._warehouse.path

    @property
    def writer(self) -> str:
        """Who writes now, in words; empty if nobody does."""
        return self._turn.holder

    @contextmanager
    def reading(
        self,
        who: str = SERVER,
        tell: Callable[[str], None] = _silent,
        abandoned: Callable[[], bool] = _never,
    ) -> Iterator[DuckDBWarehouse]:
        """A connection of its own to read from, for one thread; temporary views on it are nobody else's.

        A transaction on it waits for its turn: `who` asks, `tell` hears who writes meanwhile, and `abandoned` says that nobody
        waits any more.
        """
        connection = self._warehouse.another(lambda: self._turn.taken(who, tell, abandoned))
        try:
            yield connection
        finally:
            connection.close()

    @contextmanager
    def writing(self, who: str = SERVER) -> Iterator[DuckDBWarehouse]:
        """A connection of its own to read from and write to, once the writer before it has finished."""
        with self.reading(who) as connection, connection.turn():
            yield connection

    def close(self) -> None:
        """Lets go of the file."""
        self._warehouse.close()
