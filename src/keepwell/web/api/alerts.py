"""Alerts of journeys, for whoever is told."""

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Depends
from pydantic import Field, StrictStr

from keepwell import clock
from keepwell.errors import UserError
from keepwell.people import Permission, Person
from keepwell.runs import alerting
from keepwell.store.alerts import Alert
from keepwell.web.api.shapes import Asked, Instant, Number, Told, problems
from keepwell.web.api.writing import IDEMPOTENT, Writing
from keepwell.web.server.asking import Served, needs

router = APIRouter(prefix="/api", route_class=Writing, tags=["Tasks"])

Worker = Annotated[Person, Depends(needs(Permission.TASKS_WRITE))]


class AlertTold(Told):
    """What somebody is told of an account."""

    number: int
    account_id: str
    assignee: str
    journey: str
    text: str
    at: datetime
    seen_at: datetime | None
    snoozed_until: datetime | None
    dismissed: str | None


class AlertStep(Asked):
    """What is done with an alert: it was seen, is dismissed for a reason, or put off `until` an instant."""

    step: Literal["seen", "dismissed", "later"]
    because: Annotated[StrictStr, Field(max_length=500)] = ""
    until: Instant | None = None


@router.get("/alerts", responses=problems(403))
def alerts(served: Served, person: Worker) -> list[AlertTold]:
    """What you are told and have not seen yet, the newest first, without what you have put off."""
    return [AlertTold.model_validate(each) for each in alerting.assigned(served.store, person, clock.now())]


@router.post("/alerts/{number}/steps", dependencies=[IDEMPOTENT], responses=problems(400, 403, 404, 409, 422))
def heed(number: Number, asked: AlertStep, served: Served, person: Worker) -> AlertTold:
    """Notes that you have seen an alert, dismisses it for a reason, or puts it off."""
    return AlertTold.model_validate(_heeded(served, number, asked, person))


def _heeded(served: Served, number: int, asked: AlertStep, person: Person) -> Alert:
    match asked.step:
        case "seen":
            return alerting.see(served.store, number, by=person)
        case "dismissed":
            return alerting.dismiss(served.store, number, asked.because, by=person)
        case "later":
            if asked.until is None:
                raise UserError("until when it is put off is not said", where="until", do="name an instant")
            return alerting.snooze(served.store, number, asked.until, by=person)
