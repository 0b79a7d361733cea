"""Accounts and their scores: lists, and of one account its reasons, history, what moved it, what would help, and what happened."""

from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from pydantic import Field

from keepwell.errors import UserError
from keepwell.people import Permission, Person
from keepwell.runs.board import account as accounts_
from keepwell.runs.board import course
from keepwell.runs.board.account import Bar
from keepwell.runs.board.filters import Column
from keepwell.runs.board.moved import moved as why_moved
from keepwell.runs.board.moved import remedies as what_helps
from keepwell.runs.board.pages import page
from keepwell.runs.board.portfolio import asked_for, sorting
from keepwell.runs.board.row import Row
from keepwell.runs.board.rows import costs_of, known_number, rows
from keepwell.scoring.score import Band, Score
from keepwell.web.api.reading import CurrentTold, Listed, Name, Purpose, Reader, RowTold, Tagged
from keepwell.web.api.shapes import Instant, Told, problems
from keepwell.web.server.asking import Served, needs
from keepwell.web.server.desks import at_desk
from keepwell.web.server.reaching import AccountId

router = APIRouter(prefix="/api/accounts", route_class=Tagged, tags=["Accounts and scores"])

USUAL_DAYS, MOST_DAYS = 90, 800
"""How many days of history are told if nothing is said, and at most at once."""


class AccountsAsked(Listed):
    """A page of accounts, and which fields of them."""

    fields: Annotated[
        list[Name], Field(default_factory=list, max_length=20, description="All of them, if none is said")
    ]


class AccountsTold(Told):
    """A page of accounts; `next` is the cursor of the next one (`null`: it was the last)."""

    current: CurrentTold
    total: int
    accounts: list[RowTold]
    next: str | None


class ReasonTold(Told):
    """One exact contribution to a score; the running total goes from `before` to `after` by its points."""

    step: str
    name: str
    title: str
    dimension: str
    points: float
    before: float
    after: float
    text: str
    value: float | None
    scaled: float | None
    weight: float
    advice: str

    @classmethod
    def of(cls, bar: Bar) -> "ReasonTold":
        """What is told of one step of the waterfall."""
        reason = asdict(bar.reason) | {"text": bar.text}
        return cls(title=bar.title, before=bar.before, after=bar.after, **reason)


class ScoreTold(Told):
    """An account's score: `baseline` and the points of all `reasons` add up to it exactly. `computed_score` is before any override."""

    current: CurrentTold
    account_id: str
    name: str
    owner: str
    segment: str
    stage: str
    scorecard: str
    version: str
    score: float | None
    computed_score: float | None
    band: Band | None
    previous_band: Band | None
    days_in_band: int | None
    coverage: float
    value: float | None
    value_at_risk: float | None
    risk_basis: str
    baseline: float
    reasons: list[ReasonTold]
    why_not: str


class PointTold(Told):
    """A score of the past, and the version it is of."""

    as_of: datetime
    score: float | None
    band: Band | None
    version: str


class HistoryTold(Told):
    """An account's scores, a point a day of the grid, the oldest first."""

    account_id: str
    points: list[PointTold]


class PartTold(Told):
    """One part of a change: its cause, its exact points, and in words."""

    cause: str
    points: float
    text: str


class MovedTold(Told):
    """Why a score moved: the parts add up exactly to `now` − `then`; none where either is missing."""

    since: datetime
    as_of: datetime
    then: float | None
    now: float | None
    parts: list[PartTold]


class RemedyTold(Told):
    """The smallest change of one thing that turns the account green, or as far as it goes; several together as `steps`."""

    name: str
    current: float | None
    target: float | None
    points: float
    text: str
    reaches: float
    enough: bool
    steps: list["RemedyTold"]


class RemediesTold(Told):
    """What would turn an account green; nothing where it is green already, or has no score."""

    band: Band | None
    remedies: list[RemedyTold]


class HappeningTold(Told):
    """One thing that happened, by the table that tells of it."""

    at: datetime
    table: str
    title: str
    detail: str


class TimelineTold(Told):
    """What happened, the newest first; `next` is the cursor of the next page (`null`: that was all)."""

    happenings: list[HappeningTold]
    next: str | None


@router.get("", response_model_exclude_unset=True, responses=problems(400, 403, 404, 422))
def accounts(served: Served, person: Reader, asked: Annotated[AccountsAsked, Query()]) -> AccountsTold:
    """The accounts that you reach and ask for, page by page."""
    with at_desk(served, person, asked.purpose) as desk:
        current = CurrentTold.of(desk.current)
        sheet = desk.sheet
        if sheet is None:
            return AccountsTold(current=current, total=0, accounts=[], next=None)
        listing = sorting(desk, sheet, asked.listing())
        within = asked_for(desk, sheet, asked.filters())
        found = page(sheet, within, listing, listing.sort or Column.SCORE)
        reasons = costs_of(desk, found.positions.tolist()) if "cost" in (asked.fields or ["cost"]) else {}
        told = [row_told(row, asked.fields) for row in rows(desk, found.positions, reasons)]
        return AccountsTold(current=current, total=int(within.sum()), accounts=told, next=found.after)


def row_told(row: Row, fields: list[Name]) -> RowTold:
    """What is told of an account: its id, and the fields that were asked for, or all."""
    whole = asdict(row)
    return RowTold.model_validate(
        {
            name: whole[name]
            for name in RowTold.model_fields
            if not fields or name in fields or name == "account_id"
        }
    )


@router.get("/{account_id}", responses=problems(403, 404, 422))
def account(account_id: AccountId, served: Served, person: Reader, purpose: Purpose = "") -> RowTold:
    """How one account stands."""
    with at_desk(served, person, purpose) as desk:
        _, place = accounts_.found(desk, account_id)
        (row,) = rows(desk, [place], costs_of(desk, [place]))
        return row_told(row, [])


@router.get("/{account_id}/score", responses=problems(403, 404, 422))
def score(account_id: AccountId, served: Served, person: Reader, purpose: Purpose = "") -> ScoreTold:
    """One account's score with every reason for it."""
    with at_desk(served, person, purpose) as desk:
        sheet, place = accounts_.found(desk, account_id)
        found = accounts_.score_of(desk, sheet, place)
        reasons = [ReasonTold.of(bar) for bar in accounts_.bars(desk, found)]
        current = CurrentTold.of(desk.current)
        return ScoreTold(**_of_score(found), current=current, reasons=reasons)


def _of_score(found: Score) -> dict[str, Any]:
    names = set(ScoreTold.model_fields) - {"current", "reasons"}
    return {name: getattr(found, name) for name in names}


@router.get("/{account_id}/history", responses=problems(400, 403, 404, 422))
def history(
    account_id: AccountId,
    served: Served,
    person: Reader,
    *,
    purpose: Purpose = "",
    since: Annotated[Instant | None, Query(description="90 days before, if not said")] = None,
    until: Annotated[Instant | None, Query(description="The instant of the scores, if not said")] = None,
) -> HistoryTold:
    """One account's scores, day by day; at most 800 days at once.

    Raises:
        UserError: `since` is after `until`, or too long before it.
    """
    with at_desk(served, person, purpose) as desk:
        sheet, place = accounts_.found(desk, account_id)
        last = until or sheet.as_of
        first = since or last - timedelta(days=USUAL_DAYS)
        if not timedelta() <= last - first <= timedelta(days=MOST_DAYS):
            raise UserError(
                f"there are {(last - first).days} days from since to until",
                where="since",
                do=f"name two instants at most {MOST_DAYS} days apart",
            )
        points = [PointTold.model_validate(point) for point in course.daily(desk, sheet, place, first, last)]
        return HistoryTold(account_id=account_id, points=points)


@router.get("/{account_id}/moved", responses=problems(400, 403, 404, 422))
def moved(
    account_id: AccountId,
    served: Served,
    person: Reader,
    purpose: Purpose = "",
    since: Annotated[Instant | None, Query(description="28 days before, if not said")] = None,
) -> MovedTold:
    """Why an account's score moved since an instant."""
    with at_desk(served, person, purpose) as desk:
        return MovedTold.model_validate(why_moved(desk, account_id, since))


@router.get("/{account_id}/remedies", responses=problems(400, 403, 404, 422))
def remedies(account_id: AccountId, served: Served, person: Reader, purpose: Purpose = "") -> RemediesTold:
    """What would turn an account green, the smallest change first."""
    with at_desk(served, person, purpose) as desk:
        return RemediesTold.model_validate(what_helps(desk, account_id))


@router.get("/{account_id}/timeline", responses=problems(400, 403, 404, 422))
def timeline(
    account_id: AccountId,
    served: Served,
    person: Reader,
    purpose: Purpose = "",
    after: Annotated[str, Query(max_length=100, description="`next` of the page before")] = "",
) -> TimelineTold:
    """What happened at an account, 91 days a page."""
    with at_desk(served, person, purpose) as desk:
        found = accounts_.happened(desk, account_id, after)
        happenings = [HappeningTold.model_validate(each) for each in found.happenings]
        return TimelineTold(happenings=happenings, next=found.older)


class ValueTold(Told):
    """A signal's value of one account (`null`: not known), and its title and unit."""

    name: str
    title: str
    unit: str
    value: float | None


@router.get("/{account_id}/signals", responses=problems(403, 404, 422))
def signals(
    account_id: AccountId,
    served: Served,
    person: Annotated[Person, Depends(needs(Permission.SIGNALS_READ))],
    purpose: Purpose = "",
) -> list[ValueTold]:
    """Every signal that the account's score rests on."""
    with at_desk(served, person, purpose) as desk:
        _, place = accounts_.found(desk, account_id)
        kept = desk.values(desk.kept)
        told = []
        for each in desk.basis.definition.signals:
            one = desk.labels.get(each.name, each)
            known = known_number(kept.of(each.name)[place])
            told.append(ValueTold(name=each.name, title=one.title, unit=one.unit, value=known))
        return told
