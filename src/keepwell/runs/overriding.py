"""Overrides: somebody corrects an account's score, a dimension or a measure of it, for a while and with the reason."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from keepwell import clock
from keepwell.errors import AbsentError, ConflictError, UserError
from keepwell.people import Person
from keepwell.project.project import Project
from keepwell.project.report import hint
from keepwell.runs.reaching import Reached
from keepwell.runs.saying import moment, words
from keepwell.scoring.overrides import SCORE, aims
from keepwell.store import overrides
from keepwell.store.engine import Store
from keepwell.store.overrides import Override

LONGEST = timedelta(days=366)
"""An override holds for a year at most: what is true for longer belongs into the scorecard."""

USUAL = timedelta(days=30)
"""How long it holds if nothing else is said."""


@dataclass(frozen=True, slots=True)
class Correction:
    """What somebody wants an account's score (`target`: `score`, or the name of a dimension or measure) to be, and why.

    It holds from now, or from an instant still to come, until `until_at` (both aware).
    """

    value: float
    reason: str
    target: str = SCORE
    purpose: str = "health"
    from_at: datetime | None = None
    until_at: datetime | None = None


def override(project: Project, store: Store, reached: Reached, wanted: Correction, *, by: Person) -> Override:
    """Gives an override.

    Raises:
        UserError: there is no such purpose or target; the value is not between 0 and 100; no reason; or the time is none.
    """
    _aimed(project, wanted)
    if not 0 <= wanted.value <= 100:
        raise UserError(
            f"{wanted.value:g} is no score", where="value", do="name a number from 0 (worst) to 100 (best)"
        )
    reason = words(wanted.reason, "reason")
    with store.writing() as connection:
        known_at = moment(project, connection)
        start = max(wanted.from_at or known_at, known_at)
        until = wanted.until_at or start + USUAL
        _lasting(start, until)
        given = Override(
            key=str(uuid4()),
            account_id=reached.id,
            purpose=wanted.purpose,
            target=wanted.target,
            value=float(wanted.value),
            from_at=start,
            until_at=until,
            reason=reason,
            author=by.email,
        )
        return overrides.give(connection, given, known_at=known_at, at=clock.now())


def end(
    project: Project, store: Store, reached: Reached, number: int, *, why: str = "", by: Person
) -> Override:
    """Ends an override of an account before its time.

    Raises:
        AbsentError: the account has no such override.
        ConflictError: it has ended.
    """
    said = words(why, "why", needed=False)
    with store.writing() as connection:
        found = overrides.get(connection, number)
        if found is None or found.account_id != reached.id:
            raise AbsentError(
                f"{reached.id} has no override {number}",
                do="look at what it has, on the account's page",
                by_api=f"GET /api/accounts/{reached.id}/overrides lists what it has",
            )
        known_at = moment(project, connection)
        if found.ended_at is not None or found.until_at <= known_at:
            raise ConflictError(
                f"the override {number} has ended on {found.ended_at or found.until_at:%Y-%m-%d}",
                do="give a new one, if the score is still to be corrected",
            )
        return overrides.end(connection, found, why=said, actor=by.email, known_at=known_at, at=clock.now())


def given(store: Store, reached: Reached) -> tuple[Override, ...]:
    """All overrides that an account ever had, the newest first."""
    with store.reading() as connection:
        return overrides.of(connection, reached.id)


def _aimed(project: Project, wanted: Correction) -> None:
    purposes = project.purposes()
    if wanted.purpose not in purposes:
        raise UserError(
            f"there is no purpose {wanted.purpose!r}",
            where="purpose",
            do=hint(wanted.purpose, purposes) or f"choose one of {', '.join(purposes)}",
        )
    cards = [card for card in project.scorecards if card.purpose == wanted.purpose]
    targets = sorted(
        frozenset().union(*(aims(card) for card in cards)), key=lambda name: (name != SCORE, name)
    )
    if wanted.target not in targets:
        raise UserError(
            f"no scorecard of {wanted.purpose} has a dimension or measure {wanted.target!r}",
            where="target",
            do=hint(wanted.target, targets) or f"choose one of {', '.join(targets[:20])}",
        )


def _lasting(start: datetime, until: datetime) -> None:
    if until <= start:
        raise UserError(
            f"{until:%Y-%m-%d %H:%M} is not after {start:%Y-%m-%d %H:%M}",
            where="until_at",
            do="name a later instant",
        )
    if until - start > LONGEST:
        raise UserError(
            "an override holds for a year at most",
            where="until_at",
            do="name an earlier instant; what is true for longer belongs into the scorecard",
        )
