"""Which accounts a person's work reaches."""

from dataclasses import dataclass
from enum import StrEnum


class Scope(StrEnum):
    """How far somebody sees: their own accounts, those of their team, those of some segments, or all."""

    OWN = "own"
    TEAM = "team"
    SEGMENT = "segment"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Reach:
    """The accounts that somebody may see and act on.

    `owners`: the owners whose accounts count, for the scopes own (their own name) and team (those of its members), compared
    without regard to case; `segments`: the segments, for the scope segment.
    """

    scope: Scope
    owners: frozenset[str] = frozenset()
    segments: frozenset[str] = frozenset()

    @property
    def whole(self) -> bool:
        """Whether it is all accounts, and so what is told of the firm's data as a whole."""
        return self.scope is Scope.ALL

    def covers(self, owner: str, segment: str) -> bool:
        """Whether an account of that owner and segment is within reach; an account without an owner is nobody's own."""
        if self.whole:
            return True
        if self.scope is Scope.SEGMENT:
            return segment in self.segments
        return bool(owner) and owner.casefold() in {name.casefold() for name in self.owners}


EVERYTHING = Reach(Scope.ALL)
"""All accounts."""
