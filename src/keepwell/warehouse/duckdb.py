"""The warehouse in a DuckDB file."""

import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from types import TracebackType
from typing import TypeAlias, TypeVar

import duckdb
import pyarrow as pa
from sqlglot import exp

from keepwell.errors import WarehouseError
from keepwell.signals.tables import TABLES, Kind
from keepwell.warehouse import schema
from keepwell.warehouse.connecting import Held, connect, share_of_memory, usual_memory
from keepwell.warehouse.holder import Holder
from keepwell.warehouse.protocol import Statement, Warehouse
from keepwell.warehouse.remote import through_server

W = TypeVar("W")

_PAUSE_S = 0.1

Taking: TypeAlias = Callable[[], AbstractContextManager[None]]
"""How a connection takes its turn to write."""


def _tell(holder: Holder, path: Path) -> None:
    sys.stderr.write(f"{path} is in use by {holder}; waiting for it to finish (Ctrl-C gives up)\n")
    sys.stderr.flush()


def open_warehouse(
    path: Path,
    *,
    read_only: bool = False,
    wait_s: float = 600.0,
    tell: Callable[[Holder, Path], None] = _tell,
    memory: int | None = None,
) -> Warehouse:
    """Opens the warehouse in `path`, and makes it (with its folder) if it is not there.

    While `keepwell serve` owns the file, works in it through the server. While another process does, waits up to `wait_s` seconds,
    having told once who it is. `memory` (bytes) bounds what the engine keeps in memory; beyond it, it spills to a folder
    beside the file.

    Raises:
        WarehouseError: there is none and `read_only`; it stays held; it is of another version, or no warehouse at all.
    """
    if read_only and not path.exists():
        raise WarehouseError(f"there is no warehouse at {path} yet", do="load the data first: keepwell load")

    def opened() -> Warehouse:
        # the server comes first: it may be this very process, which the engine would let in past all others
        return through_server(path) or own_warehouse(path, read_only=read_only, memory=memory)

    return _once_free(path, opened, wait_s=wait_s, tell=tell)


def served_warehouse(
    path: Path, *, wait_s: float = 600.0, tell: Callable[[Holder, Path], None] = _tell
) -> "DuckDBWarehouse":
    """Opens the warehouse in `path` for a server to own; waits for a command that has it, not for another server.

    Raises:
        WarehouseError: another server owns it; or as `open_warehouse` does.
    """

    def opened() -> DuckDBWarehouse:
        server = through_server(path)
        if server is not None:
            server.close()
            raise WarehouseError(
                f"{path} is served already, by {server.holder}",
                do="use that server, or stop it before you start this one",
            )
        return own_warehouse(path)

    return _once_free(path, opened, wait_s=wait_s, tell=tell)


def _once_free(
    path: Path, opened: Callable[[], W], *, wait_s: float, tell: Callable[[Holder, Path], None]
) -> W:
    """The warehouse, once nobody else has the file."""
    deadline = time.monotonic() + wait_s
    told = False
    while True:
        try:
            return opened()
        except Held as held:
            if time.monotonic() >= deadline:
                raise in_use(path, held.holder) from held
            if not told:
                tell(held.holder, path)
                told = True
            time.sleep(_PAUSE_S)


def in_use(path: Path, holder: Holder) -> WarehouseError:
    """That somebody else owns the file."""
    return WarehouseError(f"{path} is in use by {holder}", do="try again when it has finished, or stop it")


def own_warehouse(path: Path, *, read_only: bool = False, memory: int | None = None) -> "DuckDBWarehouse":
    """Opens the warehouse in `path` for this process alone, or makes it.

    Raises:
        Held: another process owns it.
        WarehouseError: it cannot be opened, or is of another version, or no warehouse at all.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    memory = memory or usual_memory()
    connection = connect(path, read_only=read_only, memory=memory)
    warehouse = DuckDBWarehouse(path, connection, memory)
    try:
        warehouse.prepare(read_only)
    except BaseException:
        connection.close()
        raise
    return warehouse


class DuckDBWarehouse:
    """A `Warehouse` in a DuckDB file that this process owns while it is open.

    Where other connections of the process work in the file too, `turn` is how this one takes its turn to write.
    """

    def __init__(
        self, path: Path, connection: duckdb.DuckDBPyConnection, memory: int, turn: Taking | None = None
    ) -> None:
        self._memory = memory
        self._turn = turn
        self._path = path
        self._connection = connection

    @property
    def path(self) -> Path:
        """The file that holds it."""
        return self._path

    def another(self, turn: Taking) -> "DuckDBWarehouse":
        """Another connection to the same file, with its own transactions and temporary views; close it by itself.

        Raises:
            WarehouseError: the engine has given up, as after a full disk; what was committed is safe.
        """
        cursor = self._connection.cursor()
        try:
            cursor.execute("SET enable_progress_bar = false")
        except duckdb.FatalException as error:
            cursor.close()
            raise WarehouseError(
                f"{self._path} cannot be used any more since a failure such as a full disk; what was committed is safe",
                do="free some disk space, then start the server again",
            ) from error
        return DuckDBWarehouse(self._path, cursor, self._memory, turn)

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Nobody else writes while this lasts, so that what is read within still holds when it is written."""
        if self._turn is None:
            yield
            return
        with self._turn():
            yield

    def prepare(self, read_only: bool) -> None:
        """Checks the version of a warehouse that exists; makes the tables of a new one.

        Raises:
            WarehouseError: the file belongs to something else or to another version.
        """
        if self.has("ingest.format"):
            version = self.query("SELECT max(version) AS version FROM ingest.format")["version"][0].as_py()
            if version != schema.FORMAT:
                raise WarehouseError(
                    f"{self._path} has warehouse format {version}; this Keepwell reads format {schema.FORMAT}",
                    do="use the Keepwell that wrote it, or name a new file under `warehouse:` and load again",
                )
            return
        others = self.query("SELECT table_name FROM duckdb_tables() LIMIT 1")
        if others.num_rows or read_only:
            raise WarehouseError(
                f"{self._path} is a DuckDB file, but no Keepwell warehouse",
                do="name another file under `warehouse:` in keepwell.yml",
            )
        with self.transaction():
            for name in schema.SCHEMAS:
                self.execute(f'CREATE SCHEMA IF NOT EXISTS "{name}"')
            for name, types in schema.OTHER_TABLES.items():
                self.execute(schema.create_table(name, types))
            self.append("ingest.format", pa.table({"version": [schema.FORMAT]}))

    def query(self, statement: Statement) -> pa.Table:
        """The rows of a statement. Instants come as naive UTC timestamps."""
        with self._interruptible():
            return self._connection.execute(_text(statement)).to_arrow_table()

    def compute(self, statement: Statement) -> pa.Table:
        """The rows of a large statement that orders them itself, so that no order need be kept on the way, in more memory."""
        if self._turn is not None:  # the settings below hold for all connections
            return self.query(statement)
        self._connection.execute("SET preserve_insertion_order = false")
        self._connection.execute(f"SET memory_limit = '{max(self._memory, share_of_memory()) // 2**20}MiB'")
        try:
            return self.query(statement)
        finally:
            self._connection.execute(f"SET memory_limit = '{self._memory // 2**20}MiB'")
            self._connection.execute("SET preserve_insertion_order = true")

    def execute(self, statement: Statement) -> int:
        """Runs a statement that returns no rows, and says how many rows it wrote."""
        with self._interruptible():
            row = self._connection.execute(_text(statement)).fetchone()
        return row[0] if row and isinstance(row[0], int) else 0

    @contextmanager
    def _interruptible(self) -> Iterator[None]:
        """A Ctrl-C stops the engine too, which would otherwise work on until its statement is done."""
        try:
            yield
        except (KeyboardInterrupt, RuntimeError) as error:
            if isinstance(error, RuntimeError) and not isinstance(error.__cause__, KeyboardInterrupt):
                raise
            self._connection.interrupt()
            raise KeyboardInterrupt from error

    def append(self, table: str, rows: pa.Table | pa.RecordBatchReader) -> int:
        """Appends rows to `schema.table` by the names of their columns, and says how many; absent columns are NULL."""
        columns = [exp.column(name, quoted=True) for name in rows.schema.names]
        target = exp.Schema(this=schema.table_named(table), expressions=[column.this for column in columns])
        with self.lent("appended", rows):
            appended = exp.select(*columns).from_("appended")
            return self.execute(exp.Insert(this=target, expression=appended))

    @contextmanager
    def lent(self, name: str, rows: pa.Table | pa.RecordBatchReader) -> Iterator[None]:
        """Rows that statements can read under a name while this lasts; those of a reader once."""
        self._connection.register(name, rows)
        try:
            yield
        finally:
            self._connection.unregister(name)

    def create_facts(self, table: str, attributes: Mapping[str, Kind]) -> None:
        """Makes the fact table of a canonical table unless it is there, and adds the columns and attributes that it lacks.

        Raises:
            WarehouseError: an attribute is there already and holds another kind.
        """
        name = f"facts.{table}"
        present = self.tables().get(table)
        if present is None:
            self.execute(schema.create_table(name, schema.fact_types(TABLES[table])))
            present = self.tables()[table]
        for attribute, kind in attributes.items():
            if attribute in present and present[attribute] is not kind:
                raise WarehouseError(
                    f"attribute {attribute} of {table} holds {present[attribute]} already, not {kind}",
                    do=f"declare it as {present[attribute]}, or give it another name",
                )
        wanted = {**schema.fact_columns(TABLES[table]), **attributes}
        missing = {column: schema.TYPES[kind] for column, kind in wanted.items() if column not in present}
        for statement in schema.add_columns(name, missing):
            self.execute(statement)

    def tables(self) -> dict[str, dict[str, Kind]]:
        """The fact tables that exist, and the kinds of their physical columns without bookkeeping."""
        rows = self._connection.execute(
            "SELECT table_name, column_name, data_type FROM duckdb_columns() WHERE schema_name = 'facts'"
            " AND NOT internal ORDER BY table_name, column_index"
        ).fetchall()
        types: dict[str, dict[str, str]] = {}
        for table, column, stored in rows:
            types.setdefault(table, {})[column] = stored
        return {table: schema.kinds(table, columns) for table, columns in types.items()}

    def has(self, table: str) -> bool:
        """Whether `schema.table` exists."""
        schema_name, _, name = table.partition(".")
        here = exp.and_(
            *(exp.column(at).eq(said) for at, said in (("schema_name", schema_name), ("table_name", name)))
        )
        # Not as parameters: to see what kind of value they are, the engine would import all of pandas, in whichever thread.
        found = self._connection.execute(
            _text(exp.select("1").from_("duckdb_tables()").where(here))
        ).fetchone()
        return found is not None

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All of what happens within is kept, or, if it raises, none of it; nobody else writes meanwhile."""
        with self.turn():
            self._connection.begin()
            try:
                yield
                self._connection.commit()
            except BaseException:
                self._undo()
                raise

    def interrupt(self) -> None:
        """Stops the statement that another thread runs here."""
        self._connection.interrupt()

    def _undo(self) -> None:
        try:
            self._connection.rollback()
        except duckdb.Error:
            # The engine has already undone it: a failed commit, or a database closed by a fatal error such as a full disk.
            return

    def drop_temporary(self) -> None:
        """Drops every temporary view and table of this connection; of a database that has failed there are none."""
        try:
            found = self._connection.execute(
                "SELECT 'VIEW', view_name FROM duckdb_views() WHERE temporary AND NOT internal"
                " UNION ALL SELECT 'TABLE', table_name FROM duckdb_tables() WHERE temporary"
            ).fetchall()
        except duckdb.FatalException:
            return
        for kind, name in found:
            self.execute(f'DROP {kind} IF EXISTS "{name}"')

    def close(self) -> None:
        """Lets go of the file."""
        self._connection.close()

    def __enter__(self) -> "DuckDBWarehouse":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _text(statement: Statement) -> str:
    return statement if isinstance(statement, str) else statement.sql("duckdb", copy=False)
