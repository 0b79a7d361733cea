"""Who asks, as a program sees it."""

from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import Field

from keepwell.people import Permission, Person, Private, Role, Scope
from keepwell.web.api.shapes import Told, problems
from keepwell.web.server.asking import signed_in

router = APIRouter(prefix="/api", tags=["People"])


class MeTold(Told):
    """Whoever asks: their role, which accounts they reach, and what this session or key may do."""

    number: int
    email: Annotated[str, Field(examples=["kim@example.com"])]
    name: str
    role: Role
    scope: Scope
    owners: Annotated[list[str], Field(description="Whose accounts count, for the scopes own and team")]
    segments: Annotated[list[str], Field(description="The segments that count, for the scope segment")]
    may: list[Permission]
    hidden: Annotated[list[Private], Field(description="What is not shown to them")]
    zone: Annotated[str, Field(examples=["Europe/Berlin"])]
    locale: Annotated[str, Field(examples=["en-GB"])]


@router.get("/me", responses=problems())
def me(person: Annotated[Person, Depends(signed_in())]) -> MeTold:
    """Who asks, and what they may."""
    return MeTold(
        number=person.number,
        email=person.email,
        name=person.name,
        role=person.role,
        scope=person.reach.scope,
        owners=sorted(person.reach.owners),
        segments=sorted(person.reach.segments),
        may=[each for each in Permission if person.may(each)],
        hidden=[each for each in Private if not person.sees(each)],
        zone=person.zone,
        locale=person.locale,
    )
