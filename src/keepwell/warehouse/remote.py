"""A warehouse that `keepwell serve` owns, reached through its socket: other commands work while it runs."""

import socket
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any

import pyarrow as pa

from keepwell.errors import WarehouseError
from keepwell.signals.tables import Kind
from keepwell.warehouse.failures import raised
from keepwell.warehouse.holder import Holder, holder_of
from keepwell.warehouse.protocol import Statement
from keepwell.warehouse.wire import FORM, Hangup, Wire, dialable, peer, socket_of


def _tell(holder: str) -> None:
    sys.stderr.write(f"waiting for {holder or 'another writer'} to finish (Ctrl-C gives up)\n")
    sys.stderr.flush()


def through_server(path: Path, tell: Callable[[str], None] = _tell) -> "RemoteWarehouse | None":
    """The warehouse in `path` through the server that owns it; `None` if no server does.

    `tell` hears who writes, whenever this has to wait for its turn.

    Raises:
        WarehouseError: the server is another user's, or of another version.
    """
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        with dialable(socket_of(path)) as address:
            connection.connect(address)
        wire = Wire(connection)
        greeting = wire.receive()
    except (FileNotFoundError, ConnectionRefusedError, Hangup):
        connection.close()
        return None
    except PermissionError as error:
        connection.close()
        raise _refused(path) from error
    if greeting.get("refused"):
        wire.close()
        raise _refused(path)
    if greeting.get("form") != FORM:
        wire.close()
        raise WarehouseError(
            f"the server that holds {path} is another version of Keepwell", do="restart it: keepwell serve"
        )
    return RemoteWarehouse(path, wire, tell, holder_of(peer(connection)[0]))


def _refused(path: Path) -> WarehouseError:
    return WarehouseError(
        f"{path} is in use by a server that another user runs", do="type this as the user that runs it"
    )


class RemoteWarehouse:
    """A `Warehouse` in the hands of a server on this machine, the `holder`. One thread at a time may use it."""

    def __init__(self, path: Path, wire: Wire, tell: Callable[[str], None], holder: Holder) -> None:
        self.holder = holder
        self._path = path
        self._wire: Wire | None = wire
        self._tell = tell

    @property
    def path(self) -> Path:
        """The file that holds it."""
        return self._path

    def query(self, statement: Statement) -> pa.Table:
        """The rows of a statement. Instants come as naive UTC timestamps."""
        return self._rows({"do": "query", "statement": _text(statement)})

    def compute(self, statement: Statement) -> pa.Table:
        """The rows of a large statement that orders them itself."""
        return self._rows({"do": "compute", "statement": _text(statement)})

    def execute(self, statement: Statement) -> int:
        """Runs a statement that returns no rows, and says how many rows it wrote."""
        return int(self._ask({"do": "execute", "statement": _text(statement)}))

    def append(self, table: str, rows: pa.Table | pa.RecordBatchReader) -> int:
        """Appends rows to `schema.table` by the names of their columns, and says how many; absent columns are NULL."""
        return int(self._ask({"do": "append", "table": table}, rows))

    @contextmanager
    def lent(self, name: str, rows: pa.Table | pa.RecordBatchReader) -> Iterator[None]:
        """Rows that statements can read under a name while this lasts."""
        self._ask({"do": "lend", "name": name}, rows)
        try:
            yield
        finally:
            self._end("take back", name=name)

    def create_facts(self, table: str, attributes: Mapping[str, Kind]) -> None:
        """Makes the fact table of a canonical table unless it is there, and adds the columns and attributes that it lacks."""
        said = {name: str(kind) for name, kind in attributes.items()}
        self._ask({"do": "create facts", "table": table, "attributes": said})

    def tables(self) -> dict[str, dict[str, Kind]]:
        """The fact tables that exist, and the kinds of their physical columns without bookkeeping."""
        said: dict[str, dict[str, str]] = self._ask({"do": "tables"})
        return {
            table: {column: Kind(kind) for column, kind in columns.items()} for table, columns in said.items()
        }

    def has(self, table: str) -> bool:
        """Whether `schema.table` exists."""
        return bool(self._ask({"do": "has", "table": table}))

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Nobody else writes while this lasts."""
        self._ask({"do": "turn"})
        try:
            yield
        finally:
            self._end("release")

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All of what happens within is kept, or, if it raises, none of it; nobody else writes meanwhile."""
        self._ask({"do": "begin"})
        try:
            yield
            self._ask({"do": "commit"})
        except BaseException:
            self._end("roll back")
            raise

    def drop_temporary(self) -> None:
        """Drops every temporary view and table of this connection."""
        self._end("drop temporary")

    def close(self) -> None:
        """Lets go of the warehouse; what was begun and not ended is undone."""
        if self._wire is not None:
            self._wire.close()
            self._wire = None

    def __enter__(self) -> "RemoteWarehouse":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _rows(self, message: Mapping[str, Any]) -> pa.Table:
        with self._talking() as wire:
            answer = self._answer(wire, message)
            if answer["rows"]:
                return wire.rows().read_all()
        raise raised(answer)

    def _ask(self, message: Mapping[str, Any], rows: pa.Table | pa.RecordBatchReader | None = None) -> Any:
        with self._talking() as wire:
            answer = self._answer(wire, message, rows)
        if "error" in answer:
            raise raised(answer)
        return answer.get("value")

    def _end(self, what: str, **said: str) -> None:
        """Ends something; where the conversation has ended, the server has undone it all."""
        if self._wire is not None:
            self._ask({"do": what, **said})

    @contextmanager
    def _talking(self) -> Iterator[Wire]:
        """The wire. Whatever interrupts an exchange ends the conversation, so that the server stops what it does and undoes it."""
        if self._wire is None:
            raise self._cut_off()
        try:
            yield self._wire
        except (Hangup, pa.ArrowException, OSError) as error:
            self.close()
            raise self._cut_off() from error
        except BaseException:
            self.close()
            raise

    def _answer(
        self, wire: Wire, message: Mapping[str, Any], rows: pa.Table | pa.RecordBatchReader | None = None
    ) -> dict[str, Any]:
        wire.send(message, rows)
        while "waits" in (answer := wire.receive()):
            self._tell(answer["waits"])
        return answer

    def _cut_off(self) -> WarehouseError:
        return WarehouseError(
            f"the server that held {self._path} has gone; what was not finished is undone",
            do="type the command again",
        )


def _text(statement: Statement) -> str:
    return statement if isinstance(statement, str) else statement.sql("duckdb", copy=False)
