"""What is kept of a grid: stretches of days, of which a later one counts where it covers a day again."""

from dataclasses import dataclass
from datetime import datetime

from keepwell.scoring.bands import Held
from keepwell.scoring.observed import Floats, Trits


@dataclass(frozen=True, slots=True)
class Stretch:
    """A run of consecutive grid days that was folded at once, over the facts of loads up to `load`."""

    run: int
    first: datetime
    last: datetime
    load: int

    def covers(self, day: datetime) -> bool:
        """Whether the day is among them."""
        return self.first <= day <= self.last


@dataclass(frozen=True, slots=True)
class Grid:
    """The stretches of a version's grid, the oldest first."""

    stretches: tuple[Stretch, ...]

    def __bool__(self) -> bool:
        return bool(self.stretches)

    @property
    def first(self) -> datetime:
        """The first day that was folded."""
        return min(stretch.first for stretch in self.stretches)

    @property
    def last(self) -> datetime:
        """The last day that was folded."""
        return max(stretch.last for stretch in self.stretches)

    @property
    def load(self) -> int:
        """The latest load that every day of the grid has seen as far as it was known then."""
        return max(stretch.load for stretch in self.stretches)

    def run(self, day: datetime) -> int | None:
        """The stretch that counts for a day; `None`: the grid does not cover it."""
        return max((stretch.run for stretch in self.stretches if stretch.covers(day)), default=None)


@dataclass(frozen=True, slots=True)
class Day:
    """What a grid keeps of one day: each account's score (NaN: none) and band that day, and what it holds after it."""

    as_of: datetime
    scores: Floats
    bands: Trits
    held: Held


@dataclass(frozen=True, slots=True)
class Past:
    """One kept score of an account: on a grid day, or of a run that was asked for."""

    as_of: datetime
    score: float | None
    band: int
    version: str
    on_grid: bool
