"""The page of oneself: name, zone and locale, password, second factor, sessions, keys."""

import os
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse

from keepwell.errors import UserError
from keepwell.people import Permission, Person
from keepwell.runs.people import keys, profile, second_factor, sessions
from keepwell.runs.people.passwords import SHORTEST
from keepwell.web.server.asking import needs, serving
from keepwell.web.server.shown import shown
from keepwell.web.signin.asked import asked
from keepwell.web.signin.entering import Field

router = APIRouter(include_in_schema=False)

Own = Annotated[Person, Depends(needs(Permission.PROFILE_OWN))]

HERE = "/profile"

BROWSERS = {"Edg": "Edge", "Firefox": "Firefox", "Chrom": "Chrome", "Safari": "Safari"}
SYSTEMS = {
    "Android": "Android",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Windows": "Windows",
    "Mac OS": "macOS",
    "Linux": "Linux",
}
"""Browsers and systems by what they say of themselves; the first that fits."""


@router.get(HERE)
def show(request: Request, person: Own, saved: str = "") -> Response:
    """The page; `saved` says what has just been kept."""
    return page(request, person, saved=saved)


@router.post(HERE)
def change(request: Request, person: Own, name: Field, zone: Field, locale: Field) -> Response:
    """Keeps name, zone and locale."""
    try:
        profile.change(serving(request).store, person, name=name, zone=zone, locale=locale)
    except UserError as error:
        return page(request, person, error)
    return done("profile")


@router.post(f"{HERE}/password")
def set_password(request: Request, person: Own, former: Field, password: Field) -> Response:
    """Keeps a new password, and ends the other sessions."""
    try:
        profile.set_password(
            serving(request).store, person, former=former, password=password, session=_here(request)
        )
    except UserError as error:
        return page(request, person, error)
    return done("password")


@router.post(f"{HERE}/sessions/{{number}}/end")
def end(request: Request, person: Own, number: int) -> Response:
    """Ends one of one's sessions."""
    sessions.end(serving(request).store, person, number)
    return done("session")


@router.post(f"{HERE}/sessions/end-others")
def end_others(request: Request, person: Own) -> Response:
    """Ends all of one's sessions but this one."""
    sessions.end_others(serving(request).store, person, _here(request))
    return done("session")


def page(request: Request, person: Person, error: UserError | None = None, saved: str = "") -> Response:
    """The page, with what was wrong or what was kept."""
    store = serving(request).store
    on, codes = second_factor.state(store, person)
    return shown(
        request,
        "own/profile.html.j2",
        title="Your profile",
        status=HTTPStatus.OK if error is None else HTTPStatus.BAD_REQUEST,
        person=person,
        error=error,
        saved=saved,
        shortest=SHORTEST,
        has_password=profile.has_password(store, person),
        factor=on,
        must=person.role in second_factor.compulsory(os.environ),
        codes=codes,
        sessions=sessions.mine(store, person),
        here=_here(request),
        keys=keys.mine(store, person),
        called=called,
    )


def called(agent: str) -> str:
    """What people call a browser that says this of itself."""
    browser = next((name for sign, name in BROWSERS.items() if sign in agent), "Another program")
    system = next((name for sign, name in SYSTEMS.items() if sign in agent), "")
    return f"{browser} on {system}" if system else browser


def done(what: str) -> Response:
    """Back to the page, which says what was kept."""
    return RedirectResponse(f"{HERE}?saved={what}", HTTPStatus.SEE_OTHER)


def _here(request: Request) -> int | None:
    """The number of this session; `None` where a key asks."""
    session = asked(request).session
    return None if session is None else session.session.number
