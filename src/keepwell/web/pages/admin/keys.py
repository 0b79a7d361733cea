"""The page with everybody's keys."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse

from keepwell import clock
from keepwell.people import Permission, Person
from keepwell.runs.people import keys
from keepwell.web.server.asking import needs, serving
from keepwell.web.server.shown import shown
from keepwell.web.signin.proof import proven

HERE = "/admin/keys"

router = APIRouter(prefix=HERE, include_in_schema=False, dependencies=[Depends(proven)])

Manager = Annotated[Person, Depends(needs(Permission.KEYS_MANAGE))]


@router.get("")
def show(request: Request, _person: Manager) -> Response:
    """All keys that nobody has revoked, each with its user."""
    kept = keys.every(serving(request).store)
    return shown(request, "admin/keys.html.j2", title="Keys", keys=kept, now=clock.now())


@router.post("/{number}/revoke")
def revoke(request: Request, person: Manager, number: int) -> Response:
    """Ends a key for good."""
    keys.revoke(serving(request).store, number, person)
    return RedirectResponse(HERE, HTTPStatus.SEE_OTHER)
