"""Preferences: what somebody has said of how they want to be written to, as the arbiter goes by it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from keepwell.outreach.caps import Cap, Per
from keepwell.signals.window import Span, Unit


class Frequency(StrEnum):
    """How often somebody wants to be written to at most, transactional messages apart."""

    ANY = "any"
    WEEKLY = "weekly"
    MONTHLY = "monthly"


_SPANS = {Frequency.WEEKLY: Span(1, Unit.WEEKS), Frequency.MONTHLY: Span(1, Unit.MONTHS)}


@dataclass(frozen=True, slots=True)
class Preferences:
    """What somebody wants: `declined` categories and `unwanted` channels never, nothing until `paused_until`.

    `sharing`: whether their data may be shared with others (`None`: they have not said, which is no yes).
    """

    declined: frozenset[str] = frozenset()
    unwanted: frozenset[str] = frozenset()
    frequency: Frequency = Frequency.ANY
    paused_until: datetime | None = None
    sharing: bool | None = None

    @property
    def caps(self) -> tuple[Cap, ...]:
        """The cap that they have set themselves, beside those of the firm."""
        span = _SPANS.get(self.frequency)
        return () if span is None else (Cap(1, span, Per.CONTACT),)


NONE = Preferences()
"""Of somebody who has said nothing."""


def together(each: Iterable[Preferences]) -> Preferences:
    """What holds for somebody who has said something by several of their addresses: whatever any of it keeps away."""
    said = tuple(each)
    pauses = [one.paused_until for one in said if one.paused_until is not None]
    sharing = [one.sharing for one in said if one.sharing is not None]
    return Preferences(
        declined=frozenset[str]().union(*(one.declined for one in said)),
        unwanted=frozenset[str]().union(*(one.unwanted for one in said)),
        frequency=max((one.frequency for one in said), key=list(Frequency).index, default=Frequency.ANY),
        paused_until=max(pauses, default=None),
        sharing=all(sharing) if sharing else None,
    )
