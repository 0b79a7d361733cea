"""Journeys: the list of all, one with who is where and what came of it, what a person decides, and what the sandbox has caught."""

from enum import StrEnum
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse
from pydantic import BaseModel

from keepwell import clock
from keepwell.outreach.ledger import State
from keepwell.outreach.wording import begins, facts, reaches
from keepwell.people import Permission, Person
from keepwell.runs.outreach import breaking, holding, live, overview
from keepwell.runs.outreach.catching import caught, message
from keepwell.runs.outreach.listing import people
from keepwell.store.holds import Verdict
from keepwell.web.journey.picture import within_page
from keepwell.web.pages.acting import done
from keepwell.web.server.asking import Served, needs
from keepwell.web.server.desks import at_desk
from keepwell.web.server.shown import shown

router = APIRouter(include_in_schema=False)

Reader = Annotated[Person, Depends(needs(Permission.DEFINITIONS_READ))]
Manager = Annotated[Person, Depends(needs(Permission.OUTREACH_RUN))]


ALONE = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox; frame-ancestors 'none'"
"""What the browser lets a message do that is looked at: be seen."""

SENT = frozenset(
    {State.HANDED_OVER, State.ACCEPTED, State.DELIVERED, State.BOUNCED, State.COMPLAINED, State.UNKNOWN}
)
"""The states of messages that have gone out, or may have."""


class Step(StrEnum):
    """What a person does to a journey."""

    STOP = "stop"
    RESUME = "resume"


class Answer(StrEnum):
    """What a person says to what a journey sends."""

    APPROVE = "approve"
    WITHDRAW = "withdraw"


class StepForm(BaseModel):
    """Why a journey is paused."""

    because: str = ""


class AnswerForm(BaseModel):
    """Which version was looked at."""

    content: str = ""


@router.get("/journeys")
def every(request: Request, served: Served, person: Reader) -> HTMLResponse:
    """All journeys, and what waits for a person."""
    project = served.project()
    return shown(
        request,
        "journeys/every.html.j2",
        title="Journeys",
        lines=overview.every(project, served.store, clock.now()),
        rules=project.outreach,
        begins=begins,
        manages=person.may(Permission.OUTREACH_RUN),
    )


@router.get("/journeys/{name}")
def one(request: Request, served: Served, person: Reader, name: str) -> HTMLResponse:
    """One journey: its steps, who is where, what was sent and skipped, and whether it helps.

    Raises:
        AbsentError: there is no such journey.
    """
    project = served.project()
    view = overview.overview(project, served.store, name, clock.now())
    with at_desk(served, person) as desk:
        mine = people(served.store, desk, name)
    return shown(
        request,
        "journeys/one.html.j2",
        title=name,
        view=view,
        picture=within_page(view.line.journey),
        people=mine,
        rules=project.outreach,
        in_words=overview.reason_in_words,
        begins=begins,
        reaches=reaches,
        facts=facts,
        words_of={each.step: each.words for each in view.places},
        sent=SENT,
        enough=overview.ENOUGH,
        approves=person.may(Permission.OUTREACH_APPROVE),
        manages=person.may(Permission.OUTREACH_RUN),
    )


@router.post("/journeys/{name}/{step}")
def move(
    request: Request,
    served: Served,
    person: Manager,
    *,
    name: str,
    step: Step,
    said: Annotated[StepForm, Form()],
) -> HTMLResponse:
    """Pauses a journey's messages, or lets them go on.

    Raises:
        AbsentError, UserError: there is no such journey, or no reason.
    """
    project, store = served.project(), served.store
    overview.named(project, name)
    match step:
        case Step.STOP:
            breaking.stop(project, store, name, said.because, by=person.email)
        case Step.RESUME:
            breaking.resume(project, store, name, by=person.email)
    return done(request, f"/journeys/{name}")


@router.post("/journeys/{name}/approval/{answer}")
def answer(
    request: Request,
    served: Served,
    person: Annotated[Person, Depends(needs(Permission.OUTREACH_APPROVE))],
    *,
    name: str,
    answer: Answer,
    said: Annotated[AnswerForm, Form()],
) -> HTMLResponse:
    """Says yes to what a journey sends as it is applied, or takes that back.

    Raises:
        AbsentError: there is no such journey.
        ConflictError: what was looked at is not what is applied any more.
    """
    project, store = served.project(), served.store
    overview.named(project, name)
    if answer is Answer.APPROVE:
        breaking.approve(project, store, name, by=person.email, content=said.content)
    else:
        breaking.withdraw(project, store, name, by=person.email)
    return done(request, f"/journeys/{name}")


@router.post("/holds/{number}/{verdict}")
def decide(request: Request, served: Served, person: Manager, number: int, verdict: Verdict) -> HTMLResponse:
    """Lets what is held go, or drops it.

    Raises:
        AbsentError, ConflictError: there is no such hold, somebody has decided already, or outreach is off.
    """
    now = clock.now()
    if verdict is Verdict.RELEASED:
        entrance = live.entrance(served.project(), served.store, served.secret(live.LOTS))
        holding.release(served.store, entrance, number, actor=person.email, at=now)
    else:
        holding.dismiss(served.store, number, actor=person.email, at=now)
    return done(request, "/journeys")


@router.get("/sandbox")
def sandbox(request: Request, served: Served, person: Manager, before: int = 0) -> HTMLResponse:
    """What the sandbox has caught, the newest first."""
    page = caught(served.store, person, before=before or None)
    return shown(
        request, "journeys/sandbox.html.j2", title="Sandbox", page=page, rules=served.project().outreach
    )


@router.get("/sandbox/{entry}")
def one_caught(request: Request, served: Served, person: Manager, entry: int) -> HTMLResponse:
    """One message that the sandbox has caught.

    Raises:
        AbsentError: there is no such message.
    """
    found = message(served.store, person, entry)
    return shown(request, "journeys/caught.html.j2", title="Caught message", found=found)


@router.get("/sandbox/{entry}/page")
def as_page(served: Served, person: Manager, entry: int) -> HTMLResponse:
    """The page of a message that the sandbox has caught, as its recipient would see it; nothing runs in it, and it asks for nothing.

    Raises:
        AbsentError: there is no such message.
    """
    found = message(served.store, person, entry)
    headers = {"Content-Security-Policy": ALONE, "Cache-Control": "no-store"}
    return HTMLResponse(found.message.html, headers=headers)
