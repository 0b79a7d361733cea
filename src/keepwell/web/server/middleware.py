"""What happens to every request before a route sees it, and to every answer after it."""

import secrets
import time
from http import HTTPStatus

import structlog
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from keepwell.web.server import metrics, problems
from keepwell.web.server.logs import logger

REQUEST_ID = "X-Request-Id"

MOST_BYTES = 2**20
"""How large the body of a request may be."""

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_QUIET = frozenset({"/healthz", "/readyz", "/metrics", "/static/{digest}/{name:path}"})
"""Routes that are asked too often, and tell too little, to be logged."""

SECURITY_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
"""What every answer says to the browser; an answer that says one of these itself keeps its own."""


OVER_TLS = ("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
"""What an answer over TLS says besides: for a year, come back by TLS alone."""


class Numbered:
    """Gives every request a number of its own, which the log and the answer have; a caller's number is not believed."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        number = secrets.token_hex(8)
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request=number)

        async def numbered(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)[REQUEST_ID] = number
            await send(message)

        await self._app(scope, receive, numbered)


class Guarded:
    """Has every answer tell the browser what it must not do."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request."""

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in SECURITY_HEADERS.items():
                    headers.setdefault(name, value)
                if scope.get("scheme") == "https":
                    headers.setdefault(*OVER_TLS)
            await send(message)

        await self._app(scope, receive, guarded)


class Caught:
    """Answers what nobody foresaw, and logs it; an answer that had begun is broken off."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun = False

        async def watched(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self._app(scope, receive, watched)
        except Exception:
            if begun:
                raise
            metrics.BUGS.inc()
            logger("server").exception("bug")
            await problems.bug(Request(scope))(scope, receive, send)


class Watched:
    """Counts and times every request, and logs it: by the pattern of its address, for an address itself can name somebody."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._log = logger("requests")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, status = time.perf_counter(), 0

        async def watched(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        with metrics.UNDER_WAY.track_inprogress():
            try:
                await self._app(scope, receive, watched)
            finally:
                self._note(scope, status, time.perf_counter() - began)

    def _note(self, scope: Scope, status: int, seconds: float) -> None:
        method = scope["method"] if scope["method"] in _METHODS else "other"
        route = getattr(scope.get("route"), "path", "none")
        metrics.REQUESTS.labels(method, route, status).inc()
        metrics.SECONDS.labels(method, route).observe(seconds)
        if route in _QUIET:
            return
        person = getattr(Request(scope).state, "person", None)
        who = {} if person is None else {"person": person.number}
        self._log.info(
            "answered", method=method, route=route, status=status, ms=round(seconds * 1000, 1), **who
        )


class Bounded:
    """Takes no more of a request's body than a page or a program ever has to send."""

    def __init__(self, app: ASGIApp, most: int = MOST_BYTES) -> None:
        self._app = app
        self._most = most

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        declared = dict(scope["headers"]).get(b"content-length", b"0")
        if not declared.isdigit() or int(declared) > self._most:
            await problems.refused(
                Request(scope), HTTPStatus.REQUEST_ENTITY_TOO_LARGE, problems.too_large(self._most)
            )(scope, receive, send)
            return
        taken = 0

        async def bounded() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > self._most:
                raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, problems.too_large(self._most))
            return message

        await self._app(scope, bounded, send)
