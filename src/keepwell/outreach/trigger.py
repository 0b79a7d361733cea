"""What begins a journey."""

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from keepwell.scoring.score import Band
from keepwell.signals.expression import Expression
from keepwell.signals.window import Span

USUAL_PURPOSE = "health"
"""The purpose whose scores count where none is named."""


@dataclass(frozen=True, slots=True)
class BandEnters:
    """The account's band of a purpose has become `band`."""

    band: Band
    purpose: str = USUAL_PURPOSE


@dataclass(frozen=True, slots=True)
class BandLeaves:
    """The account's band of a purpose was `band`, and is another now."""

    band: Band
    purpose: str = USUAL_PURPOSE


@dataclass(frozen=True, slots=True)
class ScoreDrops:
    """The score is at least `by` points (above 0) below what it was at some time `within` the span before."""

    by: float
    within: Span
    purpose: str = USUAL_PURPOSE


@dataclass(frozen=True, slots=True)
class Becomes:
    """A condition over signals and attributes holds, and did not at the run before."""

    when: Expression


@dataclass(frozen=True, slots=True)
class Happens:
    """A fact of that table has become known; `where` narrows it down by its columns."""

    table: str
    where: Expression | None = None


@dataclass(frozen=True, slots=True)
class RenewalWithin:
    """A subscription falls due within the span."""

    within: Span


@dataclass(frozen=True, slots=True)
class Enters:
    """The account has come into a segment or a stage."""

    what: str  # `segment` or `stage`
    name: str


@dataclass(frozen=True, slots=True)
class MilestoneMissed:
    """A milestone was due, and has not been reached; of the name, or (`None`) any. `after`: how long it is overdue."""

    name: str | None = None
    after: Span | None = None


@dataclass(frozen=True, slots=True)
class Scheduled:
    """At the times of a cron expression, in the project's zone."""

    cron: str


@dataclass(frozen=True, slots=True)
class ByHand:
    """Only when a person, or another journey, puts an account in."""


Trigger: TypeAlias = (
    BandEnters
    | BandLeaves
    | ScoreDrops
    | Becomes
    | Happens
    | RenewalWithin
    | Enters
    | MilestoneMissed
    | Scheduled
    | ByHand
)


class Reentry(StrEnum):
    """When an account may go through a journey again."""

    NEVER = "never"
    AFTER_EXIT = "after_exit"  # once it has left it, and a cooldown is over
    PER_KEY = "per_key"  # once for each fact that triggers it: each invoice, each ticket
