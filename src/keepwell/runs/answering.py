"""Feedback: somebody answers the question whether a score is right."""

from uuid import uuid4

from keepwell import clock
from keepwell.errors import UserError
from keepwell.people import Person
from keepwell.project.project import Project
from keepwell.runs.reaching import Reached
from keepwell.runs.saying import moment, reasons_shown, words
from keepwell.scoring.bands import band_of
from keepwell.sql.shown import last_score
from keepwell.store import feedback
from keepwell.store.engine import Store
from keepwell.store.feedback import Feedback, Verdict
from keepwell.warehouse.protocol import Warehouse


def answer(
    project: Project,
    warehouse: Warehouse,
    store: Store,
    reached: Reached,
    *,
    verdict: Verdict,
    purpose: str = "health",
    reason: str = "",
    by: Person,
) -> Feedback:
    """Keeps what somebody says of the last score that was kept of an account, and which score that was.

    Raises:
        UserError: there is no such purpose, or the reason is too long.
    """
    if purpose not in project.purposes():
        do = f"choose one of {', '.join(project.purposes())}"
        raise UserError(f"there is no purpose {purpose!r}", where="purpose", do=do)
    said = words(reason, "reason", needed=False)
    score, band = shown(warehouse, reached, purpose)
    with store.writing() as connection:
        at = moment(project, connection)
        given = Feedback(str(uuid4()), reached.id, purpose, score, band, verdict, said, by.email, at)
        return feedback.give(connection, given, clock.now())


def given(store: Store, reached: Reached, *, to: Person) -> tuple[Feedback, ...]:
    """All that was said of an account's scores, the newest first; where words are hidden from somebody, without others' reasons."""
    with store.reading() as connection:
        found = feedback.of(connection, reached.id)
    return reasons_shown(found, to)


def shown(warehouse: Warehouse, reached: Reached, purpose: str) -> tuple[float | None, str | None]:
    """The score and band that were kept last of an account; `None` where there was none."""
    if not warehouse.has("scores.scores"):
        return None, None
    for row in warehouse.query(last_score(reached.account.surrogate, purpose)).to_pylist():
        band = None if row["band"] is None else band_of(row["band"])
        return row["score"], None if band is None else str(band)
    return None, None
