"""One thing that evidence says, for people."""

from dataclasses import dataclass
from enum import StrEnum


class Tone(StrEnum):
    """How a statement is to be taken, the gravest first."""

    ALARM = "alarm"
    """It should stop whoever reads it."""

    CAUTION = "caution"
    PLAIN = "plain"
    GOOD = "good"


class Topic(StrEnum):
    """What a statement is about."""

    METHOD = "method"
    """Not point in time, judged on what it was fitted on, bands seen only now and then."""

    DATA = "data"
    """What was judged, what could not be, and whom outreach reached."""

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
    """A sentence or two, ending with a full stop."""

    topic: Topic
    tone: Tone
    text: str
