"""The server's process, from its start to its end: it owns the warehouse, answers, and lets other commands in."""

import contextlib
import gc
import os
import signal
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

import uvicorn
from fastapi import FastAPI

from keepwell.errors import UserError
from keepwell.runs.ahead import settle
from keepwell.runs.people import links, second_factor
from keepwell.store.address import address
from keepwell.store.engine import made
from keepwell.warehouse.duckdb import served_warehouse
from keepwell.warehouse.sessions import Sessions
from keepwell.warehouse.shared import SharedWarehouse
from keepwell.web.app import app
from keepwell.web.server import logs
from keepwell.web.server.notices import notify
from keepwell.web.server.serving import Serving, read
from keepwell.web.server.tracing import Traced, tracing

GRACE_S = 10
"""How long requests that are under way may take once the server is to stop."""


@dataclass(frozen=True, slots=True)
class Started:
    """A server that answers: its address, the project's name, and the path by which the first admin comes in, if nobody has yet."""

    url: str
    project: str
    set_up: str | None


def run(folder: Path, *, host: str, port: int, tell: Callable[[Started], None]) -> None:
    """Serves the project in a folder until the process is told to stop; `tell` hears when it answers. `port` 0 takes any that is free.

    Raises:
        DefinitionError: nothing was ever applied, and the working files hold mistakes.
        UserError: the folder is no project, the address is taken, or a setting of the environment cannot be.
        StoreError, WarehouseError: one of them cannot be opened; or another server has the warehouse.
    """
    stamp, found = read(folder)
    project = found.project
    second_factor.compulsory(os.environ)
    with (
        tracing() as tracer,
        listening(host, port) as socket_,
        standing(folder, project.warehouse) as serving,
    ):
        serving.knows(stamp, found)
        url = _url(host, socket_.getsockname()[1])

        def answering() -> None:
            gc.freeze()  # what is there by now stays, and is not looked through again and again
            gc.enable()
            notify("READY=1")
            tell(Started(url, project.name, links.set_up(serving.store)))

        logs.adopt()
        application = app(serving)
        if tracer is not None:
            application.add_middleware(Traced, tracer=tracer)
        Server(application, answering).run(sockets=[socket_])
        notify("STOPPING=1")


@contextlib.contextmanager
def standing(folder: Path, warehouse: Path) -> Iterator[Serving]:
    """What a server stands on, let go of at the end: the store, and the warehouse, into which other commands are let as well."""
    settle()
    store = made(address(folder), lasting=True)
    with contextlib.ExitStack() as ending:
        ending.callback(store.engine.dispose)
        shared = SharedWarehouse(served_warehouse(warehouse))
        ending.callback(shared.close)
        ending.callback(Sessions(shared).close)
        serving = Serving(folder, store, shared)
        ending.callback(serving.runs.close)
        ending.callback(serving.drafts.close)
        yield serving


@contextlib.contextmanager
def listening(host: str, port: int) -> Iterator[socket.socket]:
    """A socket at an address.

    Raises:
        UserError: the address is taken, or is none of this machine's.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        made_socket = socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        raise UserError(
            f"nothing can be served at {_url(host, port)}: {os.strerror(error.errno or 0)}",
            do="name another address: keepwell serve --port 8338",
        ) from error
    with made_socket:
        # Head and body of an answer are two packets: the second must not wait 40 ms for word of the first. Connections inherit it.
        made_socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        yield made_socket


class Server(uvicorn.Server):
    """Runs an application until a signal; `answering` is called once it answers."""

    def __init__(self, application: FastAPI, answering: Callable[[], None]) -> None:
        super().__init__(
            uvicorn.Config(
                application,
                log_config=None,
                access_log=False,
                ws="none",
                server_header=False,
                date_header=True,
                timeout_graceful_shutdown=GRACE_S,
            )
        )
        self._answering = answering

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begins to answer."""
        await super().startup(sockets)
        if self.started:
            self._answering()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Has SIGTERM and Ctrl-C stop the server in order, so that what comes after it comes; a second one stops it at once."""
        before = {each: signal.signal(each, self._stop) for each in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for each, handler in before.items():
                signal.signal(each, handler)

    def _stop(self, _signal: int, _frame: FrameType | None) -> None:
        self.force_exit = self.should_exit
        self.should_exit = True


def _url(host: str, port: int) -> str:
    shown = f"[{host}]" if ":" in host else host
    return f"http://{shown}:{port}"
