"""The one place where errors become answers: RFC 9457 problems for programs, a page for people, the same words in both."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException
from starlette.routing import Match

from keepwell.errors import (
    AbsentError,
    ConflictError,
    DefinitionError,
    ForbiddenError,
    StoreError,
    UserError,
    WarehouseError,
)
from keepwell.web.look.frame import Frame
from keepwell.web.look.rendering import rendered
from keepwell.web.look.saying import Saying
from keepwell.web.server.asking import FactorNeededError, NotSignedInError, person_of, serving

MEDIA_TYPE = "application/problem+json"
SIGN_IN, PROFILE = "/sign-in", "/profile"

_STATUS: tuple[tuple[type[UserError], HTTPStatus], ...] = (
    (NotSignedInError, HTTPStatus.UNAUTHORIZED),
    (ForbiddenError, HTTPStatus.FORBIDDEN),
    (AbsentError, HTTPStatus.NOT_FOUND),
    (ConflictError, HTTPStatus.CONFLICT),
    (DefinitionError, HTTPStatus.UNPROCESSABLE_ENTITY),
    (StoreError, HTTPStatus.SERVICE_UNAVAILABLE),
    (WarehouseError, HTTPStatus.SERVICE_UNAVAILABLE),
    (UserError, HTTPStatus.BAD_REQUEST),
)
"""The status of each kind of error; the first that fits."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One of several things that are wrong: where, what, and what to do."""

    where: str
    what: str
    do: str = ""


@dataclass(frozen=True, slots=True)
class HttpProblem:
    """An error as it is answered, in the members of RFC 9457 and ours.

    `detail`, `where` and `do` are the words that the command line has; `problems` are the single mistakes where there are several;
    `request` is the number under which the server's log tells more.
    """

    title: str
    status: int
    detail: str
    where: str = ""
    do: str = ""
    problems: tuple[Finding, ...] = ()
    request: str = ""
    headers: dict[str, str] = field(default_factory=dict)

    def members(self) -> dict[str, Any]:
        """What the JSON says; members that say nothing are left out."""
        said = {name: value for name, value in asdict(self).items() if value not in ("", (), {})}
        said.pop("headers", None)
        return {"type": "about:blank", **said}


def status_of(error: UserError) -> HTTPStatus:
    """The HTTP status that an error is answered with."""
    return next(status for kind, status in _STATUS if isinstance(error, kind))


def problem_of(request: Request, error: UserError) -> HttpProblem:
    """A user's error as a problem, in the same words; what to do next is told as it is done by whoever asks."""
    status = status_of(error)
    found: tuple[Finding, ...] = ()
    if isinstance(error, DefinitionError):
        found = tuple(Finding(each.where, each.what, each.do) for each in error.problems)
    headers = {"WWW-Authenticate": "Bearer"} if status is HTTPStatus.UNAUTHORIZED else {}
    if status is HTTPStatus.SERVICE_UNAVAILABLE:
        headers = {"Retry-After": "5"}
    do = error.do
    if isinstance(error, AbsentError) and for_programs(request):
        do = error.by_api or do
    return HttpProblem(status.phrase, status, error.what, error.where, do, found, headers=headers)


def handle(app: FastAPI) -> None:
    """Has the server answer every error that is foreseen in this way; `bug` answers the others."""
    app.add_exception_handler(UserError, _mistake)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _refused)


async def _mistake(request: Request, error: Exception) -> Response:
    assert isinstance(error, UserError)
    if isinstance(error, NotSignedInError) and not for_programs(request):
        return _to_sign_in(request)
    if isinstance(error, FactorNeededError) and not for_programs(request):
        return _led(request, PROFILE)
    return answer(request, problem_of(request, error))


async def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    findings = tuple(
        Finding(".".join(str(part) for part in each["loc"]), str(each["msg"])) for each in error.errors()
    )
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    few = f"{len(findings)} thing{'s' if len(findings) != 1 else ''} in the request cannot be understood"
    return answer(request, HttpProblem(status.phrase, status, few, problems=findings))


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return refused(request, HTTPStatus(error.status_code), str(error.detail), dict(error.headers or {}))


def refused(
    request: Request, status: HTTPStatus, detail: str, headers: dict[str, str] | None = None
) -> Response:
    """The answer to a request that no route takes."""
    words = {
        HTTPStatus.NOT_FOUND: ("there is nothing at this address", "check the address"),
        HTTPStatus.METHOD_NOT_ALLOWED: (f"this address does not take {request.method}", ""),
    }
    detail, do = words.get(status, (detail, ""))
    said = dict(headers or {})
    if status is HTTPStatus.METHOD_NOT_ALLOWED:
        said["Allow"] = ", ".join(_taken(request))
    return answer(request, HttpProblem(status.phrase, status, detail, do=do, headers=said))


def _taken(request: Request) -> Iterator[str]:
    """The methods that an address takes, whichever routes have it."""
    for method in ("DELETE", "GET", "HEAD", "PATCH", "POST", "PUT"):
        asked = {**request.scope, "method": method}
        if any(route.matches(asked)[0] is Match.FULL for route in request.app.routes):
            yield method


def too_large(most: int) -> str:
    """That a request's body is too large. `most` counts bytes."""
    return f"the request is larger than {most / 2**20:.0f} MiB"


def bug(request: Request) -> Response:
    """The answer to anything unforeseen: it tells nothing of the inside but the number under which the log has it."""
    status = HTTPStatus.INTERNAL_SERVER_ERROR
    return answer(
        request,
        HttpProblem(
            status.phrase,
            status,
            "something went wrong in Keepwell itself",
            do="tell whoever runs this server the request's number; its log says more",
        ),
    )


def for_programs(request: Request) -> bool:
    """Whether the answer is for a program rather than for somebody's eyes."""
    return request.url.path == "/api" or request.url.path.startswith("/api/")


def answer(request: Request, problem: HttpProblem) -> Response:
    """A problem as JSON or as a page, whichever the asker reads."""
    number = str(structlog.contextvars.get_contextvars().get("request", ""))
    if for_programs(request):
        said = problem.members() | ({"request": number} if number else {})
        return JSONResponse(said, problem.status, problem.headers, MEDIA_TYPE)
    page = rendered("problem.html.j2", _framed(request, problem.title), problem=problem, request=number)
    return HTMLResponse(page, problem.status, problem.headers)


def _framed(request: Request, title: str) -> Frame:
    """What stands around the page of a problem: it reads nothing anew, since that may be what does not work."""
    project, person = serving(request).read, person_of(request)
    return Frame(
        title=title,
        project="Keepwell" if project is None else project.name,
        simulated=project is not None and project.simulated,
        person=person,
        path=request.url.path,
        csrf=str(getattr(request.state, "csrf", "")),
        saying=Saying(zone=person.zone, locale=person.locale) if person else Saying(),
    )


def _to_sign_in(request: Request) -> Response:
    """Leads to the sign-in, and from there back to the page."""
    wanted = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    if request.headers.get("hx-request") == "true":
        return _led(request, SIGN_IN, HTTPStatus.UNAUTHORIZED)
    to = SIGN_IN if request.method not in ("GET", "HEAD") else f"{SIGN_IN}?{urlencode({'next': wanted})}"
    return _led(request, to)


def _led(request: Request, to: str, status: HTTPStatus = HTTPStatus.FORBIDDEN) -> Response:
    """Leads to a page; a part of a page cannot be led anywhere, so the whole page is."""
    if request.headers.get("hx-request") == "true":
        return Response(status_code=status, headers={"HX-Redirect": to})
    return RedirectResponse(to, HTTPStatus.SEE_OTHER)
