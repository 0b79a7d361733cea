"""The application: every router, and around them what all answers have in common."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware

from keepwell import __version__
from keepwell.web.api.limits import Limited
from keepwell.web.routes import ROUTERS
from keepwell.web.routine import CHORES
from keepwell.web.server import problems
from keepwell.web.server.chores import Doing
from keepwell.web.server.middleware import Bounded, Caught, Guarded, Numbered, Watched
from keepwell.web.server.segments import Segmented
from keepwell.web.server.serving import Serving
from keepwell.web.signin.known import Known
from keepwell.web.signin.meant import Meant

MIDDLEWARE: tuple[Middleware, ...] = (
    Middleware(Segmented),
    Middleware(Numbered),
    Middleware(Watched),
    Middleware(Guarded),
    Middleware(Caught),
    Middleware(Bounded),
    Middleware(Known),
    Middleware(Limited),
    Middleware(Meant),
)
"""What every request goes through, from the outside in: an account's id stays whole, who asks is known before it is counted, and a change is meant before a route sees it."""


def app(serving: Serving) -> FastAPI:
    """The application that serves a project."""
    made = FastAPI(
        title="Keepwell",
        version=__version__,
        summary="Customer health scores, explained and proven",
        openapi_url="/api/openapi.json",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        middleware=list(MIDDLEWARE),
        lifespan=_living,
    )
    made.state.serving = serving
    problems.handle(made)
    for router in ROUTERS:
        made.include_router(router)
    return made


@asynccontextmanager
async def _living(made: FastAPI) -> AsyncIterator[None]:
    """The server's life: chores are under way from its start to its end."""
    doing = Doing(made.state.serving, CHORES)
    try:
        yield
    finally:
        await run_in_threadpool(doing.stop)
