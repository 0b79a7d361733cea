"""Scorecards: how accounts are scored, in plain words; the evidence, the versions, and the changes that wait."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool

from keepwell.errors import AbsentError, ConflictError, UserError
from keepwell.people import Permission, Person, Private
from keepwell.runs.applied import working_copy
from keepwell.runs.apply import apply
from keepwell.runs.approve import approve
from keepwell.runs.board.preview import Weights, preview
from keepwell.runs.board.scorecards import scorecards
from keepwell.runs.contradicting import Contradiction, told
from keepwell.runs.reweighing import reweigh
from keepwell.runs.versions import versions_of
from keepwell.scoring.score import Band
from keepwell.store import approvals, plans
from keepwell.web.look import evidence
from keepwell.web.pages.acting import done
from keepwell.web.server.asking import Served, needs
from keepwell.web.server.desks import at_desk
from keepwell.web.server.serving import Serving
from keepwell.web.server.shown import framed, shown

router = APIRouter(prefix="/scorecards", include_in_schema=False)

Reader = Annotated[Person, Depends(needs(Permission.DEFINITIONS_READ))]
Writer = Annotated[Person, Depends(needs(Permission.DEFINITIONS_WRITE))]

UNDER_WAY = "/scorecards/plans/under-way"
"""Where it is told how far a plan is."""

DIMENSION, MEASURE = "dimension:", "measure:"
"""What the names of the fields of a weights form begin with."""


class Word(BaseModel):
    """Somebody's word on a plan."""

    note: str = ""


class Why(BaseModel):
    """Why a plan is applied."""

    why: str


@router.get("")
def page(request: Request, served: Served, person: Reader, purpose: str = "") -> HTMLResponse:
    """The scorecards of a purpose, with evidence, versions, and what waits."""
    past = versions_of(served.folder)
    with at_desk(served, person, purpose) as desk:
        view = scorecards(desk, served.store, past)
    return shown(
        request,
        "scorecards/page.html.j2",
        title="Scorecards",
        view=view,
        waiting=served.pending(),
        draft=served.drafts.last if person.may(Permission.PLANS_MAKE) else None,
        applied=served.version(),
        may=person.may,
        can=Permission,
    )


@router.get("/evidence/{outcome}")
def proven(request: Request, served: Served, person: Reader, outcome: str, purpose: str = "") -> HTMLResponse:
    """How well the scores of the version in force told one outcome beforehand: its last certificate.

    Raises:
        AbsentError: there is none of that outcome.
    """
    with at_desk(served, person, purpose) as desk:
        view = scorecards(desk, served.store, ())
    line = next((each for each in view.evidence if each.outcome == outcome), None)
    if line is None:
        raise AbsentError(f"this version has no evidence of {outcome!r}", do="make some: keepwell backtest")
    say = framed(request, "").saying
    return shown(
        request,
        "scorecards/evidence.html.j2",
        title="Evidence",
        view=view,
        line=line,
        tenths=evidence.tenths(line.content, say),
        stated=evidence.stated(line.content, say),
        slices=evidence.slices(line.content),
        between=evidence.between,
    )


@router.get("/{name}/weights")
def weights(request: Request, served: Served, person: Writer, name: str, purpose: str = "") -> HTMLResponse:
    """The weights of one scorecard as a form.

    Raises:
        AbsentError: there is no such scorecard.
    """
    with at_desk(served, person, purpose) as desk:
        view = scorecards(desk, served.store, ())
    card = next((card for card in view.scorecards if card.name == name), None)
    if card is None:
        raise AbsentError(
            f"there is no scorecard {name!r} of {view.current.purpose}", do="look at the list of scorecards"
        )
    return shown(
        request,
        "scorecards/weights.html.j2",
        title=f"Weights of {name}",
        view=view,
        card=card,
        applied=served.version(),
    )


@router.post("/{name}/preview")
async def would_be(
    request: Request, served: Served, person: Writer, name: str, purpose: str = ""
) -> HTMLResponse:
    """What the weights of a form would do to every account in reach.

    Raises:
        UserError: a weight is none.
    """
    tried = _weights(name, {key: str(value) for key, value in (await request.form()).items()})
    return await run_in_threadpool(_previewed, request, served, person, tried, purpose)


def _previewed(
    request: Request, served: Serving, person: Person, tried: Weights, purpose: str
) -> HTMLResponse:
    with at_desk(served, person, purpose) as desk:
        found = preview(desk, tried)
    bands = (Band.RED, Band.YELLOW, Band.GREEN, None)
    before = {band: sum(n for (old, _), n in found.effect.moves.items() if old == band) for band in bands}
    return shown(request, "scorecards/preview.html.j2", found=found, before=before, bands=bands)


@router.post("/{name}/weights")
async def save(request: Request, served: Served, person: Writer, name: str) -> HTMLResponse:
    """Writes the weights of a form into the project's files; scores go by them once a plan is approved and applied.

    Raises:
        ConflictError: nothing was ever applied, so that scores go by the files and the weights would count without a plan.
        DefinitionError: the working files hold mistakes.
        UserError: a weight is none, or nothing differs.
    """
    wanted = _weights(name, {key: str(value) for key, value in (await request.form()).items()})
    await run_in_threadpool(_saved, served, person, wanted)
    return done(request, "/scorecards#waiting")


def _saved(served: Serving, person: Person, wanted: Weights) -> None:
    if not served.version():
        raise ConflictError(
            "nothing was ever applied, so scores go by the files as they stand, and saved weights would count at once",
            do="draw up the first plan on the page Scorecards, and apply it",
        )
    _, working = working_copy(served.folder)
    reweigh(working, wanted, by=person)


@router.get("/plans/under-way")
def under_way(
    request: Request, served: Served, person: Annotated[Person, Depends(needs(Permission.PLANS_MAKE))]
) -> HTMLResponse:
    """How far the plan is that is being drawn up; it leads to the plan once that is there.

    Raises:
        AbsentError: nobody has asked for one since the server began.
        DefinitionError, UserError: why there is no plan.
    """
    draft = served.drafts.last
    if draft is None:
        raise AbsentError("no plan is being drawn up", do="ask for one on the page Scorecards")
    if draft.plan is not None:
        return done(request, f"/scorecards/plans/{draft.plan}")
    if draft.ended and draft.error is None:
        raise UserError("the files are as they were applied", do="change one of them first")
    return shown(request, "scorecards/drawing.html.j2", title="Plan", draft=draft, person=person)


@router.get("/plans/{number}")
def one_plan(request: Request, served: Served, person: Reader, number: str) -> HTMLResponse:
    """A plan: what it changes, what that does, and what people said of it.

    Raises:
        AbsentError: there is no such plan.
    """
    with served.store.reading() as connection:
        found = plans.get(connection, number)
        said = approvals.of(connection, number)
    if found is None:
        raise AbsentError(
            f"there is no plan {number!r}", do="look at those that wait on the page of scorecards"
        )
    agreed = frozenset(each.actor for each in said if each.verdict == "approved")
    missing = max(found.demand.missing(found.author, agreed), 0)
    return shown(
        request,
        "scorecards/plan.html.j2",
        title="Plan",
        plan=found,
        effects=found.summary.get("effects") or (),
        as_of=None if (at := found.summary.get("as_of")) is None else datetime.fromisoformat(at),
        told=found.summary.get("evidence") or (),
        contradicted=[
            told(Contradiction.read(each)).text for each in found.summary.get("contradictions") or ()
        ],
        leaks=[each for each in found.summary.get("leaks") or () if each["blocks"] or each["waived"]],
        unlooked=[each for each in found.summary.get("looked_at") or () if each["why_not"]],
        said=said,
        missing=missing,
        own=person.email == found.author,
        worth=person.sees(Private.VALUE) and person.reach.whole,
        may=person.may,
        can=Permission,
    )


@router.post("/plans")
def draw(
    request: Request, served: Served, person: Annotated[Person, Depends(needs(Permission.PLANS_MAKE))]
) -> HTMLResponse:
    """Begins to draw up the plan that leads from what is applied to the working files.

    Raises:
        DefinitionError: the working files hold mistakes.
        UserError: nothing differs.
    """
    working_copy(served.folder)
    if served.version() and not served.pending().files:
        raise UserError("the files are as they were applied", do="change one of them first")
    served.drafts.begin(person.email)
    return done(request, UNDER_WAY)


@router.post("/plans/{number}/approve")
def agree(
    request: Request,
    served: Served,
    number: str,
    said: Annotated[Word, Form()],
    person: Annotated[Person, Depends(needs(Permission.PLANS_APPROVE))],
) -> HTMLResponse:
    """Approves a plan.

    Raises:
        UserError: there is no such plan, it can no longer be approved, or it is one's own.
    """
    approve(served.folder, number, actor=person.email, note=said.note)
    return done(request, f"/scorecards/plans/{number}")


@router.post("/plans/{number}/reject")
def refuse(
    request: Request,
    served: Served,
    number: str,
    said: Annotated[Word, Form()],
    person: Annotated[Person, Depends(needs(Permission.PLANS_APPROVE))],
) -> HTMLResponse:
    """Rejects a plan for good.

    Raises:
        UserError: there is no such plan, it can no longer be rejected, or it is one's own.
    """
    approve(served.folder, number, actor=person.email, reject=True, note=said.note)
    return done(request, f"/scorecards/plans/{number}")


@router.post("/plans/{number}/apply")
def put_in_force(
    request: Request,
    served: Served,
    number: str,
    said: Annotated[Why, Form()],
    person: Annotated[Person, Depends(needs(Permission.PLANS_APPLY))],
) -> HTMLResponse:
    """Applies a plan: from the next run on scores go by it.

    Raises:
        UserError: something has changed since it was drawn up, or approvals are missing.
    """
    apply(served.folder, number, why=said.why, actor=person.email)
    return done(request, "/scorecards")


def _weights(name: str, form: dict[str, str]) -> Weights:
    return Weights(name, _numbers(form, DIMENSION), _numbers(form, MEASURE))


def _numbers(form: dict[str, str], prefix: str) -> dict[str, float]:
    found = {}
    for key, text in form.items():
        if key.startswith(prefix):
            try:
                found[key.removeprefix(prefix)] = float(text)
            except ValueError:
                raise UserError(
                    f"{text[:40]!r} is no weight",
                    where=key.removeprefix(prefix),
                    do="name a number from 0 up",
                ) from None
    return found
