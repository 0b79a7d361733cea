"""One account: how it stands and why, what moved it, what would help, and what has happened there."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from keepwell.people import Permission, Person
from keepwell.runs import noting, overriding, pulsing, tasking
from keepwell.runs.board.account import AccountView, account, happened, standing
from keepwell.runs.board.desk import Desk
from keepwell.runs.board.moved import moved, remedies
from keepwell.runs.outreach.at_account import at_account
from keepwell.runs.outreach.overview import reason_in_words
from keepwell.scoring.overrides import SCORE
from keepwell.scoring.scorecard import Bands
from keepwell.store.notes import Kind
from keepwell.store.tasks import State
from keepwell.web.look import drawing
from keepwell.web.server.asking import Served, needs
from keepwell.web.server.desks import at_desk
from keepwell.web.server.reaching import AccountId
from keepwell.web.server.shown import framed, shown

router = APIRouter(prefix="/accounts", include_in_schema=False)

Reader = Annotated[Person, Depends(needs(Permission.SCORES_READ))]


@router.get("/{account_id}/moved")
def why_moved(
    request: Request, served: Served, person: Reader, account_id: AccountId, purpose: str = ""
) -> HTMLResponse:
    """Why the score moved in 28 days: a part of the account's page that follows after it.

    Raises:
        AbsentError: there is no such account in their reach.
    """
    with at_desk(served, person, purpose) as desk:
        view = moved(desk, account_id)
    return shown(request, "account/moved.html.j2", view=view)


@router.get("/{account_id}/remedies")
def would_help(
    request: Request, served: Served, person: Reader, account_id: AccountId, purpose: str = ""
) -> HTMLResponse:
    """What would turn the account green: a part of its page that follows after it.

    Raises:
        AbsentError: there is no such account in their reach.
    """
    with at_desk(served, person, purpose) as desk:
        view = remedies(desk, account_id)
    return shown(request, "account/remedies.html.j2", view=view)


@router.get("/{account_id}/timeline")
def earlier(
    request: Request, served: Served, person: Reader, account_id: AccountId, before: str = ""
) -> HTMLResponse:
    """What happened before an instant: more of the account's timeline.

    Raises:
        AbsentError: there is no such account in their reach.
        UserError: `before` is none of a timeline's.
    """
    with at_desk(served, person) as desk:
        page = happened(desk, account_id, before)
    return shown(
        request,
        "account/timeline.html.j2",
        account_id=account_id,
        happenings=page.happenings,
        older=page.older,
    )


@router.get("/{account_id}")
def page(
    request: Request, served: Served, person: Reader, account_id: AccountId, purpose: str = ""
) -> HTMLResponse:
    """The account's page.

    Raises:
        AbsentError: there is no such account in their reach.
    """
    with at_desk(served, person, purpose) as desk:
        view = account(desk, account_id)
        thresholds, targets = _thresholds(desk, view), _targets(desk, view)
        here = standing(desk, account_id)
    say = framed(request, "").saying
    return shown(
        request,
        "account/page.html.j2",
        title=view.row.called,
        view=view,
        path=request.url.path,
        course=drawing.course(view, thresholds, say),
        green=thresholds[1],
        targets=targets,
        overrides=overriding.given(served.store, here),
        pulses=pulsing.given(served.store, here, to=person),
        notes=noting.written(served.store, here, to=person),
        tasks=tasking.of(served.store, here, State.OPEN),
        outreach=at_account(served.store, here),
        in_words=reason_in_words,
        kinds=tuple(Kind),
        may=person.may,
        can=Permission,
    )


def _thresholds(desk: Desk, view: AccountView) -> tuple[float, float]:
    """Where yellow and green begin on the account's scorecard."""
    bands = next(
        (card.bands for card in desk.basis.definition.cards if card.name == view.score.scorecard), Bands()
    )
    return bands.yellow, bands.green


def _targets(desk: Desk, view: AccountView) -> tuple[tuple[str, str], ...]:
    """What can be corrected of the account: its score, a dimension, a measure; and what each is called."""
    titles = {bar.reason.name: bar.title for bar in view.bars}
    card = next((card for card in desk.basis.definition.cards if card.name == view.score.scorecard), None)
    if card is None:
        return ((SCORE, "The score"),)
    parts = [(each.name, f"Dimension {each.name.replace('_', ' ')}") for each in card.dimensions]
    parts += [
        (one.signal, titles.get(one.signal, one.signal)) for each in card.dimensions for one in each.measures
    ]
    return ((SCORE, "The score"), *parts)
