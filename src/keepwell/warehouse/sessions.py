"""The socket through which other commands reach a warehouse that the server owns: open to its own user alone."""

import os
import socket
from threading import Lock, Thread

from keepwell.warehouse.holder import holder_of
from keepwell.warehouse.session import Session
from keepwell.warehouse.shared import SharedWarehouse
from keepwell.warehouse.wire import FORM, Hangup, Wire, dialable, peer, socket_of

_ROOT = 0


class Sessions:
    """The conversations with other commands, each in a thread of its own, from the making of this until `close`."""

    def __init__(self, shared: SharedWarehouse) -> None:
        self._shared = shared
        self._path = socket_of(shared.path)
        self._lock = Lock()
        self._open: dict[Session, Thread] = {}
        self._closing = False
        self._listening = self._listen()
        self._door = Thread(target=self._welcome, name="door")
        self._door.start()

    def __len__(self) -> int:
        """How many conversations there are."""
        return len(self._open)

    def close(self) -> None:
        """Lets nobody in any more, and ends what is under way; it is undone."""
        self._closing = True
        self._listening.shutdown(socket.SHUT_RDWR)
        self._door.join()
        self._listening.close()
        self._path.unlink(missing_ok=True)
        with self._lock:
            under_way = dict(self._open)
        for session in under_way:
            session.end()
        for thread in under_way.values():
            thread.join()

    def _listen(self) -> socket.socket:
        """A socket that only this process's user may open. One that lies there already is left over: the file is ours."""
        self._path.unlink(missing_ok=True)
        made = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        os.fchmod(made.fileno(), 0o600)
        with dialable(self._path) as address:
            made.bind(address)
        self._path.chmod(0o600)
        made.listen()
        return made

    def _welcome(self) -> None:
        while not self._closing:
            try:
                connection, _ = self._listening.accept()
            except OSError:
                # the door is closed
                return
            self._let_in(connection)

    def _let_in(self, connection: socket.socket) -> None:
        pid, uid = peer(connection)
        wire = Wire(connection)
        try:
            if uid not in (os.geteuid(), _ROOT):
                wire.send({"refused": True})
                wire.close()
                return
            wire.send({"form": FORM})
        except Hangup:
            wire.close()
            return
        session = Session(self._shared, wire, str(holder_of(pid)))
        thread = Thread(target=self._attend, args=(session,), name=f"session of process {pid}")
        with self._lock:
            self._open[session] = thread
        thread.start()

    def _attend(self, session: Session) -> None:
        try:
            session.run()
        finally:
            with self._lock:
                del self._open[session]
