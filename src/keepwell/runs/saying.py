"""What holds for everything that somebody says: when it counts as said, what can be kept as words, and to whom its reasons are shown."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TypeVar

from keepwell import clock
from keepwell.errors import UserError
from keepwell.people import Person, Private
from keepwell.project.project import Project
from keepwell.store import outbox
from keepwell.store.engine import Connection
from keepwell.store.feedback import Feedback
from keepwell.store.pulses import Pulse

MOST = 10_000
"""So many characters somebody can write at once."""

S = TypeVar("S", Pulse, Feedback)

_SECOND, _TICK = timedelta(seconds=1), timedelta(microseconds=1)


def moment(project: Project, connection: Connection) -> datetime:
    """When something counts as said that is said now.

    In a project whose instant is pinned everything is said in the last second before it, one thing after the other, so that its
    scores know of it.
    """
    if project.as_of is None:
        return clock.now()
    start = project.as_of - _SECOND
    last = outbox.last_known(connection, start, project.as_of - _TICK)
    return start if last is None else last + _TICK


def reasons_shown(said: Iterable[S], to: Person) -> tuple[S, ...]:
    """What was said as it is shown to somebody: where words are hidden from them, without the reasons of others."""
    shown = to.sees(Private.WORDS)
    return tuple(each if shown or each.author == to.email else replace(each, reason="") for each in said)


def words(text: str, what: str, *, needed: bool = True, most: int = MOST) -> str:
    """Somebody's words as they are kept, without blanks around them. `what` they are is said where they cannot be.

    Raises:
        UserError: there are none and they are `needed`, there are too many, or they are no text.
    """
    said = text.strip()
    if needed and not said:
        raise UserError(f"{what} is missing", where=what, do="say it in a few words")
    if len(said) > most:
        raise UserError(f"{what} has {len(said):,} characters", where=what, do=f"say it in {most:,}")
    if "\0" in said or any("\ud800" <= each <= "\udfff" for each in said):
        raise UserError(f"{what} holds a character that is none", where=what, do="leave it out")
    return said
