"""What the accounts in reach can be filtered by."""

from dataclasses import dataclass

import numpy as np

from keepwell.runs.board.sheet import Sheet
from keepwell.scoring.observed import Bools, Groups


@dataclass(frozen=True, slots=True)
class Choice:
    """Something that can be filtered by, and how many accounts in reach have it."""

    value: str
    accounts: int


@dataclass(frozen=True, slots=True)
class Choices:
    """What the accounts in reach can be filtered by, each by name."""

    segments: tuple[Choice, ...] = ()
    stages: tuple[Choice, ...] = ()
    owners: tuple[Choice, ...] = ()
    scorecards: tuple[Choice, ...] = ()


def choices(sheet: Sheet, reached: Bools) -> Choices:
    """The segments, stages, owners and scorecards of the active accounts in reach."""
    within = reached & sheet.active
    return Choices(
        *(_each(groups, within) for groups in (sheet.segments, sheet.stages, sheet.owners, sheet.scorecards))
    )


def _each(groups: Groups, within: Bools) -> tuple[Choice, ...]:
    counts = np.bincount(groups.codes[within], minlength=len(groups.names))
    found = [
        Choice(name, int(count)) for name, count in zip(groups.names, counts, strict=True) if name and count
    ]
    return tuple(sorted(found, key=lambda choice: (choice.value.casefold(), choice.value)))
