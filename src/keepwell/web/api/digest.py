"""The digest by e-mail: how often somebody wants it, and of how much."""

from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import Field

from keepwell.people import Person
from keepwell.runs import digesting
from keepwell.store.digests import MOST, Rhythm
from keepwell.web.api.shapes import Asked, Told, Whole, problems
from keepwell.web.api.writing import IDEMPOTENT, Writing
from keepwell.web.server.asking import Served, signed_in

router = APIRouter(prefix="/api/digest", route_class=Writing, tags=["Digest"])

Anybody = Annotated[Person, Depends(signed_in())]


class WishAsked(Asked):
    """How often you want a digest, and of how many things at most."""

    rhythm: Rhythm
    most: Annotated[Whole, Field(ge=digesting.FEWEST, le=digesting.MOST)] = MOST


class WishTold(Told):
    """What you want."""

    rhythm: Rhythm
    most: int


@router.get("", responses=problems())
def wished(served: Served, person: Anybody) -> WishTold:
    """How often you want a digest: never, until you say so."""
    return WishTold.model_validate(digesting.wished(served.store, person))


@router.put("", dependencies=[IDEMPOTENT], responses=problems(400, 409, 422))
def wish(asked: WishAsked, served: Served, person: Anybody) -> WishTold:
    """Says how often you want a digest."""
    return WishTold.model_validate(digesting.wish(served.store, person, asked.rhythm, asked.most))
