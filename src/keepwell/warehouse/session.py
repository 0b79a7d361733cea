"""One command's conversation with the server that owns the warehouse: a connection of its own, for as long as it lasts."""

import select
from contextlib import AbstractContextManager, suppress
from threading import Event, Thread
from typing import Any

import duckdb
import pyarrow as pa
from sqlglot import exp

from keepwell.errors import WarehouseError
from keepwell.signals.tables import Kind
from keepwell.warehouse.duckdb import DuckDBWarehouse
from keepwell.warehouse.failures import told
from keepwell.warehouse.shared import SharedWarehouse
from keepwell.warehouse.turn import Abandoned
from keepwell.warehouse.wire import Hangup, Wire

_HUNG_UP = getattr(select, "POLLRDHUP", select.POLLHUP)
_PAUSE_S = 0.2
_TURN, _TRANSACTION = "turn", "transaction"


class _Undo(Exception):
    """Ends a transaction of which nothing is kept."""


class Session:
    """A conversation. `who` is the other side, in words."""

    def __init__(self, shared: SharedWarehouse, wire: Wire, who: str) -> None:
        self._shared = shared
        self._wire = wire
        self._who = who
        self._gone = Event()
        self._done = Event()
        self._held: list[tuple[str, AbstractContextManager[None]]] = []

    def run(self) -> None:
        """Answers until the other side hangs up; whatever it has not finished is undone."""
        try:
            with self._shared.reading(self._who, self._waits, self._gone.is_set) as warehouse:
                watch = Thread(target=self._watch, args=(warehouse,), name=f"watch over {self._who}")
                watch.start()
                try:
                    self._answer_all(warehouse)
                finally:
                    self._done.set()
                    self._wire.hang_up()
                    watch.join()
                    self._undo()
        finally:
            self._wire.close()

    def end(self) -> None:
        """Hangs up, from another thread; what is under way is stopped and undone."""
        self._wire.hang_up()

    def _watch(self, warehouse: DuckDBWarehouse) -> None:
        """Notices that the other side has gone, and stops what it had begun."""
        hangup = select.poll()
        hangup.register(self._wire.fileno(), _HUNG_UP)
        hangup.poll()
        self._gone.set()
        while not self._done.wait(_PAUSE_S):
            warehouse.interrupt()

    def _answer_all(self, warehouse: DuckDBWarehouse) -> None:
        with suppress(Hangup, Abandoned):
            while True:
                message = self._wire.receive()
                try:
                    self._answer(warehouse, message)
                except (duckdb.Error, pa.ArrowException, WarehouseError) as error:
                    self._wire.send(told(error))

    def _answer(self, warehouse: DuckDBWarehouse, message: dict[str, Any]) -> None:
        match message:
            case {"do": "query" | "compute", "statement": statement}:
                self._wire.send({}, warehouse.query(statement))
            case {"rows": True}:
                self._wire.send({"value": self._take(warehouse, message)})
            case {"do": "execute", "statement": statement}:
                self._wire.send({"value": warehouse.execute(statement)})
            case {"do": "tables"}:
                self._wire.send({"value": warehouse.tables()})
            case {"do": "has", "table": table}:
                self._wire.send({"value": warehouse.has(table)})
            case _:
                self._do(warehouse, message)
                self._wire.send({"value": None})

    def _do(self, warehouse: DuckDBWarehouse, message: dict[str, Any]) -> None:
        match message:
            case {"do": "create facts", "table": table, "attributes": attributes}:
                warehouse.create_facts(table, {name: Kind(kind) for name, kind in attributes.items()})
            case {"do": "take back", "name": name}:
                self._drop(warehouse, name)
            case {"do": "turn"}:
                self._hold(_TURN, warehouse.turn())
            case {"do": "release"}:
                self._held.pop()[1].__exit__(None, None, None)
            case {"do": "begin"}:
                self._hold(_TRANSACTION, warehouse.transaction())
            case {"do": "commit"}:
                self._held.pop()[1].__exit__(None, None, None)
            case {"do": "roll back"}:
                self._roll_back()
            case {"do": "drop temporary"}:
                warehouse.drop_temporary()
            case _:
                raise WarehouseError(f"the server does not know what {message.get('do')!r} is")

    def _take(self, warehouse: DuckDBWarehouse, message: dict[str, Any]) -> int:
        """Takes in rows: to append them, or to lend them to statements. None is left on the wire, whatever fails."""
        rows = self._wire.rows()
        try:
            if message["do"] == "append":
                return warehouse.append(message["table"], rows)
            self._lend(warehouse, message["name"], rows)
            return 0
        finally:
            for _ in rows:
                continue

    def _lend(self, warehouse: DuckDBWarehouse, name: str, rows: pa.RecordBatchReader) -> None:
        """Puts rows into a temporary table, which spills to disk where they are many."""
        with warehouse.lent("incoming", rows):
            temporary = exp.Properties(expressions=[exp.TemporaryProperty()])
            warehouse.execute(
                exp.Create(
                    this=exp.to_table(name),
                    kind="TABLE",
                    expression=exp.select("*").from_("incoming"),
                    properties=temporary,
                )
            )

    def _drop(self, warehouse: DuckDBWarehouse, name: str) -> None:
        # in a transaction that has failed nothing can be dropped; the end of the conversation does it
        with suppress(duckdb.TransactionException):
            warehouse.execute(f'DROP TABLE IF EXISTS "{name}"')

    def _hold(self, what: str, held: AbstractContextManager[None]) -> None:
        held.__enter__()
        self._held.append((what, held))

    def _roll_back(self) -> None:
        """Undoes the transaction; one whose commit has failed is undone already."""
        if self._held and self._held[-1][0] == _TRANSACTION:
            self._leave()

    def _leave(self) -> None:
        undo = _Undo()
        with suppress(_Undo):
            self._held.pop()[1].__exit__(_Undo, undo, None)

    def _undo(self) -> None:
        while self._held:
            self._leave()

    def _waits(self, holder: str) -> None:
        with suppress(Hangup):
            self._wire.send({"waits": holder})
