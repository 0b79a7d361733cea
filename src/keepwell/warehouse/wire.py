"""How a command and the server that owns the warehouse talk: JSON messages over a local socket, rows as Arrow streams after them."""

import json
import os
import socket
import struct
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa

FORM = 1
"""The version of what the messages mean; a command and a server that speak differently do not begin."""

_LENGTH = struct.Struct(">I")
_CREDENTIALS = struct.Struct("3i")
_LONGEST_ADDRESS = 100


class Hangup(Exception):
    """The other side is gone."""


def socket_of(warehouse: Path) -> Path:
    """The socket of the server that owns a warehouse's file."""
    return warehouse.with_name(f"{warehouse.name}.sock")


@contextmanager
def dialable(path: Path) -> Iterator[str]:
    """An address for a socket's path: the system takes short ones only, so a long one goes by its folder's descriptor."""
    if len(os.fsencode(path)) <= _LONGEST_ADDRESS:
        yield str(path)
        return
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        yield f"/proc/self/fd/{folder}/{path.name}"
    finally:
        os.close(folder)


def peer(connection: socket.socket) -> tuple[int, int]:
    """The process and the user at the other end, as the system knows them and nobody can pretend."""
    raw = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size)
    pid, uid, _ = _CREDENTIALS.unpack(raw)
    return pid, uid


class Wire:
    """One end of a conversation."""

    def __init__(self, connection: socket.socket) -> None:
        self._socket = connection
        self._in = connection.makefile("rb")
        self._out = connection.makefile("wb")

    def fileno(self) -> int:
        """The socket's descriptor."""
        return self._socket.fileno()

    def send(self, message: Mapping[str, Any], rows: pa.Table | pa.RecordBatchReader | None = None) -> None:
        """Says something, with rows after it, if any.

        Raises:
            Hangup: nobody listens any more.
        """
        text = json.dumps({**message, "rows": rows is not None}, default=str).encode()
        try:
            self._out.write(_LENGTH.pack(len(text)) + text)
            if rows is not None:
                with pa.ipc.new_stream(self._out, rows.schema) as stream:
                    for batch in rows.to_batches() if isinstance(rows, pa.Table) else rows:
                        stream.write_batch(batch)
            self._out.flush()
        except (BrokenPipeError, ConnectionError) as error:
            raise Hangup from error

    def receive(self) -> dict[str, Any]:
        """What the other side says; if its `rows` is true, they are to be read with `rows` before anything else.

        Raises:
            Hangup: it says nothing any more.
        """
        (length,) = _LENGTH.unpack(self._exactly(_LENGTH.size))
        message: dict[str, Any] = json.loads(self._exactly(length))
        return message

    def rows(self) -> pa.RecordBatchReader:
        """The rows that follow the message."""
        return pa.ipc.open_stream(self._in)

    def _exactly(self, size: int) -> bytes:
        try:
            found = self._in.read(size)
        except (ConnectionError, ValueError) as error:
            raise Hangup from error
        if len(found) < size:
            raise Hangup
        return found

    def hang_up(self) -> None:
        """Ends the conversation at once, whatever either side is doing."""
        try:
            self._socket.shutdown(socket.SHUT_RDWR)
        except OSError:
            # the other side was quicker
            return

    def close(self) -> None:
        """Ends the conversation, and lets go of the socket."""
        self.hang_up()
        for each in (self._in, self._out):
            try:
                each.close()
            except OSError:
                # what was not sent yet cannot be sent any more
                continue
        self._socket.close()
