"""A real mail server, aiosmtpd's, in a process of its own: it keeps what it takes in a file, and lives on when a sender is killed."""

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session


@dataclass(frozen=True)
class Taken:
    """A message that the server took: the envelope, and the message itself."""

    sender: str
    recipients: tuple[str, ...]
    raw: bytes

    @property
    def message(self) -> Message:
        """The message, read."""
        return message_from_bytes(self.raw)


@dataclass(frozen=True)
class Sink:
    """The server, and what it took so far."""

    port: int
    file: Path

    def taken(self) -> list[Taken]:
        """Every message, in the order of arrival."""
        rows = [json.loads(line) for line in self.file.read_text(encoding="utf-8").splitlines()]
        return [Taken(row["sender"], tuple(row["recipients"]), row["raw"].encode("latin-1")) for row in rows]

    def ids(self) -> list[str]:
        """The Message-ID of every message."""
        return [str(each.message["Message-ID"]) for each in self.taken()]


@contextmanager
def sink(folder: Path) -> Iterator[Sink]:
    """The server on a free port of this machine, from its process's start to its end.

    A recipient that begins with `refused` or `deferred` is met with 550 or 451.
    """
    file = folder / "taken.jsonl"
    command = [sys.executable, "-W", "ignore", __file__, str(file)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield Sink(int(process.stdout.readline()), file)
        finally:
            process.kill()


class _Handler:
    def __init__(self, file: Path) -> None:
        self._file = file.open("a", encoding="utf-8", buffering=1)

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if address.startswith("refused"):
            return "550 5.1.1 nobody of that name"
        if address.startswith("deferred"):
            return "451 4.7.1 come back later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - as above
        content = envelope.content
        assert isinstance(content, bytes)
        row = {
            "sender": envelope.mail_from,
            "recipients": envelope.rcpt_tos,
            "raw": content.decode("latin-1"),
        }
        self._file.write(json.dumps(row) + "\n")
        return "250 taken"


async def _serve(file: Path) -> None:
    file.touch()
    handler = _Handler(file)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(handler, hostname="sink", loop=loop), "127.0.0.1", 0)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_serve(Path(sys.argv[1])))
