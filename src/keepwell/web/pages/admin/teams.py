"""The page on which teams are made and changed; only shortly after signing in."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import RedirectResponse

from keepwell.errors import AbsentError, UserError
from keepwell.runs.people import members, teams
from keepwell.web.pages.admin.people import Admin
from keepwell.web.server.asking import serving
from keepwell.web.server.shown import shown
from keepwell.web.signin.entering import Field
from keepwell.web.signin.proof import proven

HERE = "/admin/teams"

router = APIRouter(prefix=HERE, include_in_schema=False, dependencies=[Depends(proven)])

Members = Annotated[list[int] | None, Form(alias="members")]


@router.get("")
def show(request: Request, _person: Admin) -> Response:
    """All teams."""
    return _page(request)


@router.post("")
def make(request: Request, person: Admin, name: Field, chosen: Members = None) -> Response:
    """Makes a team."""
    try:
        teams.make(serving(request).store, name, chosen or (), actor=person.email)
    except UserError as error:
        return _page(request, error)
    return RedirectResponse(HERE, HTTPStatus.SEE_OTHER)


@router.post("/{number}")
def change(request: Request, person: Admin, number: int, name: Field, chosen: Members = None) -> Response:
    """Gives a team this name and these members."""
    try:
        teams.change(serving(request).store, number, name=name, members=chosen or (), actor=person.email)
    except AbsentError:
        raise
    except UserError as error:
        return _page(request, error)
    return RedirectResponse(HERE, HTTPStatus.SEE_OTHER)


@router.post("/{number}/remove")
def remove(request: Request, person: Admin, number: int) -> Response:
    """Removes a team; its members stay users."""
    teams.remove(serving(request).store, number, actor=person.email)
    return RedirectResponse(HERE, HTTPStatus.SEE_OTHER)


def _page(request: Request, error: UserError | None = None) -> Response:
    return shown(
        request,
        "admin/teams.html.j2",
        title="Teams",
        status=HTTPStatus.OK if error is None else HTTPStatus.BAD_REQUEST,
        everybody=members.everybody(serving(request).store),
        error=error,
    )
