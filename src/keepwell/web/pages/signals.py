"""Signals: one across the portfolio and over time, and where it behaves unlike itself."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from keepwell.people import Permission, Person
from keepwell.runs.board.signal import signal, signals
from keepwell.web.look import drawing
from keepwell.web.pages import filtering
from keepwell.web.server.asking import Served, needs
from keepwell.web.server.desks import at_desk
from keepwell.web.server.shown import framed, shown

router = APIRouter(prefix="/signals", include_in_schema=False)

Reader = Annotated[Person, Depends(needs(Permission.SIGNALS_READ))]


@router.get("")
def every(request: Request, served: Served, person: Reader, purpose: str = "") -> HTMLResponse:
    """All signals that the scores rest on."""
    with at_desk(served, person, purpose) as desk:
        view = signals(desk)
    return shown(request, "signals/every.html.j2", title="Signals", view=view)


@router.get("/{name}")
def one(request: Request, served: Served, person: Reader, name: str, purpose: str = "") -> HTMLResponse:
    """One signal of the accounts that the address asks for.

    Raises:
        AbsentError: the scores rest on no such signal.
    """
    filters = filtering.filters(request.query_params)
    with at_desk(served, person, purpose) as desk:
        view = signal(desk, name, filters)
    say = framed(request, "").saying
    return shown(
        request,
        "signals/one.html.j2",
        title=view.title,
        view=view,
        query=request.query_params,
        spread=drawing.spread(view, say),
        through_time=drawing.quantiles(view, say),
    )
