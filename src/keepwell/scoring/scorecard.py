"""What a scorecard is, as data: dimensions of weighted, scaled measures, rules in points, caps, bands and policies."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

from keepwell.signals.expression import Expression


@dataclass(frozen=True, slots=True)
class Line:
    """A piecewise linear scale through (value, points) knots, values rising, points 0–100; flat beyond its ends."""

    knots: tuple[tuple[float, float], ...]


class Peers(StrEnum):
    """Among whom a percentile is taken."""

    SEGMENT = "segment"
    STAGE = "stage"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Percentile:
    """The share of peers that an account is better than, 0–100; ties count half."""

    within: Peers
    higher_is_better: bool = True


Scale: TypeAlias = Line | Percentile


class Missing(StrEnum):
    """What an unknown measure does."""

    REDISTRIBUTE = "redistribute"  # hands its weight to the known ones of its dimension
    NEUTRAL = "neutral"  # counts as 50
    WORST = "worst"  # counts as 0


class RollUp(StrEnum):
    """How a parent account's own score combines with its children's."""

    WORST = "worst"
    MEAN = "mean"
    VALUE = "value"


class Reference(StrEnum):
    """What contributions are measured from: full marks, or the mean scaled value of the account's segment."""

    FULL = "100"
    SEGMENT_MEAN = "segment_mean"


@dataclass(frozen=True, slots=True)
class Measure:
    """A signal inside a scorecard: scaled to 0–100 and weighted. `advice` says what to do when this is the reason.

    `actionable` says whether anybody can move it, so that a remedy may name it; `None`: as its facts suggest.
    """

    signal: str
    weight: float
    scale: Scale
    advice: str = ""
    actionable: bool | None = None


@dataclass(frozen=True, slots=True)
class Dimension:
    """A named group of measures with its own weight."""

    name: str
    weight: float
    measures: tuple[Measure, ...]


@dataclass(frozen=True, slots=True)
class Cap:
    """While `when` holds, the score is at most `at_most`."""

    name: str
    when: Expression
    at_most: float
    because: str = ""
    advice: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """While `when` holds, `points` are added (or taken, if negative)."""

    name: str
    when: Expression
    points: float
    because: str = ""
    advice: str = ""


@dataclass(frozen=True, slots=True)
class Bands:
    """Green from `green` up, yellow from `yellow` up, red below; a way up needs `hysteresis` points more."""

    green: float = 70
    yellow: float = 40
    hysteresis: float = 3


@dataclass(frozen=True, slots=True)
class Fitted:
    """That weights, scales or bands come from outcomes: of which outcome, and from which days (`YYYY-MM-DD`).

    `first` is the first instant learned from, `last` the day up to which outcomes were used, `on` the day of the fit. Evidence
    between `first` and `last` judges the scorecard by what it was made from. It says where a scorecard comes from, not what it
    means, and so is no part of its version.
    """

    outcome: str
    first: str
    last: str
    on: str


@dataclass(frozen=True, slots=True)
class Scorecard:
    """How one purpose is scored for the accounts of some segments and stages (`None`: any)."""

    name: str
    purpose: str = "health"
    segments: frozenset[str] | None = None
    stages: frozenset[str] | None = None
    dimensions: tuple[Dimension, ...] = ()
    caps: tuple[Cap, ...] = ()
    rules: tuple[Rule, ...] = ()
    base: float = 50.0
    reference: Reference = Reference.FULL
    bands: Bands = field(default_factory=Bands)
    missing: Missing = Missing.REDISTRIBUTE
    min_coverage: float = 0.6
    roll_up: RollUp | None = None
    fitted: Fitted | None = None

    @property
    def measures(self) -> tuple[Measure, ...]:
        """Every measure, in the order of the dimensions."""
        return tuple(measure for dimension in self.dimensions for measure in dimension.measures)
