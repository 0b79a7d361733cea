"""A score one can argue with: what it is, what it is made of, and how it came to move."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Band(StrEnum):
    """Green, yellow or red."""

    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"


class Step(StrEnum):
    """What a reason speaks of, in the order of application."""

    MEASURE = "measure"
    RULE = "rule"
    CLAMP = "clamp"
    ROLL_UP = "roll_up"
    CAP = "cap"
    OVERRIDE = "override"


@dataclass(frozen=True, slots=True)
class Reason:
    """One exact contribution to a score.

    `name` is the measure's, rule's or cap's name, or the override's target; `points` what it adds to the baseline;
    `text` says so in words; `value` is the signal's value (`None`: unknown), `scaled` its 0–100.
    """

    step: Step
    name: str
    points: float
    text: str
    dimension: str = ""
    value: float | None = None
    scaled: float | None = None
    weight: float = 0.0
    advice: str = ""


@dataclass(frozen=True, slots=True)
class Score:
    """An account's score for one purpose as of an instant.

    `score` and `computed_score` are 0–100 (`None`: not scored, and `why_not` says why); `computed_score` is before any
    override. `baseline` and the points of all `reasons` add up to `score`. `coverage` is the share (0–1) of weight with
    fresh data. `value` is the account's worth in the project's currency, `value_at_risk` the part of it that `risk_basis`
    says is at risk. `days_in_band` counts whole days since the band was entered; `previous_band` is the last grid
    band before this one.
    """

    account_id: str
    name: str
    as_of: datetime
    purpose: str
    score: float | None
    computed_score: float | None
    band: Band | None
    coverage: float
    scorecard: str
    segment: str
    stage: str
    value: float | None
    value_at_risk: float | None
    risk_basis: str
    baseline: float
    reasons: tuple[Reason, ...]
    version: str
    why_not: str = ""
    owner: str = ""
    previous_band: Band | None = None
    days_in_band: int | None = None


@dataclass(frozen=True, slots=True)
class Move:
    """One part of the change between two scores: `cause` in the design's fixed order, and its exact points."""

    cause: str
    points: float
    text: str


@dataclass(frozen=True, slots=True)
class Remedy:
    """The smallest change of one measure (or the lifting of one cap) that reaches the green threshold.

    `target` is the signal's value that would do; `None` where no value of this one alone is enough, and then `points`
    is the most it could add. Of a cap there is no target: `points` is what its lifting adds. `reaches` is the score that
    follows, `enough` whether that is green. A remedy with `steps` is several taken together, each step's points being what
    it adds after those before it.
    """

    name: str
    current: float | None
    target: float | None
    points: float
    text: str
    reaches: float = 0.0
    enough: bool = True
    steps: tuple["Remedy", ...] = ()


@dataclass(frozen=True, slots=True)
class Explanation:
    """Everything `keepwell explain` shows of one account and purpose."""

    score: Score
    since: Score | None
    moves: tuple[Move, ...]
    remedies: tuple[Remedy, ...]
    trend: tuple[tuple[datetime, float | None, Band | None], ...]
