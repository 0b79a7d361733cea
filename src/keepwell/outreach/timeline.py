"""What is known of an account, and from when on: what a journey goes by.

Only the instant at which something became known counts. A fact that comes late, or that is dated back, acts from when it is known;
it never undoes what was done before.
"""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import pairwise
from types import MappingProxyType

from keepwell.scoring.score import Band
from keepwell.signals.meaning import Value

_NOTHING: Mapping[str, Value] = MappingProxyType({})
_NO_BANDS: Mapping[str, Band] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Known:
    """What is known from an instant on, until more is: signals and attributes by name, and the band of each purpose."""

    at: datetime
    values: Mapping[str, Value] = field(default_factory=lambda: _NOTHING)
    bands: Mapping[str, Band] = field(default_factory=lambda: _NO_BANDS)


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened, and has become known at an instant."""

    at: datetime
    name: str


_BEFORE_ALL = Known(datetime.min.replace(tzinfo=UTC))


@dataclass(frozen=True, slots=True)
class Timeline:
    """What is known of an account over time, each sort in the order of instants.

    Whoever advances an enrollment hands in what was known when that was last advanced, and all that has become known since.

    Raises:
        ValueError: the instants are out of order.
    """

    known: tuple[Known, ...] = ()
    events: tuple[Event, ...] = ()

    def __post_init__(self) -> None:
        if _disordered(self.known) or _disordered(self.events):
            raise ValueError("what is known comes in the order of instants")

    def at(self, instant: datetime) -> Known:
        """What is known at an instant; before anything is, nothing."""
        if self.known and self.known[-1].at <= instant:
            return self.known[-1]
        found = bisect_right(self.known, instant, key=_instant)
        return self.known[found - 1] if found else _BEFORE_ALL

    def next_after(self, instant: datetime) -> datetime | None:
        """The first instant after one at which something becomes known."""
        known, event = _after(self.known, instant), _after(self.events, instant)
        if known is None or event is None:
            return event if known is None else known
        return min(known, event)

    def happened(self, name: str, after: datetime, until: datetime) -> bool:
        """Whether an event of the name has become known after one instant, and by another."""
        if not self.events:
            return False
        begin = bisect_right(self.events, after, key=_instant)
        end = bisect_right(self.events, until, key=_instant)
        return any(event.name == name for event in self.events[begin:end])


def _disordered(of: Sequence[Known] | Sequence[Event]) -> bool:
    instants = [each.at for each in of]
    return any(one > other for one, other in pairwise(instants))


def _instant(of: Known | Event) -> datetime:
    return of.at


def _after(of: Sequence[Known] | Sequence[Event], instant: datetime) -> datetime | None:
    if not of or of[-1].at <= instant:
        return None
    return of[bisect_right(of, instant, key=_instant)].at
