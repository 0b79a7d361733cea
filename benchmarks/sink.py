"""A mail server that takes everything and keeps nothing, as fast as it can: prints its port, and serves until it is killed."""

import asyncio
import sys

ANSWERS = {
    b"EHLO": b"250-sink\r\n250-PIPELINING\r\n250 8BITMIME\r\n",
    b"DATA": b"354 go on\r\n",
    b"QUIT": b"221 bye\r\n",
}
END = b"\r\n.\r\n"


class Sink(asyncio.Protocol):
    """One connection."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Greets."""
        assert isinstance(transport, asyncio.Transport)
        self._transport, self._waiting, self._in_data = transport, b"", False
        transport.write(b"220 sink\r\n")

    def data_received(self, data: bytes) -> None:
        """Answers each line of a dialogue, and each message once it has ended."""
        self._waiting += data
        answers = []
        while True:
            end = END if self._in_data else b"\r\n"
            line, found, rest = self._waiting.partition(end)
            if not found:
                break
            self._waiting = rest
            if self._in_data:
                self._in_data = False
                answers.append(b"250 taken\r\n")
            else:
                verb = line[:4].upper()
                self._in_data = verb == b"DATA"
                answers.append(ANSWERS.get(verb, b"250 fine\r\n"))
        if answers:
            self._transport.write(b"".join(answers))


async def serve() -> None:
    """Serves on a free port of this machine."""
    server = await asyncio.get_running_loop().create_server(Sink, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    sys.exit(asyncio.run(serve()))
