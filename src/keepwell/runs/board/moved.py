"""Why an account's score moved, and what would turn it green: worked out anew from the facts, which takes a moment."""

from dataclasses import dataclass, replace
from datetime import datetime

from keepwell.errors import UserError
from keepwell.people import Private
from keepwell.runs import grid
from keepwell.runs.accounts import Account
from keepwell.runs.board.account import found
from keepwell.runs.board.desk import Desk
from keepwell.runs.explain import USUAL_SPAN_DAYS, Case
from keepwell.runs.facts import Freshness
from keepwell.runs.grid import Fold
from keepwell.runs.score import Scoring
from keepwell.scoring.bands import Held
from keepwell.scoring.score import Band, Move, Remedy
from keepwell.warehouse.scores import KeptScores


@dataclass(frozen=True, slots=True)
class Moved:
    """Why the score moved between two instants: the parts add up exactly to `now` − `then`; none where either is missing."""

    since: datetime
    as_of: datetime
    then: float | None
    now: float | None
    parts: tuple[Move, ...]


@dataclass(frozen=True, slots=True)
class Remedies:
    """What would turn the account green, the smallest change first; empty where it is green already."""

    band: Band | None
    remedies: tuple[Remedy, ...]


def moved(desk: Desk, account_id: str, since: datetime | None = None) -> Moved:
    """Splits the change of an account's score since an instant (28 days before the scores, if none is said) by cause.

    Raises:
        AbsentError: there is no such account in the person's reach.
        UserError: `since` is not before the scores.
    """
    case = _case(desk, account_id, since)
    scores, was, sights = case.seen()
    score, earlier = case.known(scores), was.of(case.account.surrogate)
    return Moved(
        since=case.since,
        as_of=case.as_of,
        then=None if earlier is None else earlier.score,
        now=score.score,
        parts=case.moves(scores, was, score, earlier, sights),
    )


def remedies(desk: Desk, account_id: str) -> Remedies:
    """Searches for the smallest changes that would turn an account green.

    Raises:
        AbsentError: there is no such account in the person's reach.
    """
    case = _case(desk, account_id, None)
    scores, sight = case.present()
    score = case.known(scores)
    return Remedies(score.band, case.remedies(scores, score, sight))


def _case(desk: Desk, account_id: str, since: datetime | None) -> Case:
    sheet, place = found(desk, account_id)
    zone = desk.project.zone
    earlier = since or grid.before(grid.day_of(sheet.as_of, zone), USUAL_SPAN_DAYS, zone)
    if earlier >= sheet.as_of:
        raise UserError(
            f"{earlier.isoformat()} is not before the scores, which are of {sheet.as_of.isoformat()}",
            do="name an earlier day",
        )
    basis, words = desk.basis, desk.person.sees(Private.WORDS)
    revisions = tuple(each if words else replace(each, reason="") for each in basis.revisions)
    scoring = Scoring(
        warehouse=desk.warehouse,
        kept=KeptScores(desk.warehouse),
        definitions=(basis.definition,),
        as_of=sheet.as_of,
        history=desk.project.history,
        freshness=Freshness({}),
        revisions=revisions,
        chances={},  # what is at risk is read from the scores as they are kept
    )
    account = Account(int(sheet.accounts[place]), sheet.ids[place].as_py(), sheet.names[place].as_py())
    nothing_folded = Fold(basis.definition, revisions, Held.nothing())
    return Case(scoring, basis.definition, nothing_folded, account, earlier)
