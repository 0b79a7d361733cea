"""Today: what somebody has to do this morning, and how it stands with theirs."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from keepwell.people import Permission, Person
from keepwell.runs import tasking
from keepwell.runs.board.portfolio import risk_basis
from keepwell.runs.board.today import today
from keepwell.runs.portfolio import basis_in_words
from keepwell.store.tasks import Step
from keepwell.web.pages.acting import done
from keepwell.web.server.asking import Served, needs
from keepwell.web.server.desks import at_desk
from keepwell.web.server.shown import shown

router = APIRouter(include_in_schema=False)


@router.get("/")
def page(
    request: Request,
    served: Served,
    person: Annotated[Person, Depends(needs(Permission.SCORES_READ))],
    purpose: str = "",
) -> HTMLResponse:
    """The accounts to act on, the tasks, the renewals ahead, and what got better."""
    tasks = tasking.assigned(served.store, person)
    with at_desk(served, person, purpose) as desk:
        view = today(desk, tasks)
        basis = basis_in_words(risk_basis(desk))
    mine = person.may(Permission.TASKS_WRITE)
    return shown(
        request, "today/page.html.j2", title="Today", view=view, person=person, mine=mine, basis=basis
    )


@router.post("/tasks/{number}/{step}")
def move(
    request: Request,
    served: Served,
    person: Annotated[Person, Depends(needs(Permission.TASKS_WRITE))],
    number: int,
    step: Step,
) -> HTMLResponse:
    """Finishes, drops or reopens a task.

    Raises:
        AbsentError, ForbiddenError, ConflictError: there is no such task, it is others', or it has no such step.
    """
    tasking.move(served.store, number, step, by=person)
    return done(request, "/")
