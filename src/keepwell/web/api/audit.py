"""The audit, as programs read and check it."""

import json
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from pydantic import Field

from keepwell.people import Permission
from keepwell.runs import auditing
from keepwell.store.audit import Entry, Sought
from keepwell.web.api.shapes import Told, problems
from keepwell.web.server.asking import Served, needs

router = APIRouter(prefix="/api/audit", tags=["Audit"], dependencies=[Depends(needs(Permission.AUDIT_READ))])

Start = Annotated[str, Query(max_length=200)]


class EntryTold(Told):
    """Who did what to what; `hash` covers all the rest, and `previous` is the hash of the entry before."""

    number: int
    at: datetime
    actor: Annotated[str, Field(examples=["kim@example.com"])]
    event: Annotated[str, Field(examples=["user:changed"])]
    about: str
    detail: dict[str, Any]
    previous: str
    hash: str


class AuditTold(Told):
    """A page of the audit, the latest first; `next` is `before` of the page after it, and null on the last one."""

    items: list[EntryTold]
    next: int | None


class FlawTold(Told):
    """Where the chain does not hold."""

    number: int
    what: str


class VerifiedTold(Told):
    """Whether every entry is as it was written; keep `last_hash` elsewhere, to also find what is cut off at the end."""

    holds: bool
    flaws: list[FlawTold]
    last_hash: str


@router.get("", responses=problems(403, 422))
def audit(
    served: Served,
    *,
    actor: Start = "",
    event: Start = "",
    about: Start = "",
    before: Annotated[int | None, Query(ge=1, le=2**31 - 1)] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> AuditTold:
    """The audit; `actor`, `event` and `about` say how these begin."""
    found = auditing.page(served.store, Sought(actor, event, about, before), limit)
    return AuditTold(items=[_told(each) for each in found.entries], next=found.further)


@router.get("/verification", responses=problems(403))
def verification(served: Served) -> VerifiedTold:
    """Checks the whole chain."""
    found = auditing.verified(served.store)
    flaws = [FlawTold.model_validate(each) for each in found.flaws or ()]
    return VerifiedTold(holds=not flaws, flaws=flaws, last_hash=found.last_hash)


def _told(entry: Entry) -> EntryTold:
    return EntryTold(
        number=entry.number,
        at=entry.at,
        actor=entry.actor,
        event=entry.event,
        about=entry.about,
        detail=json.loads(entry.detail),
        previous=entry.previous,
        hash=entry.hash,
    )
