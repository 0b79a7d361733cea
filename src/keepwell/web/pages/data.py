"""Data: sources, freshness, rejects, coverage, drift, and the runs that were made of them."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse

from keepwell import clock
from keepwell.people import Permission, Person
from keepwell.project.schedule import Work
from keepwell.runs.board.data import data
from keepwell.runs.running import told_to
from keepwell.store import runs
from keepwell.store.runs import State
from keepwell.web.pages.acting import done
from keepwell.web.server.asking import needs, serving
from keepwell.web.server.desks import at_desk
from keepwell.web.server.serving import Serving
from keepwell.web.server.shown import shown

router = APIRouter(prefix="/data", include_in_schema=False)

SHOWN = 12
"""So many works of the server are shown, the latest."""


@router.get("")
def page(
    request: Request,
    served: Annotated[Serving, Depends(serving)],
    person: Annotated[Person, Depends(needs(Permission.DATA_READ))],
    purpose: str = "",
) -> HTMLResponse:
    """What is known of the data below a purpose's scores."""
    with at_desk(served, person, purpose) as desk:
        view = data(desk)
    return shown(request, "data/page.html.j2", title="Data", view=view, **_done(served, person))


@router.get("/works")
def works(
    request: Request,
    served: Annotated[Serving, Depends(serving)],
    person: Annotated[Person, Depends(needs(Permission.DATA_READ))],
) -> HTMLResponse:
    """What the server did and does, as a part of the page that follows it."""
    return shown(request, "data/works.html.j2", **_done(served, person))


@router.post("/works")
def start(
    request: Request,
    served: Annotated[Serving, Depends(serving)],
    person: Annotated[Person, Depends(needs(Permission.RUNS_START))],
    work: Annotated[Work, Form()],
) -> HTMLResponse:
    """Begins a piece of work now.

    Raises:
        ConflictError: it is under way already.
    """
    served.runs.ask(work, person.email)
    return done(request, "/data#works")


def _done(served: Serving, person: Person) -> dict[str, Any]:
    """The last works of the server, when each comes next, and those that somebody may begin."""
    with served.store.reading() as connection:
        last = [told_to(person, each) for each in runs.latest(connection, SHOWN)]
    now = clock.now()
    schedule = served.project().schedule
    return {
        "works": last,
        "under_way": any(each.state is State.RUNNING for each in last),
        "next": {work: timing.after(now) for work, timing in schedule.items()},
        "startable": tuple(Work) if person.may(Permission.RUNS_START) else (),
    }
