"""A small firm on a real server: `keepwell serve`'s application on a free port of this machine, in a thread."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import uvicorn
from fastapi import APIRouter, FastAPI

from keepwell.runs.applied import in_force
from keepwell.web.app import app
from keepwell.web.running import standing
from keepwell.web.server.serving import Serving


@contextmanager
def serving(folder: Path) -> Iterator[Serving]:
    """What a server of the project in a folder stands on; its facts are what has been loaded."""
    with standing(folder, in_force(folder).project.warehouse) as stands_on:
        yield stands_on


@contextmanager
def served(folder: Path, *routers: APIRouter) -> Iterator[str]:
    """The address of a running server of the project in a folder; `routers` are added to its own."""
    with serving(folder) as stands_on:
        made_app = app(stands_on)
        for router in routers:
            made_app.include_router(router)
        with running(made_app) as url:
            yield url


@contextmanager
def running(application: FastAPI) -> Iterator[str]:
    """The address at which an application runs, with the names of its machine as any client would use it."""
    server = uvicorn.Server(
        uvicorn.Config(application, host="127.0.0.1", port=0, log_config=None, ws="none", access_log=False)
    )
    ready = threading.Event()
    server.startup = _told(server, ready)  # type: ignore[method-assign]
    thread = threading.Thread(target=server.run, name="server")
    thread.start()
    try:
        assert ready.wait(30), "the server did not start"
        port = server.servers[0].sockets[0].getsockname()[1]
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join()


def _told(server: uvicorn.Server, ready: threading.Event):  # type: ignore[no-untyped-def]
    startup = server.startup

    async def starting(sockets: Sequence[object] | None = None) -> None:
        await startup(sockets)  # type: ignore[arg-type]
        ready.set()

    return starting
