"""The pages on which people are invited and changed; only shortly after signing in."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import RedirectResponse

from keepwell.errors import AbsentError, UserError
from keepwell.people import Permission, Person, Role, Scope
from keepwell.runs import tasking
from keepwell.runs.people import inviting, links, members, second_factor
from keepwell.runs.people.inviting import Invited
from keepwell.runs.people.links import Offer
from keepwell.web.server.asking import address, needs, serving
from keepwell.web.server.shown import shown
from keepwell.web.signin.entering import Field
from keepwell.web.signin.proof import proven

HERE = "/admin/people"

router = APIRouter(include_in_schema=False, dependencies=[Depends(proven)])

Admin = Annotated[Person, Depends(needs(Permission.PEOPLE_MANAGE))]
Segments = Annotated[list[str] | None, Form()]
Teams = Annotated[list[int] | None, Form()]


@router.get("/admin")
def start(_person: Admin) -> Response:
    """Leads to the people."""
    return RedirectResponse(HERE, HTTPStatus.SEE_OTHER)


@router.get(HERE)
def show(request: Request, _person: Admin) -> Response:
    """Everybody, the links that wait, and whom to invite."""
    return _people(request)


@router.post(HERE)
def invite(
    request: Request,
    person: Admin,
    email: Field,
    role: Annotated[Role, Form()],
    scope: Annotated[Scope, Form()],
    *,
    segments: Segments = None,
    teams: Teams = None,
    owner: Field = "",
) -> Response:
    """Makes an invitation, and mails it or shows its link this once."""
    served = serving(request)
    offer = Offer(role, scope, tuple(segments or ()), owner, tuple(teams or ()))
    try:
        made = inviting.invite(
            served.store, served.project().name, email, offer, server=address(request), by=person
        )
    except UserError as error:
        return _people(request, error, email)
    return _link(request, made, f"Invitation for {email}", "/admin/people")


@router.post(f"{HERE}/links/{{number}}/withdraw")
def withdraw(request: Request, person: Admin, number: int) -> Response:
    """Ends a link that nobody has used yet."""
    links.withdraw(serving(request).store, number, actor=person.email)
    return RedirectResponse(HERE, HTTPStatus.SEE_OTHER)


@router.get(f"{HERE}/{{number}}")
def one(request: Request, _person: Admin, number: int) -> Response:
    """One user."""
    return _one(request, number)


@router.post(f"{HERE}/{{number}}")
def change(
    request: Request,
    person: Admin,
    number: int,
    role: Annotated[Role, Form()],
    scope: Annotated[Scope, Form()],
    *,
    segments: Segments = None,
    teams: Teams = None,
    owner: Field = "",
) -> Response:
    """Changes what a user is and which accounts they reach."""
    try:
        members.change(
            serving(request).store,
            number,
            actor=person.email,
            role=role,
            scope=scope,
            segments=segments or (),
            owner=owner,
            in_teams=teams or (),
        )
    except AbsentError:
        raise
    except UserError as error:
        return _one(request, number, error)
    return _back(number)


@router.post(f"{HERE}/{{number}}/disable")
def disable(request: Request, person: Admin, number: int) -> Response:
    """Lets a user sign in no more."""
    members.disable(serving(request).store, number, actor=person.email)
    return _back(number)


@router.post(f"{HERE}/{{number}}/hand-over")
def hand_over(request: Request, person: Admin, number: int, to: Annotated[str, Form()] = "") -> Response:
    """Gives what a user has to do, open tasks and unseen alerts, to somebody else."""
    served = serving(request)
    member = members.everybody(served.store).member(number)
    try:
        tasking.hand_over(served.store, member.user.email, to, by=person)
    except UserError as error:
        return _one(request, number, error)
    return _back(number)


@router.post(f"{HERE}/{{number}}/enable")
def enable(request: Request, person: Admin, number: int) -> Response:
    """Lets a user sign in again."""
    members.enable(serving(request).store, number, actor=person.email)
    return _back(number)


@router.post(f"{HERE}/{{number}}/sign-out")
def sign_out(request: Request, person: Admin, number: int) -> Response:
    """Ends a user's sessions."""
    members.sign_out(serving(request).store, number, actor=person.email)
    return _back(number)


@router.post(f"{HERE}/{{number}}/remove-factor")
def remove_factor(request: Request, person: Admin, number: int) -> Response:
    """Takes away the second factor of somebody who has lost it."""
    second_factor.remove(serving(request).store, number, actor=person.email)
    return _back(number)


@router.post(f"{HERE}/{{number}}/reset")
def reset(request: Request, person: Admin, number: int) -> Response:
    """Makes a link by which a user chooses a new password, and shows it this once."""
    path = links.offer_reset(serving(request).store, number, actor=person.email)
    made = Invited(address(request) + path, mailed=False)
    return _link(request, made, "A new password", f"{HERE}/{number}")


def _people(request: Request, error: UserError | None = None, email: str = "") -> Response:
    served = serving(request)
    return shown(
        request,
        "admin/people.html.j2",
        title="People",
        status=HTTPStatus.OK if error is None else HTTPStatus.BAD_REQUEST,
        everybody=members.everybody(served.store),
        roles=tuple(Role),
        scopes=tuple(Scope),
        segments=[name for name, _condition in served.project().segments],
        error=error,
        email=email,
    )


def _one(request: Request, number: int, error: UserError | None = None) -> Response:
    served = serving(request)
    everybody = members.everybody(served.store)
    member = everybody.member(number)
    known = [name for name, _condition in served.project().segments]
    return shown(
        request,
        "admin/person.html.j2",
        title=member.user.name,
        status=HTTPStatus.OK if error is None else HTTPStatus.CONFLICT,
        member=member,
        teams=everybody.teams,
        roles=tuple(Role),
        scopes=tuple(Scope),
        segments=[*known, *(each for each in member.user.segments if each not in known)],
        error=error,
    )


def _link(request: Request, made: Invited, title: str, back: str) -> Response:
    return shown(request, "admin/link.html.j2", title=title, made=made, back=back)


def _back(number: int) -> Response:
    return RedirectResponse(f"{HERE}/{number}", HTTPStatus.SEE_OTHER)
