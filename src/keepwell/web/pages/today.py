"""Today: what somebody has to do this morning, and how it stands with theirs."""

from datetime import timedelta
from enum import StrEnum
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Path, Query, Request
from fastapi.responses import HTMLResponse
from pydantic import BaseModel

from keepwell import clock
from keepwell.people import Permission, Person
from keepwell.runs import alerting, digesting, tasking
from keepwell.runs.board.portfolio import risk_basis
from keepwell.runs.board.today import today
from keepwell.runs.portfolio import basis_in_words
from keepwell.store.tasks import Step
from keepwell.web.pages.acting import done
from keepwell.web.server.asking import Served, needs
from keepwell.web.server.desks import at_desk
from keepwell.web.server.shown import shown

router = APIRouter(include_in_schema=False)


class Heeded(StrEnum):
    """What somebody does with an alert."""

    SEEN = "seen"
    DISMISSED = "dismissed"
    LATER = "later"


class Why(BaseModel):
    """Why nothing is to be done."""

    because: str = ""


@router.get("/")
def page(
    request: Request,
    served: Served,
    person: Annotated[Person, Depends(needs(Permission.SCORES_READ))],
    purpose: str = "",
) -> HTMLResponse:
    """The accounts to act on, the tasks, the renewals ahead, and what got better."""
    now = clock.now()
    tasks = tasking.shown(served.store, person, now)
    told = alerting.assigned(served.store, person, now)
    with at_desk(served, person, purpose) as desk:
        view = today(desk, tasks)
        basis = basis_in_words(risk_basis(desk))
    mine = person.may(Permission.TASKS_WRITE)
    return shown(
        request,
        "today/page.html.j2",
        title="Today",
        view=view,
        person=person,
        mine=mine,
        basis=basis,
        alerts=alerting.within(desk, told),
        now=now,
    )


@router.get("/news")
def news(
    request: Request,
    served: Served,
    person: Annotated[Person, Depends(needs(Permission.SCORES_READ))],
    days: Annotated[int, Query(ge=1, le=90)] = 7,
) -> HTMLResponse:
    """What happened in the last days, grouped, the most pressing first, and at most as many things as the reader wants in a digest."""
    since = clock.now() - timedelta(days=days)
    with served.warehouse.reading() as warehouse:
        found = digesting.digest(
            served.project(),
            warehouse,
            served.store,
            person,
            since=since,
            most=digesting.wished(served.store, person).most,
            shelf=served.shelf,
        )
    return shown(request, "today/news.html.j2", title="What happened", news=found, since=since, days=days)


@router.post("/tasks/{number}/{step}")
def move(
    request: Request,
    served: Served,
    person: Annotated[Person, Depends(needs(Permission.TASKS_WRITE))],
    *,
    number: int,
    step: Step,
    said: Annotated[Why, Form()],
) -> HTMLResponse:
    """Finishes, drops or reopens a task; one of a journey is dropped for a reason.

    Raises:
        AbsentError, ForbiddenError, ConflictError: there is no such task, it is others', or it has no such step.
    """
    tasking.move(served.store, number, step, outcome=said.because, by=person)
    return done(request, "/")


@router.post("/tasks/{number}/later/{days}")
def later(
    request: Request,
    served: Served,
    person: Annotated[Person, Depends(needs(Permission.TASKS_WRITE))],
    number: int,
    days: Annotated[int, Path(ge=1, le=90)],
) -> HTMLResponse:
    """Puts a task off for some days.

    Raises:
        AbsentError, ForbiddenError, ConflictError: there is no such task, it is others', or it is settled.
    """
    tasking.snooze(served.store, number, clock.now() + timedelta(days=days), by=person)
    return done(request, "/")


@router.post("/alerts/{number}/{what}")
def of_alert(
    request: Request,
    served: Served,
    person: Annotated[Person, Depends(needs(Permission.TASKS_WRITE))],
    *,
    number: int,
    what: Heeded,
    said: Annotated[Why, Form()],
) -> HTMLResponse:
    """Notes that an alert was seen, dismisses it for a reason, or puts it off until tomorrow.

    Raises:
        AbsentError, ForbiddenError, ConflictError: there is no such alert, it is others', or it was seen already.
        UserError: it is dismissed without a reason.
    """
    match what:
        case Heeded.SEEN:
            alerting.see(served.store, number, by=person)
        case Heeded.DISMISSED:
            alerting.dismiss(served.store, number, said.because, by=person)
        case Heeded.LATER:
            alerting.snooze(served.store, number, clock.now() + timedelta(days=1), by=person)
    return done(request, "/")
