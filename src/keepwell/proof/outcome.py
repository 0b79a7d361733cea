"""What an outcome is, as data: what really happened to accounts, for whom it counts, and how far ahead."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

from keepwell.signals.expression import Expression
from keepwell.signals.window import NO_TIME, Span


class Kind(StrEnum):
    """What happened."""

    CHURNED = "churned"
    CONTRACTED = "contracted"
    RENEWED = "renewed"
    EXPANDED = "expanded"
    REORDERED = "reordered"
    REFERRED = "referred"

    @property
    def adverse(self) -> bool:
        """Whether it is a loss: a low score should then go before it, and a high one before all others."""
        return self in (Kind.CHURNED, Kind.CONTRACTED)


class Counts(StrEnum):
    """What is counted: accounts, or the money that they bring."""

    LOGOS = "logos"
    REVENUE = "revenue"


class Cause(StrEnum):
    """Why an account left: because it decided to, or because a payment failed."""

    VOLUNTARY = "voluntary"
    PAYMENT_FAILURE = "payment_failure"


@dataclass(frozen=True, slots=True)
class Dated:
    """A fact with a date: the `at` column (the table's `occurred` one if not said) of every fact that satisfies `where`.

    `amount` is what it was worth, over the table's columns. `voluntary` is a condition over them that tells whether the
    customer decided it (true) or a payment failed (false); where it is unknown, so is the cause.
    """

    table: str
    at: str | None = None
    where: Expression | None = None
    amount: Expression | None = None
    voluntary: Expression | None = None


@dataclass(frozen=True, slots=True)
class Gap:
    """Cover by subscriptions ends and is not taken up again within `grace`. It happens when the cover ends.

    Subscriptions of one account that overlap or follow one another within `grace` are one cover.
    """

    table: str
    grace: Span
    where: Expression | None = None


@dataclass(frozen=True, slots=True)
class Inactive:
    """No fact of the table for as long as `after`. It happens when that time is over: the last fact's instant plus `after`."""

    table: str
    after: Span
    where: Expression | None = None


@dataclass(frozen=True, slots=True)
class Renewal:
    """A subscription falls due for renewal and the account's cover goes on beyond that day by more than `grace`."""

    table: str
    grace: Span
    where: Expression | None = None


@dataclass(frozen=True, slots=True)
class Moved:
    """The sum of `column` over the account's open facts rises (`up`) or falls by the fraction `by` or more, from and to more than 0.

    A sum of 0 that lasts no longer than `grace` is passed over: the old contract's end and the new one's beginning are one move.
    """

    table: str
    column: str
    up: bool
    by: float = 0.0
    where: Expression | None = None
    grace: Span = NO_TIME


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Data without dates: it has happened to the accounts of which `holds` is true, over `account.` attributes.

    Nothing can then be judged point in time.
    """

    holds: Expression


Event: TypeAlias = Dated | Gap | Inactive | Renewal | Moved | Snapshot


@dataclass(frozen=True, slots=True)
class Population:
    """Who is at risk as of D: active accounts of which `where` holds, over signals and `account.` attributes.

    `renewal_within`: only accounts one of whose subscriptions falls due for renewal within that time after D.
    `segments` and `stages`: only these (`None`: any).
    """

    where: Expression | None = None
    renewal_within: Span | None = None
    segments: frozenset[str] | None = None
    stages: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """One outcome by which scores are judged.

    It counts, as of D, if it happens in `[D + gap, D + gap + horizon)`: what happens within the action `gap` comes too soon to be
    acted on, and such accounts are left out. `purpose` is the purpose of the scores it judges. `cause` (`None`: any) tells which
    ends count; those of another cause are left out, and counted. `until` (naive text `YYYY-MM-DD`, `None`: the last day of the
    data) is the day up to which the data is known to be complete.
    """

    name: str
    kind: Kind
    event: Event
    horizon: Span
    gap: Span = NO_TIME
    population: Population = field(default_factory=Population)
    purpose: str = "health"
    counts: Counts = Counts.LOGOS
    cause: Cause | None = None
    label: str = ""
    until: str | None = None

    @property
    def title(self) -> str:
        """The label, or the name in words."""
        return self.label or self.name.replace("_", " ").capitalize()

    @property
    def dated(self) -> bool:
        """Whether it can be judged point in time."""
        return not isinstance(self.event, Snapshot)
