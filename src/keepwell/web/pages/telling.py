"""What people say and do on an account's page: overrides, pulses, notes, tasks, and whether a score is right."""

from datetime import date, datetime, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse
from pydantic import BaseModel, Field

from keepwell.people import Permission, Person
from keepwell.runs import answering, noting, overriding, pulsing, tasking
from keepwell.runs.overriding import Correction
from keepwell.signals.window import midnight
from keepwell.store.feedback import Verdict
from keepwell.store.notes import Kind
from keepwell.web.look.rendering import account_path
from keepwell.web.pages.acting import done
from keepwell.web.server.asking import Served, needs
from keepwell.web.server.reaching import Account

router = APIRouter(prefix="/accounts/{account_id}", include_in_schema=False)


class OverrideForm(BaseModel):
    """A correction; it holds to the end of the day `until`, or for 30 days."""

    value: float
    reason: str
    target: str = "score"
    purpose: str = "health"
    until: date | None = None


class PulseForm(BaseModel):
    """An opinion, 0 to 100."""

    score: float
    reason: str = ""


class NoteForm(BaseModel):
    """A note, or the report of what took place on a day."""

    words: str
    kind: Kind = Kind.NOTE
    on: Annotated[date | None, Field()] = None


class TaskForm(BaseModel):
    """Something to be done, by the end of a day."""

    title: str
    detail: str = ""
    assignee: str = ""
    due_on: date | None = None


class FeedbackForm(BaseModel):
    """Whether the score is right."""

    verdict: Verdict
    purpose: str = "health"
    reason: str = ""


class EndForm(BaseModel):
    """Which override ends before its time, and why."""

    number: int
    why: str = ""


@router.post("/overrides")
def override(
    request: Request,
    served: Served,
    account: Account,
    said: Annotated[OverrideForm, Form()],
    person: Annotated[Person, Depends(needs(Permission.OVERRIDES_WRITE))],
) -> HTMLResponse:
    """Corrects the score, a dimension or a measure for a while.

    Raises:
        UserError: there is no such target, no reason, or the value or day cannot be.
    """
    until = None if said.until is None else _end_of(said.until, person.zone)
    wanted = Correction(said.value, said.reason, target=said.target, purpose=said.purpose, until_at=until)
    overriding.override(served.project(), served.store, account, wanted, by=person)
    return done(request, account_path(account.id))


@router.post("/overrides/end")
def end(
    request: Request,
    served: Served,
    account: Account,
    said: Annotated[EndForm, Form()],
    person: Annotated[Person, Depends(needs(Permission.OVERRIDES_WRITE))],
) -> HTMLResponse:
    """Ends an override before its time.

    Raises:
        AbsentError, ConflictError: there is no such override, or it has ended.
    """
    overriding.end(served.project(), served.store, account, said.number, why=said.why, by=person)
    return done(request, account_path(account.id))


@router.post("/pulses")
def pulse(
    request: Request,
    served: Served,
    account: Account,
    said: Annotated[PulseForm, Form()],
    person: Annotated[Person, Depends(needs(Permission.PULSES_WRITE))],
) -> HTMLResponse:
    """Says how the account seems today.

    Raises:
        UserError: it is no number from 0 to 100, or there are too many words.
    """
    pulsing.pulse(served.project(), served.store, account, score=said.score, reason=said.reason, by=person)
    return done(request, account_path(account.id))


@router.post("/notes")
def note(
    request: Request,
    served: Served,
    account: Account,
    said: Annotated[NoteForm, Form()],
    person: Annotated[Person, Depends(needs(Permission.NOTES_WRITE))],
) -> HTMLResponse:
    """Writes a note.

    Raises:
        UserError: there are no words or too many, or it is of a day to come.
    """
    held_at = None if said.on is None else midnight(said.on, ZoneInfo(person.zone))
    noting.note(
        served.project(), served.store, account, words_=said.words, kind=said.kind, held_at=held_at, by=person
    )
    return done(request, account_path(account.id))


@router.post("/tasks")
def task(
    request: Request,
    served: Served,
    account: Account,
    said: Annotated[TaskForm, Form()],
    person: Annotated[Person, Depends(needs(Permission.TASKS_WRITE))],
) -> HTMLResponse:
    """Gives somebody something to do.

    Raises:
        UserError: it has no title, or too many words; or the assignee is nobody who sees the account.
    """
    wanted = tasking.Wanted(said.title, said.detail, said.assignee, said.due_on)
    tasking.make(served.store, account, wanted, by=person)
    return done(request, account_path(account.id))


@router.post("/feedback")
def feedback(
    request: Request,
    served: Served,
    account: Account,
    said: Annotated[FeedbackForm, Form()],
    person: Annotated[Person, Depends(needs(Permission.FEEDBACK_WRITE))],
) -> HTMLResponse:
    """Says whether the score is right.

    Raises:
        UserError: there is no such purpose, or too many words.
    """
    with served.warehouse.reading() as warehouse:
        answering.answer(
            served.project(),
            warehouse,
            served.store,
            account,
            verdict=said.verdict,
            purpose=said.purpose,
            reason=said.reason,
            by=person,
        )
    return done(request, account_path(account.id))


def _end_of(day: date, zone: str) -> datetime:
    return midnight(day + timedelta(days=1), ZoneInfo(zone))
