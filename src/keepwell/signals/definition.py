"""What a signal is: one measured quantity per account at an instant, as data."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from keepwell.signals.expression import Expression, Name, names
from keepwell.signals.kinds import AS_OF
from keepwell.signals.window import Span, Window


class How(StrEnum):
    """How an aggregate turns an account's facts into one value. `signals.reference` is the exact meaning of each."""

    COUNT = "count"
    SUM = "sum"
    MEAN = "mean"
    MEDIAN = "median"
    MIN = "min"
    MAX = "max"
    LAST = "last"
    DISTINCT = "distinct"
    ACTIVE_DAYS = "active_days"
    DAYS_SINCE_LAST = "days_since_last"
    DAYS_UNTIL = "days_until"
    OPEN = "open"
    DURATION = "duration"
    RATE = "rate"
    GAP_RATIO = "gap_ratio"
    TREND = "trend"


class State(StrEnum):
    """Which facts of a table with beginnings and ends count: those open as of D, or those ended by then."""

    OPEN = "open"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Aggregate:
    """A value from an account's facts in one canonical table.

    A fact counts if it is visible as of D, satisfies `where` and `state`, and its `at` instant (the table's `occurred`
    column if not said) lies in the window (all the past if not said). `column` is the value aggregated: a column or an
    expression over columns; of `distinct` it defaults to `contact`, and `days_until` reads the instant column it names.
    `duration` takes the mean of `column`, or of the time from the table's `occurred` to its `end`, over what ended in the window.
    `per` is the period of `rate` and of `trend`'s buckets. `unit` is what `duration` counts in: hours or days.
    """

    how: How
    table: str
    where: Expression | None = None
    column: Expression | None = None
    window: Window | None = None
    at: str | None = None
    state: State | None = None
    per: Span | None = None
    hours: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """`(of - against) / against`, as a fraction; unknown if either is, or if `against` is zero."""

    of: str
    against: str


@dataclass(frozen=True, slots=True)
class Ratio:
    """`of / to`; unknown if either is, or if `to` is zero."""

    of: str
    to: str


@dataclass(frozen=True, slots=True)
class Formula:
    """An expression over other signals and `account.` attributes."""

    expression: Expression


@dataclass(frozen=True, slots=True)
class Predicted:
    """What a fitted model says of the account, 0–1, from other signals and `account.` attributes (`inputs`).

    No statement computes it: the model is asked once its inputs are measured. `tables` are those whose facts it reads itself.
    """

    inputs: tuple[str, ...]
    tables: tuple[str, ...] = ()


Meaning: TypeAlias = Aggregate | Change | Ratio | Formula | Predicted


class Direction(StrEnum):
    """Whether more of the signal is good or bad for the customer's health, as far as the team believes."""

    HIGHER_IS_BETTER = "higher_is_better"
    LOWER_IS_BETTER = "lower_is_better"


@dataclass(frozen=True, slots=True)
class Signal:
    """One measured quantity.

    `missing` is the value that stands for "nothing there" while every feed below the signal is alive; `None` leaves it
    unknown; `missing_said` tells whether the project declared it. A silent feed makes the signal unknown always.
    """

    name: str
    meaning: Meaning
    label: str = ""
    unit: str = ""
    direction: Direction | None = None
    missing: float | int | None = None
    missing_said: bool = False
    about: str = ""

    @property
    def title(self) -> str:
        """The label, or the name in words."""
        return self.label or self.name.replace("_", " ").capitalize()


@dataclass(frozen=True, slots=True)
class Feed:
    """A source that fills a canonical table and is alive as of D if a fact of it occurred in `[D - fresh_within, D)`."""

    source: str
    table: str
    fresh_within: Span


ACCOUNT = "account."
"""How an expression over signals names an account's attribute."""


def needs(signal: Signal) -> Iterator[str]:
    """The names of the signals that a signal is computed from; account attributes and `as_of` are not among them."""
    match signal.meaning:
        case Change(of, against):
            yield from (of, against)
        case Ratio(of, to):
            yield from (of, to)
        case Formula(expression):
            yield from (name for name in names(expression) if name != AS_OF and not name.startswith(ACCOUNT))
        case Predicted(inputs):
            yield from (name for name in inputs if not name.startswith(ACCOUNT))
        case Aggregate():
            return


def attributes(expression: Expression | None) -> Iterator[str]:
    """The account attributes, without their prefix, that an expression over signals uses."""
    if expression is not None:
        yield from (name.removeprefix(ACCOUNT) for name in names(expression) if name.startswith(ACCOUNT))


def contact() -> Expression:
    """The column that `distinct` counts if none is said."""
    return Name("contact")
