"""Data: sources, freshness, rejects, coverage, drift, and the runs that were made of them."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from keepwell.people import Permission, Person
from keepwell.runs.board.data import data
from keepwell.web.server.asking import needs, serving
from keepwell.web.server.desks import at_desk
from keepwell.web.server.serving import Serving
from keepwell.web.server.shown import shown

router = APIRouter(prefix="/data", include_in_schema=False)


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
    return shown(request, "data/page.html.j2", title="Data", view=view)
