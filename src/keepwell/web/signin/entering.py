"""The pages by which people sign in and out: password, code, the way to a provider and back."""

import os
from http import HTTPStatus
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Form, Query, Request, Response
from fastapi.responses import RedirectResponse

from keepwell.errors import UserError
from keepwell.runs.people import sessions, signing_in
from keepwell.runs.people.cipher import Cipher
from keepwell.runs.people.provider import Provider, declared
from keepwell.runs.people.signing_in import CodeNeeded, SignedIn
from keepwell.runs.people.throttle import Held
from keepwell.web.server.asking import public, serving
from keepwell.web.server.shown import shown
from keepwell.web.signin import cookies
from keepwell.web.signin.asked import asked, origin
from keepwell.web.signin.going import HOME, local

router = APIRouter(include_in_schema=False, dependencies=[Depends(public())])

LONGEST = 1000
"""Characters that a field takes."""

Field = Annotated[str, Form(max_length=LONGEST)]
Goal = Annotated[str, Form(alias="next", max_length=LONGEST)]
Next = Annotated[str, Query(alias="next", max_length=LONGEST)]

CODE, ANSWER = "/sign-in/code", "/sign-in/answer"


@router.get("/sign-in")
def sign_in(request: Request, after: Next = HOME) -> Response:
    """Asks for e-mail address and password; somebody who has just shown who they are goes on at once."""
    session = asked(request).session
    if session is not None and session.proven:
        return RedirectResponse(local(after), HTTPStatus.SEE_OTHER)
    return _form(request, after)


@router.post("/sign-in")
def enter(request: Request, email: Field, password: Field, after: Goal = HOME) -> Response:
    """Signs in, or asks for the code."""
    try:
        found = signing_in.by_password(serving(request).store, email, password, origin(request))
    except UserError as error:
        return _form(request, after, error, email)
    if isinstance(found, CodeNeeded):
        answer = RedirectResponse(f"{CODE}?next={_quoted(after)}", HTTPStatus.SEE_OTHER)
        cookies.SIGN_IN.give(request, answer, found.token)
        return answer
    return entered(request, found, after)


@router.get(CODE)
def code(request: Request, after: Next = HOME) -> Response:
    """Asks for the code of the second factor."""
    if not cookies.SIGN_IN.read(request):
        return RedirectResponse("/sign-in", HTTPStatus.SEE_OTHER)
    return shown(request, "signin/code.html.j2", title="Sign in", error=None, next=local(after))


@router.post(CODE)
def enter_code(request: Request, code: Field, after: Goal = HOME) -> Response:
    """Signs in by a code."""
    served, token = serving(request), cookies.SIGN_IN.read(request)
    cipher = Cipher(served.secret("second factors"))
    try:
        found = signing_in.by_code(served.store, token, code, origin(request), cipher)
    except UserError as error:
        content = {"error": error, "next": local(after)}
        return _waits(
            shown(request, "signin/code.html.j2", title="Sign in", status=_status(error), **content), error
        )
    answer = entered(request, found, after)
    cookies.SIGN_IN.take(request, answer)
    return answer


@router.post("/sign-out")
def sign_out(request: Request) -> Response:
    """Ends the session, and has the browser forget whatever it kept of this server."""
    found = asked(request)
    if found.person is not None and found.session is not None:
        sessions.end(serving(request).store, found.person, found.session.session.number)
    answer = RedirectResponse("/sign-in", HTTPStatus.SEE_OTHER)
    cookies.SESSION.take(request, answer)
    answer.headers["Clear-Site-Data"] = '"cache", "storage"'
    return answer


@router.get("/sign-in/provider")
def leave(request: Request, after: Next = HOME) -> Response:
    """Leads to the provider."""
    from keepwell.runs.people import oidc

    try:
        left = oidc.leave(serving(request).store, _provider(), _back(request), local(after))
    except UserError as error:
        return _form(request, after, error)
    answer = RedirectResponse(left.url, HTTPStatus.SEE_OTHER)
    cookies.SIGN_IN.give(request, answer, left.token)
    return answer


@router.get(ANSWER)
def come_back(request: Request) -> Response:
    """Takes the provider's answer."""
    from keepwell.runs.people import oidc

    token, said = cookies.SIGN_IN.read(request), dict(request.query_params)
    try:
        found, after = oidc.come_back(serving(request).store, _provider(), said, token, origin(request))
    except UserError as error:
        return _form(request, HOME, error)
    answer = entered(request, found, after)
    cookies.SIGN_IN.take(request, answer)
    return answer


def entered(request: Request, found: SignedIn, after: str) -> Response:
    """Has the browser keep the new session, in place of any that it had, and go on."""
    former = asked(request)
    if former.person is not None and former.session is not None:
        sessions.end(serving(request).store, former.person, former.session.session.number)
    answer = RedirectResponse(local(after), HTTPStatus.SEE_OTHER)
    cookies.SESSION.give(request, answer, found.token)
    return answer


def _form(request: Request, after: str, error: UserError | None = None, email: str = "") -> Response:
    found = asked(request)
    provider = declared(os.environ)
    page = shown(
        request,
        "signin/sign_in.html.j2",
        title="Sign in",
        status=_status(error),
        error=error,
        email=email or (found.person.email if found.person else ""),
        again=found.person is not None,
        next=local(after),
        provider=None if provider is None else provider.name,
    )
    return _waits(page, error)


def _waits(page: Response, error: UserError | None) -> Response:
    if isinstance(error, Held):
        page.headers["Retry-After"] = str(error.seconds)
    return page


def _status(error: UserError | None) -> int:
    if error is None:
        return HTTPStatus.OK
    return HTTPStatus.TOO_MANY_REQUESTS if isinstance(error, Held) else HTTPStatus.UNAUTHORIZED


def _provider() -> Provider:
    found = declared(os.environ)
    if found is None:
        raise UserError("there is no single sign-on here", do="sign in with your password")
    return found


def _back(request: Request) -> str:
    return f"{request.url.scheme}://{request.url.netloc}{ANSWER}"


def _quoted(after: str) -> str:
    return quote(local(after), safe="/")
