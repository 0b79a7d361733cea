"""The page of the audit: who did what to what, from where, and whether anybody has touched the record."""

import json
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request, Response

from keepwell.people import Permission
from keepwell.runs import auditing
from keepwell.store.audit import Entry, Event, Sought
from keepwell.web.server.asking import needs, serving
from keepwell.web.server.shown import shown

router = APIRouter(
    prefix="/admin/audit", include_in_schema=False, dependencies=[Depends(needs(Permission.AUDIT_READ))]
)

SHOWN = 50

Start = Annotated[str, Query(max_length=200)]
Before = Annotated[int | None, Query(ge=1, le=2**31 - 1)]


@dataclass(frozen=True, slots=True)
class Line:
    """An entry as the page shows it: `said` is what its detail says, but for where it was asked from."""

    entry: Entry
    origin: str
    said: tuple[tuple[str, str], ...]


@router.get("")
def show(
    request: Request, *, actor: Start = "", event: Start = "", about: Start = "", before: Before = None
) -> Response:
    """A page of it, the latest first."""
    sought = Sought(actor, event, about, before)
    found = auditing.page(serving(request).store, sought, SHOWN)
    kept = {"actor": actor, "event": event, "about": about}
    said = {name: value for name, value in kept.items() if value}
    further = None if found.further is None else urlencode({**said, "before": found.further})
    return shown(
        request,
        "admin/audit.html.j2",
        title="Audit",
        lines=[_line(each) for each in found.entries],
        sought=sought,
        events=tuple(Event),
        further=further,
        verified=None,
    )


@router.get("/verify")
def verify(request: Request) -> Response:
    """Checks the whole chain, and says what was found."""
    store = serving(request).store
    return shown(
        request,
        "admin/audit.html.j2",
        title="Audit",
        lines=[_line(each) for each in auditing.page(store, Sought(), SHOWN).entries],
        sought=Sought(),
        events=tuple(Event),
        further=None,
        verified=auditing.verified(store),
    )


def _line(entry: Entry) -> Line:
    detail: dict[str, Any] = json.loads(entry.detail)
    origin = str(detail.pop("from", ""))
    return Line(
        entry,
        origin,
        tuple((name, _told(value)) for name, value in detail.items() if value not in ("", [], None)),
    )


def _told(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
