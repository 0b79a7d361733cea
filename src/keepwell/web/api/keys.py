"""Keys for programs: made and ended by people who signed in, never by a key."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Response, status
from pydantic import Field, StrictStr

from keepwell.people import Permission, Person
from keepwell.runs.people import keys as kept
from keepwell.runs.people.keys import LONGEST
from keepwell.store.keys import Key
from keepwell.web.api.shapes import Asked, Number, Told, problems
from keepwell.web.server.asking import Served, needs
from keepwell.web.signin.proof import proven

router = APIRouter(prefix="/api/keys", tags=["Keys"], dependencies=[Depends(proven)])

Holder = Annotated[Person, Depends(needs(Permission.KEYS_OWN))]


class KeyAsked(Asked):
    """What a key is for, what it may do, and for how long."""

    name: Annotated[StrictStr, Field(max_length=100, examples=["nightly export"])]
    scopes: Annotated[list[Permission], Field(min_length=1, max_length=100, examples=[["scores:read"]])]
    days: Annotated[int, Field(strict=True, ge=1, le=LONGEST)] = 90


class KeyTold(Told):
    """A key, but for its secret; `start` is how it begins."""

    number: int
    name: str
    start: str
    scopes: list[Permission]
    made_at: datetime
    expires_at: datetime
    used_at: datetime | None
    email: Annotated[str, Field(description="Whose it is")]


class SecretTold(KeyTold):
    """A key that was just made. Its secret is shown this once: send it as `Authorization: Bearer kw_...`."""

    secret: str


@router.get("/everybody", dependencies=[Depends(needs(Permission.KEYS_MANAGE))], responses=problems(403))
def everybodys(served: Served) -> list[KeyTold]:
    """Everybody's keys that nobody has revoked, the newest first."""
    return [_told(key, user.email) for key, user in kept.every(served.store)]


@router.get("", responses=problems(403))
def keys(served: Served, person: Holder) -> list[KeyTold]:
    """Your keys that nobody has revoked, the newest first."""
    return [_told(key, person.email) for key in kept.mine(served.store, person)]


@router.post("", status_code=status.HTTP_201_CREATED, responses=problems(400, 403, 422))
def make(asked: KeyAsked, served: Served, person: Holder) -> SecretTold:
    """Makes a key that may do no more than you may."""
    made = kept.make(served.store, person, asked.name, asked.scopes, asked.days)
    return SecretTold(**_told(made.key, person.email).model_dump(), secret=made.secret)


@router.delete("/{number}", status_code=status.HTTP_204_NO_CONTENT, responses=problems(403, 404, 422))
def revoke(number: Number, served: Served, person: Holder) -> Response:
    """Ends a key for good: one of yours, or, if you manage keys, anybody's."""
    kept.revoke(served.store, number, person)
    return Response(status_code=status.HTTP_204_NO_CONTENT)


def _told(key: Key, email: str) -> KeyTold:
    return KeyTold(
        number=key.number,
        name=key.name,
        start=key.start,
        scopes=sorted(key.scopes),
        made_at=key.made_at,
        expires_at=key.expires_at,
        used_at=key.used_at,
        email=email,
    )
