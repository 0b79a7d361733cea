"""Traces of requests for OpenTelemetry, where the environment names a collector. Spans say what log lines say, and no more.

The framework's own instrumentation would send addresses and queries, which can name people and hold links that work once.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from keepwell import __version__
from keepwell.errors import UserError, installing

if TYPE_CHECKING:
    from opentelemetry.trace import Span, Tracer

ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT"


@contextmanager
def tracing() -> "Iterator[Tracer | None]":
    """What spans are made with, until the server ends; `None` where no collector is named.

    Raises:
        UserError: one is named, and the extra is not installed.
    """
    if not os.environ.get(ENDPOINT):
        yield None
        return
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ModuleNotFoundError as error:
        raise UserError(
            f"{ENDPOINT} is set, and there is no module {error.name}",
            do=f"{installing('telemetry')}; or unset it",
        ) from error
    resource = Resource.create({"service.name": "keepwell", "service.version": __version__})
    provider = TracerProvider(resource=resource)
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    try:
        yield provider.get_tracer("keepwell", __version__)
    finally:
        provider.shutdown()


class Traced:
    """Makes a span of every request, below the caller's if it names one."""

    def __init__(self, app: ASGIApp, tracer: "Tracer") -> None:
        self._app = app
        self._tracer = tracer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        from opentelemetry.propagate import extract
        from opentelemetry.trace import SpanKind

        caller = extract(dict(Headers(scope=scope)))
        with self._tracer.start_as_current_span(
            scope["method"], caller, SpanKind.SERVER, record_exception=False
        ) as span:

            async def traced(message: Message) -> None:
                if message["type"] == "http.response.start":
                    _tell(span, scope, message)
                await send(message)

            await self._app(scope, receive, traced)


def _tell(span: "Span", scope: Scope, start: Message) -> None:
    """Says what was asked and answered: the method, the pattern of the address, the status, the request's number."""
    route = getattr(scope.get("route"), "path", "none")
    span.update_name(f"{scope['method']} {route}")
    span.set_attribute("http.request.method", scope["method"])
    span.set_attribute("http.route", route)
    span.set_attribute("http.response.status_code", start["status"])
    span.set_attribute("keepwell.request", Headers(raw=start["headers"]).get("x-request-id", ""))
