"""Reviews: when people are to look at the score again, and when they last did."""

from datetime import datetime
from pathlib import Path

from keepwell import clock
from keepwell.errors import UserError
from keepwell.project.governance import Every
from keepwell.project.project import Project
from keepwell.signals.window import Span, Unit
from keepwell.store.address import address
from keepwell.store.opening import reading

LENGTH = {Every.MONTH: Span(1, Unit.MONTHS), Every.QUARTER: Span(3, Unit.MONTHS)}


def review_due(project: Project, applied: datetime | None, now: datetime) -> datetime | None:
    """Since when the score should have been reviewed: a month or a quarter after it last was, or was applied, whichever is later.

    `None`: it is not due yet, nothing was applied, or no reviews are declared.

    Raises:
        StoreError: the store cannot be read.
    """
    if project.governance.reviews is None or applied is None:
        return None
    last = _last(project.folder)
    due = LENGTH[project.governance.reviews].after(
        applied if last is None else max(applied, last), project.zone
    )
    return due if due <= now else None


def reviewed(project: Project, *, note: str, actor: str) -> None:
    """Notes that people have looked at the version in force, and what they say of it.

    Raises:
        UserError: nothing is said.
        StoreError: the store cannot be written.
    """
    if not note.strip():
        raise UserError("a review needs a word on what was found", do="type --reviewed and what it was")
    from keepwell.store import audit, engine
    from keepwell.store.audit import Event

    with engine.made(address(project.folder)).writing() as connection:
        event, about = Event.SCORE_REVIEWED, project.version()
        audit.note(connection, event, about, actor, clock.now(), note=note.strip())


def _last(folder: Path) -> datetime | None:
    """When the score was last reviewed."""
    with reading(folder) as connection:
        if connection is None:
            return None
        from keepwell.store import audit
        from keepwell.store.audit import Event

        entry = audit.last(connection, Event.SCORE_REVIEWED)
    return None if entry is None else entry.at
