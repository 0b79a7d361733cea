"""What the sandbox has caught, for people to look at."""

from dataclasses import dataclass

from keepwell.errors import AbsentError
from keepwell.people import Person, Private
from keepwell.store import sandbox
from keepwell.store.engine import Store
from keepwell.store.sandbox import Shown

PAGE = 50
"""So many messages are listed at once."""

HIDDEN = "–"
"""What stands for an address that the viewer does not see."""


@dataclass(frozen=True, slots=True)
class CaughtPage:
    """Messages, the newest first; `after` leads to those before them (`None`: those were all)."""

    messages: tuple[Shown, ...]
    after: int | None


def caught(store: Store, person: Person, *, before: int | None = None) -> CaughtPage:
    """A page of what was caught, from those before an entry."""
    with store.reading() as connection:
        found = sandbox.shown(connection, most=PAGE + 1, before=before)
    page = tuple(_seen(each, person) for each in found[:PAGE])
    return CaughtPage(page, page[-1].message.entry if len(found) > PAGE else None)


def message(store: Store, person: Person, entry: int) -> Shown:
    """One message that was caught.

    Raises:
        AbsentError: there is none of that number.
    """
    with store.reading() as connection:
        found = sandbox.shown(connection, most=1, before=entry + 1)
    if not found or found[0].message.entry != entry:
        raise AbsentError(f"the sandbox has caught no message {entry}", do="look at the page Sandbox")
    return _seen(found[0], person)


def _seen(shown: Shown, person: Person) -> Shown:
    if person.sees(Private.CONTACTS):
        return shown
    return Shown(shown.message, shown.account_id, shown.journey, shown.channel, HIDDEN)
