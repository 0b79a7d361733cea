"""Users and invitations, for those who manage people."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response, status
from pydantic import Field, StrictStr

from keepwell.people import Permission, Person, Role, Scope
from keepwell.runs.people import inviting, links, members, second_factor
from keepwell.runs.people.links import Offer
from keepwell.runs.people.members import Member
from keepwell.store.links import Kind
from keepwell.web.api.shapes import Asked, Number, Told, problems
from keepwell.web.server.asking import Served, address, needs
from keepwell.web.server.serving import Serving
from keepwell.web.signin.proof import proven

router = APIRouter(prefix="/api", tags=["People"], dependencies=[Depends(proven)])

Admin = Annotated[Person, Depends(needs(Permission.PEOPLE_MANAGE))]

Owner = Annotated[
    StrictStr, Field(max_length=200, description="What accounts call their owner; the e-mail, if empty")
]
Segments = Annotated[list[Annotated[StrictStr, Field(max_length=200)]], Field(max_length=100)]
Teams = Annotated[
    list[Annotated[int, Field(strict=True, ge=1, le=2**31 - 1)]],
    Field(max_length=100, description="Their numbers"),
]


class InvitationAsked(Asked):
    """Whom to invite, and what they will be."""

    email: Annotated[StrictStr, Field(max_length=254, examples=["kim@example.com"])]
    role: Role
    scope: Scope = Scope.ALL
    segments: Annotated[Segments, Field(default_factory=list)]
    owner: Owner = ""
    teams: Annotated[Teams, Field(default_factory=list)]


class LinkTold(Told):
    """A link that was just made, to hand on. It is shown this once."""

    url: Annotated[str, Field(examples=["https://keepwell.example.com/invitation/4n0..."])]


class InvitationTold(Told):
    """An invitation that was just made. Where it was mailed there is no `url`; else hand it on: it is shown this once.

    `why_not` says why it could not be mailed, where a mail server is declared.
    """

    url: Annotated[str | None, Field(examples=["https://keepwell.example.com/invitation/4n0..."])]
    mailed: bool
    why_not: str


class WaitingTold(Told):
    """A link that nobody has used yet."""

    number: int
    kind: Kind
    email: str
    made_by: str
    made_at: datetime
    expires_at: datetime


class PersonChange(Asked):
    """What a user is to be and see; what is left out stays."""

    role: Role | None = None
    scope: Scope | None = None
    segments: Segments | None = None
    owner: Owner | None = None
    teams: Teams | None = None


class PersonTold(Told):
    """A user."""

    number: int
    email: str
    name: str
    role: Role
    scope: Scope
    segments: list[str]
    owner: str
    teams: Annotated[list[int], Field(description="The numbers of their teams")]
    zone: str
    locale: str
    second_factor: bool
    made_at: datetime
    seen_at: Annotated[
        datetime | None, Field(description="Their last request, to the minute, if they are signed in")
    ]
    disabled_at: datetime | None


@router.get("/people", responses=problems(403))
def people(served: Served, _person: Admin) -> list[PersonTold]:
    """All users, by e-mail address."""
    return [_told(each) for each in members.everybody(served.store).members]


@router.get("/people/{number}", responses=problems(403, 404, 422))
def one(number: Number, served: Served, _person: Admin) -> PersonTold:
    """One user."""
    return _one(served, number)


@router.patch("/people/{number}", responses=problems(400, 403, 404, 409, 422))
def change(number: Number, asked: PersonChange, served: Served, person: Admin) -> PersonTold:
    """Changes what a user is and which accounts they reach, at once."""
    members.change(
        served.store,
        number,
        actor=person.email,
        role=asked.role,
        scope=asked.scope,
        segments=asked.segments,
        owner=asked.owner,
        in_teams=asked.teams,
    )
    return _one(served, number)


@router.post("/people/{number}/disable", responses=problems(403, 404, 409, 422))
def disable(number: Number, served: Served, person: Admin) -> PersonTold:
    """Ends a user's sessions, keys and links, and lets them sign in no more."""
    members.disable(served.store, number, actor=person.email)
    return _one(served, number)


@router.post("/people/{number}/enable", responses=problems(403, 404, 422))
def enable(number: Number, served: Served, person: Admin) -> PersonTold:
    """Lets a user sign in again."""
    members.enable(served.store, number, actor=person.email)
    return _one(served, number)


@router.post(
    "/people/{number}/sign-out", status_code=status.HTTP_204_NO_CONTENT, responses=problems(403, 404, 422)
)
def sign_out(number: Number, served: Served, person: Admin) -> Response:
    """Ends every session of a user."""
    members.sign_out(served.store, number, actor=person.email)
    return Response(status_code=status.HTTP_204_NO_CONTENT)


@router.post("/people/{number}/reset", status_code=status.HTTP_201_CREATED, responses=problems(403, 404, 422))
def reset(request: Request, number: Number, served: Served, person: Admin) -> LinkTold:
    """Makes a link by which a user chooses a new password, within a day."""
    return LinkTold(url=address(request) + links.offer_reset(served.store, number, actor=person.email))


@router.delete(
    "/people/{number}/second-factor",
    status_code=status.HTTP_204_NO_CONTENT,
    responses=problems(403, 404, 409, 422),
)
def take_factor(number: Number, served: Served, person: Admin) -> Response:
    """Takes away the second factor of somebody who has lost it."""
    second_factor.remove(served.store, number, actor=person.email)
    return Response(status_code=status.HTTP_204_NO_CONTENT)


@router.get("/invitations", responses=problems(403))
def invitations(served: Served, _person: Admin) -> list[WaitingTold]:
    """The links that nobody has used yet: invitations, and those for a new password."""
    return [WaitingTold.model_validate(each) for each in links.waiting(served.store)]


@router.post("/invitations", status_code=status.HTTP_201_CREATED, responses=problems(400, 403, 409, 422))
def invite(request: Request, asked: InvitationAsked, served: Served, person: Admin) -> InvitationTold:
    """Makes an invitation, which works once, within a week, and mails it where a mail server is declared. One that the same address had before works no longer."""
    offer = Offer(asked.role, asked.scope, tuple(asked.segments), asked.owner, tuple(asked.teams))
    project, server = served.project().name, address(request)
    made = inviting.invite(served.store, project, asked.email, offer, server=server, by=person)
    return InvitationTold(url=None if made.mailed else made.url, mailed=made.mailed, why_not=made.why_not)


@router.delete(
    "/invitations/{number}", status_code=status.HTTP_204_NO_CONTENT, responses=problems(403, 404, 422)
)
def withdraw(number: Number, served: Served, person: Admin) -> Response:
    """Ends a link that nobody has used yet."""
    links.withdraw(served.store, number, actor=person.email)
    return Response(status_code=status.HTTP_204_NO_CONTENT)


def _one(served: Serving, number: int) -> PersonTold:
    return _told(members.everybody(served.store).member(number))


def _told(member: Member) -> PersonTold:
    user = member.user
    return PersonTold(
        number=user.number,
        email=user.email,
        name=user.name,
        role=user.role,
        scope=user.scope,
        segments=list(user.segments),
        owner=user.owner,
        teams=[team.number for team in member.teams],
        zone=user.zone,
        locale=user.locale,
        second_factor=member.second_factor,
        made_at=user.made_at,
        seen_at=member.seen_at,
        disabled_at=user.disabled_at,
    )
