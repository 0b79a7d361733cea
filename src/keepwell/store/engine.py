"""Connections to a store: SQLite with a write-ahead log, or PostgreSQL; one transaction at a time, writes from its start."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DatabaseError, InterfaceError, NoSuchModuleError
from sqlalchemy.pool import NullPool, QueuePool

from keepwell.errors import StoreError, UserError, installing
from keepwell.store import schema
from keepwell.store.address import URL_VARIABLE, Address

__all__ = ["Connection", "Store", "existing", "made", "opened", "status", "upgrade"]

WAIT_MS = 10_000
"""How long a writer waits for another one."""

KEPT_OPEN = 8
"""So many connections stay open at most where they are to last; more are opened as they are needed."""

_WRITES = "keepwell_writes"
_WRITER = 0x6B656570
"""The advisory lock of PostgreSQL that the one writer holds."""


@dataclass(frozen=True, slots=True)
class Store:
    """A store that is open: it gives connections, each with a transaction of its own."""

    address: Address
    engine: Engine

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection that sees one state of the store.

        Raises:
            StoreError: the database refuses.
        """
        with _told(self.address), self.engine.connect() as plain:
            options = {"isolation_level": "REPEATABLE READ"} if plain.dialect.name == "postgresql" else {}
            connection = plain.execution_options(**options)
            with connection.begin():
                yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A connection of which all is kept, or, if the block raises, none of it; one writer at a time, so that what it reads holds.

        Raises:
            StoreError: another process keeps writing, or the database refuses.
        """
        with _told(self.address), self.engine.connect() as plain:
            connection = plain.execution_options(**{_WRITES: True})
            with connection.begin():
                if connection.dialect.name == "postgresql":
                    connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_WRITER)))
                yield connection

    @contextmanager
    def sharing(self) -> Iterator[Connection]:
        """A connection of which all is kept or none, beside others of its kind: it writes rows that it has claimed, and new ones, alone.

        PostgreSQL lets several work at once; in SQLite there is one writer at a time.

        Raises:
            StoreError: another process keeps writing, or the database refuses.
        """
        with _told(self.address), self.engine.connect() as plain:
            connection = plain.execution_options(**{_WRITES: True})
            with connection.begin():
                yield connection


def existing(address: Address) -> Store | None:
    """The store at an address; `None` if there is none yet.

    Raises:
        StoreError: it cannot be reached, or has another Keepwell's schema.
    """
    if not address.there:
        return None
    store = opened(address)
    with store.reading() as connection:
        found = schema.status(connection)
    if found.revision is None:
        return None
    _fits(found, address)
    return store


def made(address: Address, *, lasting: bool = False) -> Store:
    """The store at an address, made if there is none yet; `lasting`: as `opened` has it.

    Raises:
        StoreError: it cannot be reached or written, or has another Keepwell's schema.
    """
    if existing(address) is None:
        upgrade(address)
    return opened(address, lasting=lasting)


def status(address: Address) -> schema.Status:
    """The schema of the store at an address."""
    if not address.there:
        return schema.Status(None)
    with opened(address).reading() as connection:
        return schema.status(connection)


def upgrade(address: Address) -> tuple[schema.Status, schema.Status]:
    """Brings the store at an address up to date, all of it or nothing; its schema before and after.

    Raises:
        StoreError: a later Keepwell has written it, or it cannot be written.
    """
    if address.file is not None:
        address.file.parent.mkdir(parents=True, exist_ok=True)
    with opened(address).writing() as connection:
        before = schema.status(connection)
        if before.newer:
            _fits(before, address)
        if not before.current:
            schema.upgrade(connection)
        return before, schema.status(connection)


def _fits(found: schema.Status, address: Address) -> None:
    if found.newer:
        raise StoreError(
            f"the store {address} has schema {found.revision}; this Keepwell knows up to {found.head}",
            do="use the Keepwell that wrote it, or a later one",
        )
    if not found.current:
        raise StoreError(
            f"the store {address} has schema {found.revision}; this Keepwell needs {found.head}",
            do="bring it up to date: keepwell db upgrade",
        )


def opened(address: Address, *, lasting: bool = False) -> Store:
    """The store at an address, whatever its schema, and whether or not it is made yet.

    `lasting`: connections stay open for whoever asks next, as a server wants it, until its engine is disposed of.

    Raises:
        UserError: the address is none of a store's.
    """
    pool: dict[str, Any] = {"poolclass": NullPool}
    if lasting:
        pool = {"poolclass": QueuePool, "pool_size": KEPT_OPEN, "max_overflow": -1, "pool_pre_ping": True}
    try:
        engine = sa.create_engine(address.url, **pool)
    except ModuleNotFoundError as error:
        raise UserError(
            f"the driver for {address} is not installed: there is no module {error.name}",
            do=installing("postgres"),
        ) from error
    except (sa.exc.ArgumentError, NoSuchModuleError) as error:
        raise UserError(
            f"{URL_VARIABLE} is no URL of a database that Keepwell knows",
            do="type, for example, postgresql://user:password@host/keepwell",
        ) from error
    if engine.dialect.name not in ("sqlite", "postgresql"):
        raise UserError(
            f"a store can be in SQLite or PostgreSQL, not in {engine.dialect.name}",
            do=f"name one in {URL_VARIABLE}, or unset it",
        )
    if engine.dialect.name == "sqlite":
        sa.event.listen(engine, "connect", _prepare)
        sa.event.listen(engine, "begin", _begin)
        if lasting and address.file is not None:
            sa.event.listen(engine, "checkout", partial(_same_file, address.file))
    return Store(address, engine)


def _prepare(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # the driver begins nothing by itself; `_begin` does
    for setting in (f"busy_timeout = {WAIT_MS}", "journal_mode = WAL", "foreign_keys = ON"):
        connection.execute(f"PRAGMA {setting}")


def _same_file(file: Path, _connection: object, record: Any, _proxy: object) -> None:
    """Sees to it that a connection that was kept open is one to the file that is there now."""
    try:
        found = file.stat()
    except FileNotFoundError:
        raise sa.exc.DisconnectionError(f"{file} is not there any more") from None
    here = (found.st_dev, found.st_ino)
    if record.info.setdefault("file", here) != here:
        raise sa.exc.DisconnectionError(f"{file} is another one by now")


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get(_WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def _told(address: Address) -> Iterator[None]:
    """Failures of the database itself as messages; mistakes in our statements stay bugs."""
    try:
        yield
    except (sa.exc.OperationalError, InterfaceError) as error:
        raise StoreError(f"the store {address}: {_first_line(error)}", do=_advice(str(error.orig))) from error
    except DatabaseError as error:
        if "not a database" not in str(error.orig) and "malformed" not in str(error.orig):
            raise
        raise _damaged(address, _first_line(error)) from error
    except sqlite3.DatabaseError as error:  # while a connection is prepared, before SQLAlchemy has it
        raise _damaged(address, str(error)) from error


def _damaged(address: Address, said: str) -> StoreError:
    return StoreError(
        f"{address} is no store, or a damaged one: {said}",
        do="restore it from a backup, or move it away to begin anew",
    )


def _first_line(error: DatabaseError | InterfaceError) -> str:
    return (str(error.orig).strip() or type(error).__name__).splitlines()[0]


def _advice(message: str) -> str:
    if "locked" in message:
        return "another process is writing to it: try again when it has finished"
    if "disk is full" in message or "disk I/O error" in message or "No space left" in message:
        return "free some disk space, then try again; what was kept before is safe"
    if "readonly" in message or "unable to open" in message:
        return "check the permissions of the file and its folder"
    return f"check {URL_VARIABLE}, and that the server runs" if "connection" in message else ""
