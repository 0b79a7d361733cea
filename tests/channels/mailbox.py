"""A mail server that keeps what it gets, and refuses or breaks off where a test has it so."""

import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass
class Mailbox:
    """What came in; `tls` for STARTTLS; `refuse` answers a recipient with 550; `vanish` ends the connection in place of an answer."""

    port: int = 0
    tls: ssl.SSLContext | None = None
    refuse: bool = False
    vanish: bool = False
    got: list[str] = field(default_factory=list)
    encrypted: list[bool] = field(default_factory=list)
    logins: list[str] = field(default_factory=list)


@contextmanager
def mailbox(**said: object) -> Iterator[Mailbox]:
    """A mail server on a free port of this machine."""
    made = Mailbox(**said)  # type: ignore[arg-type]

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            _Talk(self, made).run()

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        made.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield made
        finally:
            server.shutdown()
            thread.join()


class _Talk:
    """One connection."""

    def __init__(self, handler: socketserver.StreamRequestHandler, box: Mailbox) -> None:
        self._socket, self._box = handler.request, box
        self._file = self._socket.makefile("rb")
        self._encrypted = False

    def run(self) -> None:
        """Talks until one of the two hangs up."""
        try:
            self._run()
        finally:
            self._file.close()
            self._socket.close()

    def _run(self) -> None:
        self._say("220 here")
        while line := self._file.readline():
            verb = line.decode().strip().upper()
            if verb.startswith("EHLO"):
                more = ["STARTTLS"] if self._box.tls and not self._encrypted else []
                offered = ["here", *more, "AUTH PLAIN"]
                for each in offered[:-1]:
                    self._say(f"250-{each}")
                self._say(f"250 {offered[-1]}")
            elif verb == "STARTTLS" and self._box.tls:
                self._say("220 go on")
                self._socket = self._box.tls.wrap_socket(self._socket, server_side=True)
                self._file = self._socket.makefile("rb")
                self._encrypted = True
            elif verb.startswith("AUTH PLAIN"):
                self._box.logins.append(line.decode().split()[2])
                self._say("235 welcome")
            elif verb.startswith("RCPT") and self._box.refuse:
                self._say("550 nobody of that name")
            elif verb == "DATA":
                self._say("354 go on")
                if not self._data():
                    return
            elif verb == "QUIT":
                self._say("221 bye")
                return
            else:
                self._say("250 fine")

    def _data(self) -> bool:
        lines: list[bytes] = []
        while (line := self._file.readline()) not in (b".\r\n", b""):
            lines.append(line)
        if self._box.vanish:
            return False
        self._box.got.append(b"".join(lines).decode())
        self._box.encrypted.append(self._encrypted)
        self._say("250 kept")
        return True

    def _say(self, text: str) -> None:
        self._socket.sendall(text.encode() + b"\r\n")
