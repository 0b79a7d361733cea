"""The pages that links lead to: setting the server up, accepting an invitation, choosing a new password."""

from fastapi import APIRouter, Depends, Request, Response

from keepwell.errors import AbsentError, UserError
from keepwell.runs.people import links, signing_in
from keepwell.runs.people.passwords import SHORTEST
from keepwell.store.links import Kind, Link
from keepwell.web.server.asking import public, serving
from keepwell.web.server.shown import shown
from keepwell.web.signin.asked import origin
from keepwell.web.signin.entering import Field, entered
from keepwell.web.signin.going import HOME

router = APIRouter(include_in_schema=False, dependencies=[Depends(public())])

TITLES = {
    Kind.SET_UP: "Set up Keepwell",
    Kind.INVITATION: "Welcome to Keepwell",
    Kind.RESET: "Choose a new password",
}


@router.get("/set-up/{token}")
def set_up(request: Request, token: str) -> Response:
    """Asks who the first admin is. Looking at it uses nothing."""
    return _asked(request, links.opened(serving(request).store, Kind.SET_UP, token))


@router.post("/set-up/{token}")
def settle(request: Request, token: str, name: Field, email: Field, password: Field) -> Response:
    """Makes the first admin, and signs them in."""
    return _accepted(request, Kind.SET_UP, token, {"name": name, "email": email}, password)


@router.get("/invitation/{token}")
def invitation(request: Request, token: str) -> Response:
    """Asks an invited user for their name and a password."""
    return _asked(request, links.opened(serving(request).store, Kind.INVITATION, token))


@router.post("/invitation/{token}")
def join(request: Request, token: str, name: Field, password: Field) -> Response:
    """Makes the invited user, and signs them in."""
    return _accepted(request, Kind.INVITATION, token, {"name": name}, password)


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


def _accepted(request: Request, kind: Kind, token: str, said: dict[str, str], password: str) -> Response:
    store = serving(request).store
    try:
        user = links.accept(store, kind, token, password=password, **said)
    except AbsentError:
        raise
    except UserError as error:
        return _asked(request, links.opened(store, kind, token), error, **said)
    return entered(request, signing_in.by_link(store, user, origin(request), str(kind)), HOME)
