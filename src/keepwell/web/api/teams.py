"""Teams, for those who manage people."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response, status
from pydantic import Field, StrictStr

from keepwell.runs.people import members
from keepwell.runs.people import teams as managed
from keepwell.web.api.people import Admin
from keepwell.web.api.shapes import Asked, Number, Told, problems
from keepwell.web.server.asking import Served
from keepwell.web.signin.proof import proven

router = APIRouter(prefix="/api/teams", tags=["People"], dependencies=[Depends(proven)])

Members = Annotated[
    list[Annotated[int, Field(strict=True, ge=1, le=2**31 - 1)]],
    Field(max_length=1000, description="The numbers of users"),
]


class TeamAsked(Asked):
    """A team's name and members."""

    name: Annotated[StrictStr, Field(max_length=100, examples=["North"])]
    members: Annotated[Members, Field(default_factory=list)]


class TeamTold(Told):
    """A team."""

    number: int
    name: str
    members: list[int]


@router.get("", responses=problems(403))
def teams(served: Served, _person: Admin) -> list[TeamTold]:
    """All teams, by name."""
    return [TeamTold.model_validate(each) for each in members.everybody(served.store).teams]


@router.post("", status_code=status.HTTP_201_CREATED, responses=problems(400, 403, 409, 422))
def make(asked: TeamAsked, served: Served, person: Admin) -> TeamTold:
    """Makes a team."""
    return TeamTold.model_validate(managed.make(served.store, asked.name, asked.members, actor=person.email))


@router.put("/{number}", responses=problems(400, 403, 404, 409, 422))
def change(number: Number, asked: TeamAsked, served: Served, person: Admin) -> TeamTold:
    """Gives a team this name and these members."""
    changed = managed.change(served.store, number, name=asked.name, members=asked.members, actor=person.email)
    return TeamTold.model_validate(changed)


@router.delete("/{number}", status_code=status.HTTP_204_NO_CONTENT, responses=problems(403, 404, 422))
def remove(number: Number, served: Served, person: Admin) -> Response:
    """Removes a team; its members stay users."""
    managed.remove(served.store, number, actor=person.email)
    return Response(status_code=status.HTTP_204_NO_CONTENT)
