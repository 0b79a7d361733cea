"""The pages that links lead to: setting the server up, accepting an invitation, choosing a new password."""

from typing import Annotated
from zoneinfo import available_timezones

from fastapi import APIRouter, Depends, Form, Request, Response
from pydantic import BaseModel
from pydantic import Field as Length

from keepwell.errors import AbsentError, UserError
from keepwell.runs.people import links, signing_in
from keepwell.runs.people.passwords import SHORTEST
from keepwell.store.links import Kind, Link
from keepwell.web.server.asking import public, serving
from keepwell.web.server.shown import shown
from keepwell.web.signin.asked import origin
from keepwell.web.signin.entering import LONGEST, Field, entered
from keepwell.web.signin.going import HOME

router = APIRouter(include_in_schema=False, dependencies=[Depends(public())])

TITLES = {
    Kind.SET_UP: "Set up Keepwell",
    Kind.INVITATION: "Welcome to Keepwell",
    Kind.RESET: "Choose a new password",
}


class Coming(BaseModel):
    """Who comes in, as the form says: in which zone and locale their browser reads, too."""

    name: str = Length(max_length=LONGEST)
    password: str = Length(max_length=LONGEST)
    email: str = Length("", max_length=LONGEST)
    zone: str = Length("", max_length=LONGEST)
    locale: str = Length("", max_length=LONGEST)


@router.get("/set-up/{token}")
def set_up(request: Request, token: str) -> Response:
    """Asks who the first admin is. Looking at it uses nothing."""
    return _asked(request, links.opened(serving(request).store, Kind.SET_UP, token))


@router.post("/set-up/{token}")
def settle(request: Request, token: str, said: Annotated[Coming, Form()]) -> Response:
    """Makes the first admin, and signs them in."""
    return _accepted(request, Kind.SET_UP, token, said)


@router.get("/invitation/{token}")
def invitation(request: Request, token: str) -> Response:
    """Asks an invited user for their name and a password."""
    return _asked(request, links.opened(serving(request).store, Kind.INVITATION, token))


@router.post("/invitation/{token}")
def join(request: Request, token: str, said: Annotated[Coming, Form()]) -> Response:
    """Makes the invited user, and signs them in."""
    return _accepted(request, Kind.INVITATION, token, said)


@router.get("/reset/{token}")
def reset(request: Request, token: str) -> Response:
    """Asks for a new password."""
    return _asked(request, links.opened(serving(request).store, Kind.RESET, token))


@router.post("/reset/{token}")
def choose(request: Request, token: str, password: Field) -> Response:
    """Keeps the new password; with it they sign in, and with their second factor if they have one."""
    store = serving(request).store
    try:
        user = links.reset(store, token, password)
    except AbsentError:
        raise
    except UserError as error:
        return _asked(request, links.opened(store, Kind.RESET, token), error)
    return shown(request, "signin/chosen.html.j2", title="Your password is set", email=user.email)


def _asked(request: Request, link: Link, error: UserError | None = None, **said: str) -> Response:
    return shown(
        request,
        "signin/coming.html.j2",
        title=TITLES[link.kind],
        status=200 if error is None else 400,
        kind=str(link.kind),
        email=link.email or said.get("email", ""),
        name=said.get("name", ""),
        offer=links.of(link) if link.kind is Kind.INVITATION else None,
        shortest=SHORTEST,
        error=error,
    )


def _accepted(request: Request, kind: Kind, token: str, said: Coming) -> Response:
    """Makes the user; they read days in the zone that their browser says or, if it says none that is known here, in the project's."""
    served = serving(request)
    store = served.store
    fields = said.model_dump()
    fields["zone"] = said.zone if said.zone in available_timezones() else served.project().zone.key
    fields["locale"] = said.locale or "en"
    try:
        user = links.accept(store, kind, token, **fields)
    except AbsentError:
        raise
    except UserError as error:
        return _asked(request, links.opened(store, kind, token), error, name=said.name, email=said.email)
    return entered(request, signing_in.by_link(store, user, origin(request), str(kind)), HOME)
