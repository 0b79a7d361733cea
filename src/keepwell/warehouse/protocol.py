"""What Keepwell asks of a warehouse, whichever engine it is."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from types import TracebackType
from typing import Protocol, TypeAlias

import pyarrow as pa
from sqlglot import exp

from keepwell.signals.tables import Kind

Statement: TypeAlias = exp.Expr | str


class Warehouse(Protocol):
    """Facts, directory, loads and scores, in schemas `facts`, `directory`, `ingest` and `scores`.

    `keepwell.warehouse.duckdb.open_warehouse(path)` makes one. It is a context manager that closes itself.
    """

    @property
    def path(self) -> Path:
        """The file that holds it."""

    def query(self, statement: Statement) -> pa.Table:
        """The rows of a statement. Instants come as naive UTC timestamps."""

    def compute(self, statement: Statement) -> pa.Table:
        """The rows of a large statement that orders them itself; it may take a good share of the machine's memory."""

    def execute(self, statement: Statement) -> int:
        """Runs a statement that returns no rows, and says how many rows it wrote (0 where that makes no sense)."""

    def append(self, table: str, rows: pa.Table | pa.RecordBatchReader) -> int:
        """Appends rows to `schema.table` by the names of their columns, and says how many; absent columns are NULL."""

    def lent(self, name: str, rows: pa.Table | pa.RecordBatchReader) -> AbstractContextManager[None]:
        """Rows that statements can read under a name while this lasts; those of a reader once."""

    def create_facts(self, table: str, attributes: Mapping[str, Kind]) -> None:
        """Makes the fact table of a canonical table unless it is there, and adds the columns and attributes that it lacks.

        Raises:
            WarehouseError: an attribute is there already and holds another kind.
        """

    def tables(self) -> Mapping[str, Mapping[str, Kind]]:
        """The fact tables that exist, and the kinds of their physical columns.

        `occurred_at` and `known_at` are among the columns. The bookkeeping is not: every fact table has `account`
        (but for `context`), `key`, `occurred_on`, `source` and `load`; accounts has `parent`.
        """

    def has(self, table: str) -> bool:
        """Whether `schema.table` exists."""

    def turn(self) -> AbstractContextManager[None]:
        """Nobody else writes while this lasts, so that what is read within still holds when it is written."""

    def transaction(self) -> AbstractContextManager[None]:
        """All of what happens within is kept, or, if it raises, none of it; nobody else writes meanwhile.

        Whatever writes for good does so within one.
        """

    def drop_temporary(self) -> None:
        """Drops every temporary view and table of this connection."""

    def close(self) -> None:
        """Lets go of the file."""

    def __enter__(self) -> "Warehouse": ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None: ...
