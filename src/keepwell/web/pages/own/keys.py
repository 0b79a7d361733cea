"""One's keys for programs: made, shown once, and ended; only shortly after signing in."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response

from keepwell.errors import UserError
from keepwell.people import OWN, Permission, Person
from keepwell.runs.people import keys
from keepwell.runs.people.keys import LONGEST
from keepwell.web.pages.own.profile import HERE, done
from keepwell.web.server.asking import needs, serving
from keepwell.web.server.shown import shown
from keepwell.web.signin.entering import Field
from keepwell.web.signin.proof import proven

router = APIRouter(prefix=f"{HERE}/keys", include_in_schema=False, dependencies=[Depends(proven)])

Holder = Annotated[Person, Depends(needs(Permission.KEYS_OWN))]


@router.get("")
def show(request: Request, person: Holder) -> Response:
    """Asks what a new key is for."""
    return _form(request, person)


@router.post("")
def make(
    request: Request,
    person: Holder,
    name: Field,
    scopes: Annotated[list[Permission] | None, Form()] = None,
    days: Annotated[int, Form()] = 90,
) -> Response:
    """Makes a key, and shows it this once."""
    try:
        made = keys.make(serving(request).store, person, name, scopes or (), days)
    except UserError as error:
        return _form(request, person, error)
    return shown(request, "own/key.html.j2", title="Your new key", made=made)


@router.post("/{number}/revoke")
def revoke(request: Request, person: Holder, number: int) -> Response:
    """Ends a key for good."""
    keys.revoke(serving(request).store, number, person)
    return done("key")


def _form(request: Request, person: Person, error: UserError | None = None) -> Response:
    return shown(
        request,
        "own/new_key.html.j2",
        title="A new key",
        status=HTTPStatus.OK if error is None else HTTPStatus.BAD_REQUEST,
        scopes=[each for each in Permission if person.may(each) and each not in OWN],
        longest=LONGEST,
        error=error,
    )
