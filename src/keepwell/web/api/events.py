"""Events as they happen: a stream of the changes of scores and bands, for whoever reaches the accounts."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from threading import Lock
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Request
from fastapi.responses import StreamingResponse
from pydantic import StringConstraints
from pydantic.json_schema import SkipJsonSchema
from starlette.concurrency import run_in_threadpool

from keepwell.errors import ConflictError
from keepwell.people import Permission, Person
from keepwell.runs import changing, owning, telling
from keepwell.runs.changing import Change, Run
from keepwell.runs.people import persons
from keepwell.store import users
from keepwell.warehouse.protocol import Warehouse
from keepwell.web.api.shapes import problems
from keepwell.web.server.asking import Served, needs
from keepwell.web.server.serving import Serving

router = APIRouter(prefix="/api", tags=["Events"])

LOOKS_S, BEATS_S, LASTS_S = 1.0, 15.0, 600.0
"""How often it is looked for something new, how often a silent stream says that it lives, and how long one lasts, until it is asked for anew."""

AT_ONCE = 5
"""So many streams a person may have open."""

BEHIND = 20
"""Of so many runs at most a stream that begins anew is told what it missed."""

_open: dict[int, int] = {}
_lock = Lock()


@dataclass(frozen=True, slots=True)
class Place:
    """Up to where a stream has been told: the run, and how many of its events."""

    run: int
    told: int = 0

    @classmethod
    def of(cls, text: str | None) -> "Place | None":
        """The place that an event's id names; `None` where it names none."""
        run, _, told = (text or "").partition(".")
        digits = all(part.isascii() and part.isdigit() and len(part) < 10 for part in (run, told or "0"))
        return cls(int(run), int(told or 0)) if digits else None


@dataclass
class Stream:
    """What one listener is told."""

    served: Serving
    person: Person
    place: Place

    def look(self) -> list[str]:
        """What has happened since the last look, as text of the stream."""
        with self.served.warehouse.reading() as warehouse:
            last = changing.latest(warehouse)
            if last == self.place.run and not self.place.told:
                return []
            runs = changing.live_runs(warehouse, self.place.run - (1 if self.place.told else 0))[-BEHIND:]
            if not runs:
                self.place = Place(last)
                return []
            changed = [(run, _changes(self.served, warehouse, run)) for run in runs]
        person = _again(self.served, self.person)
        said = (
            [] if person is None else [text for run, each in changed for text in self._of(run, each, person)]
        )
        self.place = Place(max(last, runs[-1].number))
        return said

    def _of(self, run: Run, changed: tuple[Change, ...], person: Person) -> Iterator[str]:
        about = {
            "run": run.number,
            "purpose": run.purpose,
            "as_of": run.as_of.isoformat(),
            "redefined": run.redefined,
        }
        mine = [each for each in changed if each.shown_to(person)]
        for number, change in enumerate(mine, 1):
            if run.number == self.place.run and number <= self.place.told:
                continue
            kind = "band" if change.moved_band else "score"
            yield event(kind, f"{run.number}.{number}", {**about, **telling.plain(change)})
        yield event("run", str(run.number), {**about, "changes": len(mine)})


def _changes(served: Serving, warehouse: Warehouse, run: Run) -> tuple[Change, ...]:
    """What changed with a run: read once, whoever listens."""
    found = served.shelf.get(
        ("changes", run.number, run.before), lambda: changing.changes(warehouse, run, {})
    )
    return changing.owned(found, owning.assigned(served.store))


def _again(served: Serving, person: Person) -> Person | None:
    """The listener as they are now: what they reach can have changed since the stream began, or they may be no user any more."""
    with served.store.reading() as connection:
        user = users.get(connection, person.number)
        return None if user is None or not user.active else persons.person(connection, user, person.scopes)


def event(kind: str, number: str, data: dict[str, Any]) -> str:
    """An event as the stream has it."""
    return f"event: {kind}\nid: {number}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"


@router.get(
    "/events",
    response_class=StreamingResponse,
    responses={
        200: {
            "description": "Server-sent events",
            "content": {"text/event-stream": {"schema": {"type": "string"}}},
        },
        **problems(403, 409, 422),
    },
)
async def events(
    request: Request,
    served: Served,
    person: Annotated[Person, Depends(needs(Permission.SCORES_READ))],
    last_event_id: Annotated[
        Annotated[str, StringConstraints(max_length=40)] | SkipJsonSchema[None],
        Header(alias="Last-Event-ID", description="Goes on after this event"),
    ] = None,
) -> StreamingResponse:
    """Changes of accounts that you reach, as they happen: `band` and `score`, and `run` when all of a run was told.

    A stream lasts ten minutes; browsers ask for it anew by themselves, and are told what they missed.
    """
    with _lock:
        if _open.get(person.number, 0) >= AT_ONCE:
            raise ConflictError(f"you have {AT_ONCE} streams open already", do="close one")
    place = Place.of(last_event_id) or Place(await run_in_threadpool(_latest, served))
    stream = Stream(served, person, place)
    headers = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}
    return StreamingResponse(_told(request, stream), media_type="text/event-stream", headers=headers)


async def _told(request: Request, stream: Stream) -> AsyncIterator[str]:
    loop = asyncio.get_running_loop()
    ends = loop.time() + LASTS_S
    beat = loop.time() + BEATS_S
    with _lock:
        _open[stream.person.number] = _open.get(stream.person.number, 0) + 1
    try:
        yield "retry: 2000\n\n"
        while loop.time() < ends and not await request.is_disconnected():
            for text in await run_in_threadpool(stream.look):
                yield text
                beat = loop.time() + BEATS_S
            if loop.time() >= beat:
                yield ": still here\n\n"
                beat = loop.time() + BEATS_S
            await asyncio.sleep(LOOKS_S)
    finally:
        _closed(stream.person)


def _closed(person: Person) -> None:
    with _lock:
        left = _open.get(person.number, 1) - 1
        if left:
            _open[person.number] = left
        else:
            _open.pop(person.number, None)


def _latest(served: Serving) -> int:
    with served.warehouse.reading() as warehouse:
        return changing.latest(warehouse)
