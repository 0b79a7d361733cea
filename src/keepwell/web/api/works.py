"""What the server did at set times or because somebody asked: loads, scores, monitoring, digests; and asking for one now."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Response, status

from keepwell.errors import AbsentError
from keepwell.people import Permission, Person
from keepwell.project.schedule import Work
from keepwell.runs.running import told_to
from keepwell.store import runs
from keepwell.store.runs import State
from keepwell.web.api.shapes import Asked, Number, Told, problems
from keepwell.web.api.writing import IDEMPOTENT, Writing
from keepwell.web.server.asking import Served, needs

router = APIRouter(prefix="/api/works", route_class=Writing, tags=["Data"])

Keeper = Annotated[Person, Depends(needs(Permission.DATA_READ))]
Starter = Annotated[Person, Depends(needs(Permission.RUNS_START))]


class WorkAsked(Asked):
    """What is to be done now."""

    work: Work


class WorkTold(Told):
    """One time that a piece of work was done, or is being done: then `doing` says what, and `share` how much of it (0 to 1)."""

    number: int
    work: Work
    due_at: datetime | None
    asked_by: str
    begun_at: datetime
    ended_at: datetime | None
    state: State
    doing: str
    share: float
    outcome: dict[str, Any]
    error: str


class WorkInFull(WorkTold):
    """The same, with the end of its log."""

    log: str


@router.get("", responses=problems(403, 422))
def works(
    served: Served,
    person: Keeper,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    before: Annotated[int, Query(ge=1, le=2**31 - 1, description="Only those with a lower number")] = 2**31
    - 1,
) -> list[WorkTold]:
    """What the server did, the newest first; what it said of accounts is for those who reach all."""
    with served.store.reading() as connection:
        return [
            WorkTold.model_validate(told_to(person, each)) for each in runs.latest(connection, limit, before)
        ]


@router.get("/{number}", responses=problems(403, 404, 422))
def work(served: Served, person: Keeper, number: Number) -> WorkInFull:
    """One of them, with its log."""
    with served.store.reading() as connection:
        found = runs.get(connection, number)
    if found is None:
        raise AbsentError(f"there is no run {number}", where="number")
    return WorkInFull.model_validate(told_to(person, found))


@router.post(
    "",
    status_code=status.HTTP_202_ACCEPTED,
    dependencies=[IDEMPOTENT],
    responses=problems(403, 409, 422),
)
def start(served: Served, person: Starter, asked: WorkAsked, response: Response) -> WorkTold:
    """Begins a piece of work now; it goes on after the answer, and `Location` tells how far it is."""
    begun = served.runs.ask(asked.work, person.email)
    response.headers["Location"] = f"{router.prefix}/{begun.number}"
    return WorkTold.model_validate(begun)
