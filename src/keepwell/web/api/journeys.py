"""Journeys: what is applied, who is where, what was sent and skipped, and what people decide."""

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Path, Query
from pydantic import Field, StrictStr

from keepwell import clock
from keepwell.outreach.enrollment import End
from keepwell.outreach.ledger import State
from keepwell.people import Permission, Person
from keepwell.proof.interval import Estimate
from keepwell.runs.outreach import breaking, catching, holding, live, overview
from keepwell.runs.outreach.at_account import at_account
from keepwell.runs.outreach.overview import Effect, Line, Overview, Side
from keepwell.store import holds as kept
from keepwell.store.enrolled import Enrolled
from keepwell.store.holds import Cause, Verdict
from keepwell.store.ledger import Entry
from keepwell.web.api.shapes import Asked, Number, Told, problems
from keepwell.web.api.writing import IDEMPOTENT, Writing
from keepwell.web.server.asking import Served, needs
from keepwell.web.server.reaching import Account

router = APIRouter(prefix="/api", route_class=Writing, tags=["Journeys"])

READS = Depends(needs(Permission.DEFINITIONS_READ))
Manager = Annotated[Person, Depends(needs(Permission.OUTREACH_RUN))]
Name = Annotated[str, Path(min_length=1, max_length=200, examples=["payment_failure"])]


class JourneyTold(Told):
    """A journey: `paused` and `unapproved` say why nothing of it goes out; the counts are of enrollments, held out or not."""

    name: str
    version: str
    paused: bool
    unapproved: bool
    under_way: int
    ended: int
    held_out: int
    reached: int
    held: int


class PlaceTold(Told):
    """A step at which accounts stand, and how many of those that are held out would."""

    step: str
    words: str
    here: int
    ghosts: int


class TallyTold(Told):
    """How many messages are in a state, and why."""

    state: State
    reason: str
    count: int


class IntervalTold(Told):
    """A figure with its 95% interval."""

    value: float
    low: float
    high: float


class SideTold(Told):
    """Those with the journey, or held out, whose time for the goal is over; `share`: of them who reached it, `null`: too little data."""

    count: int
    accounts: int
    reached: int
    share: IntervalTold | None


class EffectTold(Told):
    """Whether the goal is reached more often with the journey than without; `more` is the difference of the shares, `null`: too little data."""

    treated: SideTold
    alone: SideTold
    more: IntervalTold | None


class JourneyWhole(JourneyTold):
    """A journey, with who is where and what came of it; `effect` is `null` where it has no goal."""

    places: list[PlaceTold]
    ends: dict[End, int]
    messages: list[TallyTold]
    effect: EffectTold | None


class HoldTold(Told):
    """So many accounts that a person is to let into a journey, or not."""

    number: int
    journey: str
    cause: Cause
    accounts: int
    put_at: datetime


class JourneyStep(Asked):
    """What is to happen to a journey, and why it is stopped."""

    step: Literal["stop", "resume"]
    because: Annotated[StrictStr, Field(max_length=500)] = ""


class ApprovalAsked(Asked):
    """Whether somebody says yes to what a journey sends, or takes that back; `content` is the version that was looked at."""

    answer: Literal["approve", "withdraw"]
    content: Annotated[StrictStr, Field(max_length=64)] = ""


class HoldStep(Asked):
    """What becomes of a hold."""

    verdict: Verdict


class CaughtTold(Told):
    """A message that the sandbox has caught."""

    entry: int
    at: datetime
    sender: str
    recipient: str
    account_id: str
    journey: str
    channel: str
    subject: str
    text: str
    html: str


class EnrolledTold(Told):
    """A journey that an account is in, or was in: the step at which it stands, or how it ended."""

    journey: str
    version: str
    began_at: datetime
    place: str
    since: datetime
    held_out: bool
    end: End | None
    ended_at: datetime | None
    because: str


class MessageTold(Told):
    """A message to somebody at an account, or one that did not go, and why."""

    number: int
    journey: str
    step: str
    channel: str
    category: str
    state: State
    reason: str
    planned_at: datetime
    handed_at: datetime | None


class OutreachTold(Told):
    """Journeys of an account, those under way first, and its messages, the newest first."""

    journeys: list[EnrolledTold]
    messages: list[MessageTold]


@router.get("/journeys", dependencies=[READS], responses=problems(403))
def every(served: Served) -> list[JourneyTold]:
    """All journeys that are applied, by name."""
    return [_told(line) for line in overview.every(served.project(), served.store, clock.now())]


@router.get("/journeys/{name}", dependencies=[READS], responses=problems(403, 404, 422))
def one(name: Name, served: Served) -> JourneyWhole:
    """A journey: who is where, what was sent and skipped and why, and whether the goal is reached more often than without."""
    return _whole(overview.overview(served.project(), served.store, name, clock.now()))


@router.post("/journeys/{name}/steps", dependencies=[IDEMPOTENT], responses=problems(400, 403, 404, 409, 422))
def move(name: Name, asked: JourneyStep, served: Served, person: Manager) -> JourneyTold:
    """Pauses a journey's messages, or lets them go on."""
    project, store, by = served.project(), served.store, person.email
    overview.named(project, name)
    match asked.step:
        case "stop":
            breaking.stop(project, store, name, asked.because, by=by)
        case "resume":
            breaking.resume(project, store, name, by=by)
    return _told(overview.overview(project, store, name, clock.now()).line)


@router.post(
    "/journeys/{name}/approvals", dependencies=[IDEMPOTENT], responses=problems(400, 403, 404, 409, 422)
)
def answer(
    name: Name,
    asked: ApprovalAsked,
    served: Served,
    person: Annotated[Person, Depends(needs(Permission.OUTREACH_APPROVE))],
) -> JourneyTold:
    """Says yes to what a journey sends as it is applied, or takes that back."""
    project, store = served.project(), served.store
    overview.named(project, name)
    if asked.answer == "approve":
        breaking.approve(project, store, name, by=person.email, content=asked.content)
    else:
        breaking.withdraw(project, store, name, by=person.email)
    return _told(overview.overview(project, store, name, clock.now()).line)


@router.get("/holds", dependencies=[Depends(needs(Permission.OUTREACH_RUN))], responses=problems(403))
def held(served: Served) -> list[HoldTold]:
    """What is held for a person to decide, the oldest first."""
    with served.store.reading() as connection:
        return [HoldTold.model_validate(each) for each in kept.every(connection)]


@router.post("/holds/{number}/steps", dependencies=[IDEMPOTENT], responses=problems(400, 403, 404, 409, 422))
def decide(number: Number, asked: HoldStep, served: Served, person: Manager) -> list[HoldTold]:
    """Lets the accounts of a hold into their journey, or drops it; what is still held."""
    now = clock.now()
    if asked.verdict is Verdict.RELEASED:
        entrance = live.entrance(served.project(), served.store, served.secret(live.LOTS))
        holding.release(served.store, entrance, number, actor=person.email, at=now)
    else:
        holding.dismiss(served.store, number, actor=person.email, at=now)
    return held(served)


@router.get("/sandbox", responses=problems(403, 422))
def sandbox(
    served: Served,
    person: Manager,
    before: Annotated[
        int, Query(ge=0, le=2**31 - 1, description="Entries before this one; 0: the newest")
    ] = 0,
) -> list[CaughtTold]:
    """What the sandbox has caught, the newest first, 50 at a time."""
    page = catching.caught(served.store, person, before=before or None)
    return [
        CaughtTold(
            entry=each.message.entry,
            at=each.message.at,
            sender=each.message.sender,
            recipient=each.recipient,
            account_id=each.account_id,
            journey=each.journey,
            channel=each.channel,
            subject=each.message.subject,
            text=each.message.text,
            html=each.message.html,
        )
        for each in page.messages
    ]


@router.get(
    "/accounts/{account_id}/outreach",
    dependencies=[Depends(needs(Permission.SCORES_READ))],
    responses=problems(403, 404, 422),
)
def of_account(account: Account, served: Served) -> OutreachTold:
    """The journeys that an account is in or was in, and what was sent there, what was not and why."""
    found = at_account(served.store, account)
    return OutreachTold(
        journeys=[_enrolled(each) for each in found.journeys],
        messages=[_message(each) for each in found.messages],
    )


def _told(line: Line) -> JourneyTold:
    return JourneyTold(
        name=line.journey.name,
        version=line.version,
        paused=line.paused,
        unapproved=line.unapproved,
        under_way=line.under_way,
        ended=line.ended,
        held_out=line.held_out,
        reached=line.reached,
        held=sum(each.accounts for each in line.holds),
    )


def _whole(view: Overview) -> JourneyWhole:
    return JourneyWhole(
        **_told(view.line).model_dump(),
        places=[PlaceTold.model_validate(each) for each in view.places],
        ends=dict(view.ends),
        messages=[TallyTold.model_validate(each) for each in view.messages],
        effect=None if view.effect is None else _effect(view.effect),
    )


def _effect(effect: Effect) -> EffectTold:
    return EffectTold(treated=_side(effect.treated), alone=_side(effect.alone), more=_interval(effect.more))


def _side(side: Side) -> SideTold:
    return SideTold(
        count=side.count, accounts=side.accounts, reached=side.reached, share=_interval(side.share)
    )


def _interval(estimate: Estimate | None) -> IntervalTold | None:
    return None if estimate is None else IntervalTold.model_validate(estimate)


def _enrolled(enrolled: Enrolled) -> EnrolledTold:
    return EnrolledTold.model_validate(enrolled)


def _message(entry: Entry) -> MessageTold:
    return MessageTold(
        number=entry.number,
        journey=entry.journey,
        step=entry.key.step,
        channel=entry.key.channel,
        category=entry.category,
        state=entry.state,
        reason=entry.reason,
        planned_at=entry.planned_at,
        handed_at=entry.handed_at,
    )
