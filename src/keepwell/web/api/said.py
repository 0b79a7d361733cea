"""What people say of an account: overrides, pulses, notes, feedback; and whose it is."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Response, status
from pydantic import Field, StrictStr

from keepwell.people import Permission, Person
from keepwell.runs import answering, noting, overriding, owning, pulsing
from keepwell.runs.overriding import Correction
from keepwell.runs.reaching import owner_of
from keepwell.store.feedback import Verdict
from keepwell.store.notes import Kind
from keepwell.web.api.shapes import Asked, Instant, Number, Percent, Told, Words, problems
from keepwell.web.api.writing import IDEMPOTENT, Writing
from keepwell.web.server.asking import Served, needs
from keepwell.web.server.reaching import Account

router = APIRouter(prefix="/api/accounts/{account_id}", route_class=Writing, tags=["What people say"])

READS = Depends(needs(Permission.SCORES_READ))


class OverrideAsked(Asked):
    """What the score, a dimension or a measure of the account is to be, until when, and why."""

    value: Annotated[Percent, Field(examples=[40])]
    reason: Annotated[
        Words, Field(min_length=1, examples=["Their champion left; the new one asks for offers"])
    ]
    target: Annotated[
        StrictStr,
        Field(
            max_length=200, description="`score`, or the name of a dimension or measure", examples=["score"]
        ),
    ] = "score"
    purpose: Annotated[StrictStr, Field(max_length=200)] = "health"
    from_at: Annotated[Instant | None, Field(description="Now, if not said")] = None
    until_at: Annotated[Instant | None, Field(description="In 30 days, if not said; within a year")] = None


class OverrideTold(Told):
    """An override: it acts on scores of instants after `from_at`, up to `until_at`, or to `ended_at` if somebody has ended it."""

    number: int
    account_id: str
    purpose: str
    target: str
    value: float
    from_at: datetime
    until_at: datetime
    reason: str
    author: str
    ended_at: datetime | None
    ended_by: str | None
    ended_why: str


class EndAsked(Asked):
    """Why an override is ended."""

    why: Words = ""


class PulseAsked(Asked):
    """How the account seems to somebody today."""

    score: Annotated[Percent, Field(description="0: they leave; 100: they never would", examples=[75])]
    reason: Words = ""


class PulseTold(Told):
    """A pulse, and whose it is."""

    number: int
    account_id: str
    score: float
    reason: str
    author: str
    given_at: datetime


class NoteAsked(Asked):
    """What somebody writes, or reports of a call, meeting, review, training or visit."""

    words: Annotated[Words, Field(min_length=1, examples=["They plan a second site in spring"])]
    kind: Kind = Kind.NOTE
    at: Annotated[Instant | None, Field(description="When it took place; now, if not said")] = None


class NoteChange(Asked):
    """A note's new words."""

    words: Annotated[Words, Field(min_length=1)]


class NoteTold(Told):
    """A note; `at` is when that took place of which it is."""

    number: int
    account_id: str
    kind: Kind
    at: datetime
    words: str
    author: str
    made_at: datetime
    changed_at: datetime | None


class FeedbackAsked(Asked):
    """Whether the last score is right."""

    verdict: Verdict
    purpose: Annotated[StrictStr, Field(max_length=200)] = "health"
    reason: Words = ""


class FeedbackTold(Told):
    """What somebody said of a score, and of which."""

    number: int
    account_id: str
    purpose: str
    score: float | None
    band: str | None
    verdict: Verdict
    reason: str
    author: str
    given_at: datetime


class OwnerAsked(Asked):
    """Whose the account is to be, by the name that accounts call their owner; nobody: what the firm's data say."""

    owner: Annotated[StrictStr, Field(max_length=200, examples=["kim@firm.example"])]


class OwnerTold(Told):
    """Whose the account is; empty: nobody knows."""

    account_id: str
    owner: str


@router.get("/overrides", dependencies=[READS], responses=problems(403, 404, 422))
def overrides(account: Account, served: Served) -> list[OverrideTold]:
    """All overrides that the account ever had, the newest first."""
    return [OverrideTold.model_validate(each) for each in overriding.given(served.store, account)]


@router.post(
    "/overrides",
    status_code=status.HTTP_201_CREATED,
    dependencies=[IDEMPOTENT],
    responses=problems(400, 403, 404, 409, 422),
)
def override(
    account: Account,
    asked: OverrideAsked,
    served: Served,
    person: Annotated[Person, Depends(needs(Permission.OVERRIDES_WRITE))],
) -> OverrideTold:
    """Corrects the account's score, a dimension or a measure of it, for a while. The score follows within moments."""
    wanted = Correction(**asked.model_dump())
    given = overriding.override(served.project(), served.store, account, wanted, by=person)
    return OverrideTold.model_validate(given)


@router.post(
    "/overrides/{number}/end", dependencies=[IDEMPOTENT], responses=problems(400, 403, 404, 409, 422)
)
def end(
    account: Account,
    number: Number,
    asked: EndAsked,
    served: Served,
    person: Annotated[Person, Depends(needs(Permission.OVERRIDES_WRITE))],
) -> OverrideTold:
    """Ends an override before its time."""
    ended = overriding.end(served.project(), served.store, account, number, why=asked.why, by=person)
    return OverrideTold.model_validate(ended)


@router.get("/pulses", responses=problems(403, 404, 422))
def pulses(
    account: Account, served: Served, person: Annotated[Person, Depends(needs(Permission.SCORES_READ))]
) -> list[PulseTold]:
    """All pulses of the account, the newest first."""
    return [PulseTold.model_validate(each) for each in pulsing.given(served.store, account, to=person)]


@router.post(
    "/pulses",
    status_code=status.HTTP_201_CREATED,
    dependencies=[IDEMPOTENT],
    responses=problems(400, 403, 404, 409, 422),
)
def pulse(
    account: Account,
    asked: PulseAsked,
    served: Served,
    person: Annotated[Person, Depends(needs(Permission.PULSES_WRITE))],
) -> PulseTold:
    """Says how the account seems today."""
    given = pulsing.pulse(
        served.project(), served.store, account, score=asked.score, reason=asked.reason, by=person
    )
    return PulseTold.model_validate(given)


@router.get("/notes", responses=problems(403, 404, 422))
def notes(
    account: Account, served: Served, person: Annotated[Person, Depends(needs(Permission.SCORES_READ))]
) -> list[NoteTold]:
    """The notes on the account, the latest first; where words are hidden from whoever asks, their own."""
    return [NoteTold.model_validate(each) for each in noting.written(served.store, account, to=person)]


@router.post(
    "/notes",
    status_code=status.HTTP_201_CREATED,
    dependencies=[IDEMPOTENT],
    responses=problems(400, 403, 404, 409, 422),
)
def note(
    account: Account,
    asked: NoteAsked,
    served: Served,
    person: Annotated[Person, Depends(needs(Permission.NOTES_WRITE))],
) -> NoteTold:
    """Writes a note. Of a call, meeting, review, training or visit signals can count that it took place; the words stay here."""
    written = noting.note(
        served.project(),
        served.store,
        account,
        words_=asked.words,
        kind=asked.kind,
        held_at=asked.at,
        by=person,
    )
    return NoteTold.model_validate(written)


@router.put("/notes/{number}", dependencies=[IDEMPOTENT], responses=problems(400, 403, 404, 409, 422))
def change_note(
    account: Account,
    number: Number,
    asked: NoteChange,
    served: Served,
    person: Annotated[Person, Depends(needs(Permission.NOTES_WRITE))],
) -> NoteTold:
    """Gives a note of one's own other words."""
    return NoteTold.model_validate(noting.change(served.store, account, number, asked.words, by=person))


@router.delete(
    "/notes/{number}",
    status_code=status.HTTP_204_NO_CONTENT,
    dependencies=[IDEMPOTENT],
    responses=problems(400, 403, 404, 409, 422),
)
def remove_note(
    account: Account,
    number: Number,
    served: Served,
    person: Annotated[Person, Depends(needs(Permission.NOTES_WRITE))],
) -> Response:
    """Removes the words of a note of one's own, or, as an admin, of anybody's."""
    noting.remove(served.store, account, number, by=person)
    return Response(status_code=status.HTTP_204_NO_CONTENT)


@router.get("/feedback", responses=problems(403, 404, 422))
def feedback(
    account: Account, served: Served, person: Annotated[Person, Depends(needs(Permission.SCORES_READ))]
) -> list[FeedbackTold]:
    """All that was said of the account's scores, the newest first."""
    return [FeedbackTold.model_validate(each) for each in answering.given(served.store, account, to=person)]


@router.post(
    "/feedback",
    status_code=status.HTTP_201_CREATED,
    dependencies=[IDEMPOTENT],
    responses=problems(400, 403, 404, 409, 422),
)
def answer(
    account: Account,
    asked: FeedbackAsked,
    served: Served,
    person: Annotated[Person, Depends(needs(Permission.FEEDBACK_WRITE))],
) -> FeedbackTold:
    """Says whether the last score is right; backtests hold it against what happens."""
    with served.warehouse.reading() as warehouse:
        given = answering.answer(
            served.project(),
            warehouse,
            served.store,
            account,
            verdict=asked.verdict,
            purpose=asked.purpose,
            reason=asked.reason,
            by=person,
        )
    return FeedbackTold.model_validate(given)


@router.put("/owner", dependencies=[IDEMPOTENT], responses=problems(400, 403, 404, 409, 422))
def assign(
    account: Account,
    asked: OwnerAsked,
    served: Served,
    person: Annotated[Person, Depends(needs(Permission.OWNERS_WRITE))],
) -> OwnerTold:
    """Says whose the account is, where the firm's data do not, or say it wrongly."""
    owning.assign(served.store, account, asked.owner, by=person)
    with served.warehouse.reading() as warehouse:
        return OwnerTold(account_id=account.id, owner=owner_of(warehouse, served.store, account.account))
