"""Whether a change is meant by who asks: no other site can have a browser change anything (CSRF)."""

import hmac
from urllib.parse import parse_qs, urlsplit

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from keepwell.errors import ForbiddenError
from keepwell.outreach.links import ROOT
from keepwell.web.server import problems
from keepwell.web.signin.asked import Asked, asked

HEADER, FIELD = "x-csrf-token", "csrf"
SAFE = ("GET", "HEAD", "OPTIONS")
"""Methods that change nothing."""

FORM = "application/x-www-form-urlencoded"
SIGNED = f"/{ROOT}/"
"""Where the address itself says who is meant, signed: mail programs post there without a cookie (RFC 8058), and no other site knows the address."""

LONGEST = 1_000_000
"""Bytes of a form; what is longer comes as JSON or as a file, with the header."""


class Meant:
    """Lets a change through if its forms are ours: by a key, or with the token that only our own pages know."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request."""
        if scope["type"] != "http" or scope["method"] in SAFE or scope["path"].startswith(SIGNED):
            await self._app(scope, receive, send)
            return
        request = Request(scope, receive)
        found = asked(request)
        if found.key is not None or (found.person is None and problems.for_programs(request)):
            await self._app(scope, receive, send)
            return
        body: list[Message] = []
        if _ours(request) and await _carried(request, found, body):
            await self._app(scope, _again(body, receive), send)
            return
        error = ForbiddenError(
            "this form is too old, or was not sent from here",
            do="load the page anew and send it once more; a program sends the header X-CSRF-Token, or a key",
        )
        await problems.answer(request, problems.problem_of(request, error))(
            scope, _again(body, receive), send
        )


def _ours(request: Request) -> bool:
    """Whether the browser says, if it says anything, that a page of this server has sent this."""
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return False
    origin = request.headers.get("origin")
    return origin is None or urlsplit(origin).netloc == request.headers.get("host", "")


async def _carried(request: Request, found: Asked, body: list[Message]) -> bool:
    """Whether the token is there, in the header or in the form; what has been read of the body is kept."""
    token = request.headers.get(HEADER, "")
    if not token and request.headers.get("content-type", "").partition(";")[0].strip().lower() == FORM:
        raw = await _read(request.receive, body)
        token = parse_qs(raw.decode("utf-8", "replace")).get(FIELD, [""])[0]
    return bool(token) and hmac.compare_digest(token.encode(), found.form.encode())


async def _read(receive: Receive, body: list[Message]) -> bytes:
    """The body of a form; nothing if it is too long."""
    raw = b""
    while len(raw) <= LONGEST:
        message = await receive()
        body.append(message)
        raw = raw + bytes(message.get("body", b""))
        if message["type"] != "http.request" or not message.get("more_body", False):
            return raw if len(raw) <= LONGEST else b""
    return b""


def _again(body: list[Message], receive: Receive) -> Receive:
    """The body once more, from its beginning."""
    left = list(body)

    async def replayed() -> Message:
        return left.pop(0) if left else await receive()

    return replayed
