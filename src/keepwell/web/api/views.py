"""Saved views of pages."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response, status
from pydantic import Field, StrictBool, StrictStr
from pydantic.json_schema import SkipJsonSchema

from keepwell.people import Permission, Person
from keepwell.runs import viewing
from keepwell.runs.viewing import Page
from keepwell.web.api.shapes import Asked, Number, Told, problems
from keepwell.web.api.writing import IDEMPOTENT, Writing
from keepwell.web.server.asking import Served, needs

router = APIRouter(prefix="/api/views", route_class=Writing, tags=["Views"])

Looker = Annotated[Person, Depends(needs(Permission.VIEWS_WRITE))]


class ViewAsked(Asked):
    """A page as it is set up: what stands in its address after the question mark."""

    page: Page
    name: Annotated[StrictStr, Field(min_length=1, max_length=200, examples=["Red and renewing"])]
    query: Annotated[StrictStr, Field(max_length=4000, examples=["band=red&sort=-value_at_risk"])]
    shared: Annotated[StrictBool, Field(description="Whether everybody finds it")] = False


class ViewTold(Told):
    """A saved view."""

    number: int
    page: str
    name: str
    query: str
    shared: bool
    author: str
    made_at: datetime
    changed_at: datetime | None


@router.get("", responses=problems(403, 422))
def views(
    served: Served,
    person: Looker,
    page: Annotated[Page | SkipJsonSchema[None], Query()] = None,
) -> list[ViewTold]:
    """The views that you find, of one page or of all: your own and what is shared, by name."""
    return [ViewTold.model_validate(each) for each in viewing.found(served.store, person, page)]


@router.put("", dependencies=[IDEMPOTENT], responses=problems(400, 403, 409, 422))
def save(asked: ViewAsked, served: Served, person: Looker) -> ViewTold:
    """Saves a view; one of yours of the same page and name takes the new form."""
    return ViewTold.model_validate(viewing.save(served.store, **asked.model_dump(), by=person))


@router.delete(
    "/{number}",
    status_code=status.HTTP_204_NO_CONTENT,
    dependencies=[IDEMPOTENT],
    responses=problems(400, 403, 404, 409, 422),
)
def remove(number: Number, served: Served, person: Looker) -> Response:
    """Removes a view of yours, or, as an admin, a shared one."""
    viewing.remove(served.store, number, by=person)
    return Response(status_code=status.HTTP_204_NO_CONTENT)
