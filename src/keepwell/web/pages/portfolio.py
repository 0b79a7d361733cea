"""The portfolio: how all accounts in reach stand, and the list of those that are asked for."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse
from pydantic import BaseModel
from starlette.datastructures import QueryParams

from keepwell.people import Permission, Person, Private
from keepwell.runs import viewing
from keepwell.runs.board.filters import UNSORTED, Column, Filters
from keepwell.runs.board.portfolio import portfolio
from keepwell.runs.board.trends import By, trend
from keepwell.runs.portfolio import basis_in_words
from keepwell.web.look import drawing
from keepwell.web.look.saying import Saying
from keepwell.web.pages import filtering
from keepwell.web.pages.acting import done
from keepwell.web.server.asking import Served, needs
from keepwell.web.server.desks import at_desk
from keepwell.web.server.serving import Serving
from keepwell.web.server.shown import framed, shown

router = APIRouter(prefix="/portfolio", include_in_schema=False)

Reader = Annotated[Person, Depends(needs(Permission.SCORES_READ))]

PAGE_SIZE = 50
"""How many accounts a page of the list shows."""

WORTH = frozenset({Column.VALUE, Column.VALUE_AT_RISK})
"""Columns for those who see what accounts are worth."""


def beside(filters: Filters, say: Saying) -> list[tuple[str, tuple[str, ...]]]:
    """What an address asks besides the choices that the page offers: in words, and the names in the address that ask it."""
    told: list[tuple[str, tuple[str, ...]]] = []
    if filters.scorecards:
        told.append((f"scored by {', '.join(filters.scorecards)}", ("scorecard",)))
    for noun, low, high, says in (
        ("score", filters.least_score, filters.most_score, say.number),
        ("worth", filters.least_value, filters.most_value, say.short_money),
    ):
        names = (
            f"least_{'value' if noun == 'worth' else noun}",
            f"most_{'value' if noun == 'worth' else noun}",
        )
        if low is not None and high is not None:
            told.append((f"{noun} {says(low)} to {says(high)}", names))
        elif low is not None:
            told.append((f"{noun} {says(low)} or more", names))
        elif high is not None:
            told.append((f"{noun} up to {says(high)}", names))
    if filters.unscored:
        told.append(("without a score", ("unscored",)))
    return told


class Wanted(BaseModel):
    """The form that saves a view; `query` is its address after the question mark."""

    name: str
    query: str = ""
    shared: str = ""


@router.get("")
def overview(request: Request, served: Served, person: Reader, purpose: str = "") -> HTMLResponse:
    """Bands and moves, distribution, trend, risk by value, whose risk is rising, who could expand, and renewals."""
    return _page(request, served, person, purpose, "overview", size=1)


@router.get("/accounts")
def accounts(request: Request, served: Served, person: Reader, purpose: str = "") -> HTMLResponse:
    """The list of accounts."""
    return _page(request, served, person, purpose, "accounts", size=PAGE_SIZE)


@router.get("/trend")
def through_time(
    request: Request, served: Served, person: Reader, purpose: str = "", by: By = By.SEGMENT
) -> HTMLResponse:
    """The picture of scores through time alone; the overview fetches it after itself."""
    with at_desk(served, person, purpose) as desk:
        view = trend(desk, filtering.filters(request.query_params), by)
    say = framed(request, "").saying
    drawn = drawing.shares(view, say) if by is By.ALL else drawing.trend(view, say)
    query = filtering.asking(request.query_params, "by")
    return shown(request, "portfolio/trend.html.j2", view=view, drawn=drawn, by=by, ways=By, query=query)


@router.post("/views")
def save(
    request: Request,
    served: Served,
    person: Annotated[Person, Depends(needs(Permission.VIEWS_WRITE))],
    wanted: Annotated[Wanted, Form()],
) -> HTMLResponse:
    """Saves the filters, order and columns of an address under a name.

    Raises:
        UserError: there is no name, or too many words.
        ForbiddenError: they may not share views.
    """
    asked, shared = filtering.asking(QueryParams(wanted.query)), wanted.shared == "yes"
    viewing.save(served.store, page="portfolio", name=wanted.name, query=asked, shared=shared, by=person)
    return done(request, f"/portfolio/accounts?{asked}")


@router.post("/views/{number}/remove")
def forget(
    request: Request,
    served: Served,
    person: Annotated[Person, Depends(needs(Permission.VIEWS_WRITE))],
    number: int,
) -> HTMLResponse:
    """Removes a saved view.

    Raises:
        AbsentError: they find no such view.
        ForbiddenError: it is somebody else's.
    """
    viewing.remove(served.store, number, by=person)
    return done(request, "/portfolio")


def _page(
    request: Request, served: Serving, person: Person, purpose: str, tab: str, *, size: int
) -> HTMLResponse:
    query = request.query_params
    filters, listing = filtering.filters(query), filtering.listing(query, size)
    with at_desk(served, person, purpose) as desk:
        view = portfolio(desk, filters, listing)
    say = framed(request, "").saying
    columns = [each for each in Column if each not in WORTH or Private.VALUE not in view.hidden]
    return shown(
        request,
        f"portfolio/{tab}.html.j2",
        title="Portfolio",
        view=view,
        query=query,
        tab=tab,
        asking=lambda *without, **changed: filtering.asking(query, *without, **changed),
        distribution=drawing.distribution(view, say),
        basis=basis_in_words(view.risk_basis),
        columns=columns,
        unsorted=UNSORTED,
        views=viewing.found(served.store, person, "portfolio"),
        person=person,
        beside=beside(filters, say),
        may_share=person.may(Permission.VIEWS_SHARE),
        may_export=person.may(Permission.SCORES_EXPORT),
    )
