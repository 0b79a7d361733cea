"""Responses: what comes back of a message, by whom, and what a journey may make of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Kind(StrEnum):
    """What can come back of a message."""

    OPENED = "opened"  # or read in the app
    CLICKED = "clicked"
    REPLIED = "replied"
    DISMISSED = "dismissed"  # in the app
    UNSUBSCRIBED = "unsubscribed"
    BOUNCED = "bounced"
    COMPLAINED = "complained"
    AUTO_REPLIED = "auto_replied"  # somebody is away, or a machine has got it: it has arrived
    ANSWERED = "answered"  # a survey in it


@dataclass(frozen=True, slots=True)
class Response:
    """Something that came back of an entry of the ledger.

    `by_machine`: a scanner or a prefetcher did it, not a person. `detail`: a click's target, a bounce's class, a survey's name. `mark` is by
    what the same response is known when it is told twice (`None`: each counts).
    """

    entry: int
    kind: Kind
    at: datetime
    by_machine: bool = False
    detail: str = ""
    mark: str | None = None


IMPLIED = {
    Kind.OPENED: frozenset({Kind.OPENED, Kind.CLICKED, Kind.REPLIED, Kind.ANSWERED}),
    Kind.CLICKED: frozenset({Kind.CLICKED, Kind.ANSWERED}),
    Kind.REPLIED: frozenset({Kind.REPLIED}),
}
"""Which responses of a person say that a message was opened, clicked or replied to: who clicks has opened it, whether or not pictures were loaded."""


def first(kind: Kind, responses: Iterable[Response]) -> datetime | None:
    """When a person first opened, clicked or replied, as far as that is known; what machines did does not count."""
    said = (each.at for each in responses if each.kind in IMPLIED[kind] and not each.by_machine)
    return min(said, default=None)
