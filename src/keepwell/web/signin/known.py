"""Who asks: known by a session's cookie or by a key, before any route sees the request."""

import os
import secrets
from dataclasses import dataclass

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from keepwell.errors import UserError
from keepwell.outreach.links import ROOT
from keepwell.runs.people import keys, second_factor, sessions
from keepwell.store import audit
from keepwell.web.server import problems
from keepwell.web.server.asking import NotSignedInError, serving
from keepwell.web.signin import cookies
from keepwell.web.signin.asked import Asked, form_of, origin

OPEN = ("/static/", "/healthz", "/readyz", "/metrics", f"/{ROOT}/")
"""Where nobody needs to be known, so that the store is not asked."""


@dataclass(frozen=True, slots=True)
class _Answer:
    """Who asks, and what the browser is to keep or forget."""

    asked: Asked
    headers: tuple[str, ...] = ()


class Known:
    """Finds out who asks, and has the audit say from where; what people who are signed in see is kept by no cache."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        if request.url.path.startswith(OPEN):
            _tell(request, Asked(""))
            await self._app(scope, receive, send)
            return
        try:
            answer = await run_in_threadpool(_answer, request)
        except UserError as error:  # a key that does not work; or a store that does not
            await problems.answer(request, problems.problem_of(request, error))(scope, receive, send)
            return
        _tell(request, answer.asked)

        async def kept(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.setdefault("Cache-Control", "no-store")
                for value in _unsaid(headers, answer.headers):
                    headers.append("Set-Cookie", value)
            await send(message)

        with audit.asked_from(_said(request, answer.asked)):
            await self._app(scope, receive, kept)


def _answer(request: Request) -> _Answer:
    """Who asks.

    Raises:
        NotSignedInError: there is a key, and it does not work.
    """
    store = serving(request).store
    kind, _, secret = request.headers.get("authorization", "").partition(" ")
    if kind.lower() == "bearer":
        by_key = keys.recognise(store, secret.strip())
        if by_key is None:
            raise NotSignedInError("this key does not work, or not any more", do="make a new one")
        return _Answer(Asked("", by_key[0], key=by_key[1]))
    token = cookies.SESSION.read(request)
    known = sessions.recognise(store, token, second_factor.compulsory(os.environ)) if token else None
    if known is not None:
        headers = (cookies.SESSION.header(request, known.token),) if known.token else ()
        return _Answer(Asked(known.session.form, known.person, known), headers)
    headers = (cookies.SESSION.header(request, ""),) if token else ()
    form = cookies.FORM.read(request)
    if not form:
        form = secrets.token_urlsafe(32)
        if not problems.for_programs(request):
            headers = (*headers, cookies.FORM.header(request, form))
    return _Answer(Asked(form_of(request, form)), headers)


def _tell(request: Request, found: Asked) -> None:
    """Has the request say who asks, and what its forms must carry, to whatever comes after."""
    request.state.factorless = found.session is not None and found.session.factorless
    request.state.asked, request.state.person, request.state.csrf = found, found.person, found.form


def _unsaid(headers: MutableHeaders, values: tuple[str, ...]) -> list[str]:
    """The cookies of which the route itself says nothing: what it says comes later than what we found."""
    said = {value.partition("=")[0] for value in headers.getlist("set-cookie")}
    return [value for value in values if value.partition("=")[0] not in said]


def _said(request: HTTPConnection, found: Asked) -> str:
    address = origin(request).address
    return address if found.key is None else f"{address}, key {found.key.number}"
