"""Evidence in plain words."""

from dataclasses import dataclass
from enum import StrEnum


class Grade(StrEnum):
    """What the evidence comes to."""

    TOO_LITTLE_DATA = "too_little_data"
    NO_SIGNAL = "no_usable_signal"
    UPSIDE_DOWN = "upside_down"
    WEAK = "weak"
    USEFUL = "useful"
    STRONG = "strong"


class Tone(StrEnum):
    """How a statement is to be taken."""

    ALARM = "alarm"
    """It should stop whoever reads it."""

    CAUTION = "caution"
    GOOD = "good"
    PLAIN = "plain"


class Topic(StrEnum):
    """What a statement is about."""

    DATA = "data"
    """What could not be judged, and what that means for the figures."""

    METHOD = "method"
    """Not point in time, tested on what it was fitted on, bands seen only now and then."""

    RANKING = "ranking"
    CAPACITY = "capacity"
    BANDS = "bands"
    GREEN_BEFORE = "green_before"
    WARNING = "warning"
    CALIBRATION = "calibration"
    BASELINES = "baselines"
    SLICES = "slices"


@dataclass(frozen=True, slots=True)
class Statement:
    """One sentence or two for people, ending with a full stop."""

    topic: Topic
    tone: Tone
    text: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """`headline` says the most important thing in one sentence; `statements` the rest, the gravest first."""

    grade: Grade
    headline: str
    statements: tuple[Statement, ...]
