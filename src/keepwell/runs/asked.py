"""What is asked of a fit."""

from dataclasses import dataclass
from enum import StrEnum


class Start(StrEnum):
    """What weights are pulled towards."""

    EQUAL = "equal"
    PRESENT = "present"


@dataclass(frozen=True, slots=True)
class Cost:
    """What it costs to miss an account that the outcome happens to, and to contact one in vain, in any one unit."""

    miss: float
    contact: float


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be fitted. Bands need a capacity (accounts that the team can look after at an as_of) or a cost."""

    weights: bool = True
    scales: bool = False
    bands: bool = False
    capacity: int | None = None
    cost: Cost | None = None
    start: Start = Start.EQUAL
