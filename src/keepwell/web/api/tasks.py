"""Tasks that people make by hand."""

from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query, status
from pydantic import BeforeValidator, Field, StrictStr
from pydantic.json_schema import SkipJsonSchema

from keepwell.people import Permission, Person
from keepwell.runs import tasking
from keepwell.runs.reaching import reached
from keepwell.runs.tasking import Wanted
from keepwell.store.tasks import State, Step, Task
from keepwell.web.api.shapes import Asked, Instant, Number, Told, Words, problems
from keepwell.web.api.writing import IDEMPOTENT, Writing
from keepwell.web.server.asking import Served, needs
from keepwell.web.server.reaching import Account
from keepwell.web.server.serving import Serving

router = APIRouter(prefix="/api", route_class=Writing, tags=["Tasks"])

Worker = Annotated[Person, Depends(needs(Permission.TASKS_WRITE))]


def _day(value: object) -> object:
    if value is not None and not isinstance(value, str):
        raise ValueError("a day is a text such as 2025-06-30")
    return value


class TaskAsked(Asked):
    """What is to be done."""

    title: Annotated[StrictStr, Field(min_length=1, max_length=300, examples=["Call the champion"])]
    detail: Words = ""
    assignee: Annotated[
        StrictStr,
        Field(
            max_length=200,
            description="The e-mail address of somebody who sees the account; your own, if not said",
        ),
    ] = ""
    due_on: Annotated[date | None, BeforeValidator(_day)] = None


class TaskTold(Told):
    """A task, and what has become of it."""

    number: int
    account_id: str
    title: str
    detail: str
    assignee: str
    due_on: date | None
    due_at: datetime | None
    snoozed_until: datetime | None
    escalated_at: datetime | None
    state: State
    author: str
    made_at: datetime
    settled_at: datetime | None
    settled_by: str | None
    outcome: str


class StepAsked(Asked):
    """What happens to a task, and what came of it."""

    step: Step
    outcome: Words = ""


class LaterAsked(Asked):
    """Until when a task is put off."""

    until: Instant


@router.get("/tasks", responses=problems(403, 422))
def tasks(
    served: Served, person: Worker, state: Annotated[State | SkipJsonSchema[None], Query()] = State.OPEN
) -> list[TaskTold]:
    """Your tasks in a state, those that are due first first."""
    return [TaskTold.model_validate(each) for each in tasking.assigned(served.store, person, state)]


@router.get(
    "/accounts/{account_id}/tasks",
    dependencies=[Depends(needs(Permission.SCORES_READ))],
    responses=problems(403, 404, 422),
)
def account_tasks(
    account: Account, served: Served, state: Annotated[State | SkipJsonSchema[None], Query()] = None
) -> list[TaskTold]:
    """The tasks for an account, whoever is to do them."""
    return [TaskTold.model_validate(each) for each in tasking.of(served.store, account, state)]


@router.post(
    "/accounts/{account_id}/tasks",
    status_code=status.HTTP_201_CREATED,
    dependencies=[IDEMPOTENT],
    responses=problems(400, 403, 404, 409, 422),
)
def make(account: Account, asked: TaskAsked, served: Served, person: Worker) -> TaskTold:
    """Makes a task for an account."""
    return TaskTold.model_validate(
        tasking.make(served.store, account, Wanted(**asked.model_dump()), by=person)
    )


@router.get("/tasks/{number}", responses=problems(403, 404, 422))
def task(number: Number, served: Served, person: Worker) -> TaskTold:
    """One task of an account that you reach."""
    return TaskTold.model_validate(_found(served, number, person))


@router.put("/tasks/{number}", dependencies=[IDEMPOTENT], responses=problems(400, 403, 404, 409, 422))
def change(number: Number, asked: TaskAsked, served: Served, person: Worker) -> TaskTold:
    """Gives an open task another title, detail, assignee and due day."""
    _found(served, number, person)
    with served.warehouse.reading() as warehouse:
        changed = tasking.change(warehouse, served.store, number, Wanted(**asked.model_dump()), by=person)
    return TaskTold.model_validate(changed)


@router.post("/tasks/{number}/later", dependencies=[IDEMPOTENT], responses=problems(400, 403, 404, 409, 422))
def later(number: Number, asked: LaterAsked, served: Served, person: Worker) -> TaskTold:
    """Puts an open task off: it is not shown before. When it is due stays."""
    _found(served, number, person)
    return TaskTold.model_validate(tasking.snooze(served.store, number, asked.until, by=person))


@router.post("/tasks/{number}/steps", dependencies=[IDEMPOTENT], responses=problems(400, 403, 404, 409, 422))
def move(number: Number, asked: StepAsked, served: Served, person: Worker) -> TaskTold:
    """Finishes, drops or reopens a task."""
    _found(served, number, person)
    return TaskTold.model_validate(
        tasking.move(served.store, number, asked.step, outcome=asked.outcome, by=person)
    )


def _found(served: Serving, number: int, person: Person) -> Task:
    """A task that somebody sees: their own, or one for an account within their reach."""
    task = tasking.found(served.store, number)
    if task.assignee != person.email:
        with served.warehouse.reading() as warehouse:
            reached(warehouse, served.store, person, task.account_id)
    return task
