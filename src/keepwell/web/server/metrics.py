"""What Prometheus reads of the server: requests, the warehouse's writer, runs, and the process itself. No metric names anybody."""

import hmac
import os
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    PlatformCollector,
    ProcessCollector,
    generate_latest,
)

from keepwell import __version__
from keepwell.errors import ForbiddenError
from keepwell.store import runs
from keepwell.web.server.asking import public, serving
from keepwell.web.server.serving import Serving

TOKEN_VARIABLE = "KEEPWELL_METRICS_TOKEN"  # noqa: S105 - the name of a variable
_HERE = ("127.0.0.1", "::1")

REGISTRY = CollectorRegistry()
ProcessCollector(registry=REGISTRY)
PlatformCollector(registry=REGISTRY)

REQUESTS = Counter(
    "keepwell_requests", "Requests that were answered.", ["method", "route", "status"], registry=REGISTRY
)
SECONDS = Histogram(
    "keepwell_request_seconds",
    "How long answers took.",
    ["method", "route"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.3, 0.5, 1, 2.5, 5, 10, 30),
    registry=REGISTRY,
)
UNDER_WAY = Gauge("keepwell_requests_under_way", "Requests that are being answered.", registry=REGISTRY)
BUGS = Counter("keepwell_bugs", "Requests that met something unforeseen.", registry=REGISTRY)
CHORE_FAILURES = Counter(
    "keepwell_chore_failures", "Chores that failed and are tried again.", ["chore"], registry=REGISTRY
)
_WRITING = Gauge("keepwell_writing", "Whether somebody writes to the warehouse (0 or 1).", registry=REGISTRY)
_SIZE = Gauge("keepwell_warehouse_bytes", "The size of the warehouse's file.", registry=REGISTRY)
_LAST_DONE = Gauge(
    "keepwell_last_done_timestamp_seconds",
    "When a piece of work was last done to its end.",
    ["work"],
    registry=REGISTRY,
)
_BUILD = Gauge("keepwell_build", "Always 1; says which Keepwell runs.", ["version"], registry=REGISTRY)
_BUILD.labels(__version__).set(1)

router = APIRouter(include_in_schema=False, dependencies=[Depends(public())])


@router.get("/metrics")
def metrics(request: Request, served: Annotated[Serving, Depends(serving)]) -> Response:
    """The metrics in Prometheus' text form, for programs on this machine, or for whoever has the token of the environment.

    Raises:
        ForbiddenError: somebody else asks.
    """
    _allowed(request)
    _WRITING.set(bool(served.warehouse.writer))
    _SIZE.set(served.warehouse.path.stat().st_size)
    with served.store.reading() as connection:
        for work, at in runs.last_done(connection).items():
            _LAST_DONE.labels(work).set(at.timestamp())
    return Response(generate_latest(REGISTRY), media_type=CONTENT_TYPE_LATEST)


def _allowed(request: Request) -> None:
    token = os.environ.get(TOKEN_VARIABLE)
    if token:
        said = request.headers.get("authorization", "")
        if hmac.compare_digest(said.encode(), f"Bearer {token}".encode()):
            return
    elif request.client is not None and request.client.host in _HERE:
        return
    raise ForbiddenError(
        "metrics are not for everybody",
        do=f"ask from this machine, or set {TOKEN_VARIABLE} for the server and send it as a bearer token",
    )
