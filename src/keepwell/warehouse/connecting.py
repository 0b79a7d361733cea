"""A connection to a DuckDB file, with the settings that Keepwell works with; the engine's refusals in words."""

import os
from pathlib import Path

import duckdb

from keepwell.errors import WarehouseError
from keepwell.warehouse.holder import Holder

_MOST_MEMORY = 3 * 2**30
_LEAST_MEMORY = 512 * 2**20


class Held(Exception):
    """Another process has the file open, so that it cannot be opened now."""

    def __init__(self, holder: Holder) -> None:
        self.holder = holder
        super().__init__(str(holder))


def usual_memory() -> int:
    """How much the engine keeps in memory unless told otherwise, in bytes; beyond it, it spills."""
    return max(_LEAST_MEMORY, min(_MOST_MEMORY, share_of_memory()))


def share_of_memory() -> int:
    """How much of the machine's memory Keepwell allows itself for computing, in bytes."""
    return int(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") * 0.6)


def connect(path: Path, *, read_only: bool, memory: int) -> duckdb.DuckDBPyConnection:
    """A connection to the file, which this process then owns. `memory` is in bytes.

    Raises:
        Held: another process owns it.
        WarehouseError: it cannot be opened, and waiting would not help.
    """
    settings = {
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
        "memory_limit": f"{memory // 2**20}MiB",
        "temp_directory": f"{path}.tmp",
    }
    try:
        connection = duckdb.connect(str(path), read_only=read_only, config=settings)
    except duckdb.IOException as error:
        message = str(error)
        if "not a valid DuckDB database" in message:
            raise WarehouseError(
                f"{path} is no warehouse: it is not a DuckDB file",
                do="name another file under `warehouse:` in keepwell.yml",
            ) from error
        if "replaying WAL" in message:
            raise WarehouseError(
                f"{path} cannot be opened: {path.name}.wal, the log of its last changes, is damaged",
                do=f"move {path}.wal away, which undoes the last changes, and load again; or restore both from a backup",
            ) from error
        if "lock" not in message:
            raise WarehouseError(
                f"{path} cannot be opened: {message.splitlines()[0]}",
                do="check the disk and the file's permissions; if it is damaged, restore it from a backup, or move it away and load again",
            ) from error
        raise Held(Holder.of(message)) from error
    connection.execute("SET TimeZone = 'UTC'")
    connection.execute("SET enable_progress_bar = false")
    return connection
