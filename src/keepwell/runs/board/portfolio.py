"""The portfolio: how all accounts in reach stand, how that came about, and the list of those that are asked for."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from keepwell.people import Private
from keepwell.runs.board.current import Current
from keepwell.runs.board.filters import Filters, Listing
from keepwell.runs.board.row import Row
from keepwell.scoring.score import Band


@dataclass(frozen=True, slots=True)
class BandLine:
    """The accounts of one band: how many, their `share` (0–1) of the scored, their worth; `before` is how many there were `CHANGE_DAYS` ago.

    Sums are in the project's currency; `None` where no value is known, or hidden from the viewer.
    """

    band: Band
    accounts: int
    share: float
    before: int
    value: float | None
    value_at_risk: float | None


@dataclass(frozen=True, slots=True)
class MoveLine:
    """The accounts that went from one band to another within `CHANGE_DAYS`, and what they are worth now."""

    before: Band
    after: Band
    accounts: int
    value: float | None


@dataclass(frozen=True, slots=True)
class Bin:
    """The accounts with a score from `low` (included) to `high` (the last bin includes 100), by the band they are in."""

    low: float
    high: float
    counts: Mapping[Band, int]

    @property
    def accounts(self) -> int:
        """How many there are."""
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True)
class Cell:
    """One field of risk × value: the accounts of a band that are worth from `low` up to `high` (`None`: without end)."""

    band: Band
    low: float
    high: float | None
    accounts: int
    value: float
    value_at_risk: float


@dataclass(frozen=True, slots=True)
class Choice:
    """Something that can be filtered by, and how many accounts in reach have it."""

    value: str
    accounts: int


@dataclass(frozen=True, slots=True)
class Choices:
    """What the accounts in reach can be filtered by."""

    segments: tuple[Choice, ...] = ()
    stages: tuple[Choice, ...] = ()
    owners: tuple[Choice, ...] = ()
    scorecards: tuple[Choice, ...] = ()


@dataclass(frozen=True, slots=True)
class PortfolioView:
    """The accounts that are within the viewer's reach and asked for.

    `total` counts them, `scored` those with a score, `unscored` the others by why not, in short. `rows` is the page that is asked for; `after` the
    cursor of the next one (`None`: it was the last). Sums are in the project's currency, `None` where no value is known or hidden
    from the viewer (`hidden` says so, and then there is no `matrix` either); `mean` is of the scores. `risk_basis` says what
    value at risk rests on. `rising` have lost most value to risk or most points within `CHANGE_DAYS` (the worst first), `ready` are those that
    the purpose expansion has in green, by value (empty, and `ready_known` false, without such a purpose), `renewals` fall due within 90 days, the next
    first.
    """

    current: Current
    filters: Filters
    listing: Listing
    total: int
    scored: int
    unscored: Mapping[str, int]
    rows: tuple[Row, ...]
    after: str | None
    mean: float | None
    value: float | None
    value_at_risk: float | None
    risk_basis: str
    bands: tuple[BandLine, ...]
    moves: tuple[MoveLine, ...]
    distribution: tuple[Bin, ...]
    matrix: tuple[Cell, ...]
    rising: tuple[Row, ...]
    ready: tuple[Row, ...]
    ready_known: bool
    renewals: tuple[Row, ...]
    choices: Choices
    hidden: frozenset[Private] = frozenset()


class By(StrEnum):
    """How a trend is divided."""

    ALL = "all"
    SEGMENT = "segment"
    STAGE = "stage"
    OWNER = "owner"
    COHORT = "cohort"
    """The year and quarter in which the account began."""


@dataclass(frozen=True, slots=True)
class Stop:
    """A group of accounts on one day: how many had a score, their mean, and how many were in each band."""

    as_of: datetime
    accounts: int
    mean: float | None
    counts: Mapping[Band, int]


@dataclass(frozen=True, slots=True)
class Series:
    """One group of accounts through time, the oldest day first. Accounts are in the group they are in today."""

    name: str
    stops: tuple[Stop, ...]


@dataclass(frozen=True, slots=True)
class TrendView:
    """The scores of the accounts in reach that are asked for, over days of the shown version's grid.

    Days are evenly apart, the last one being the grid's last; `series` has the largest groups first, at most `MOST_SERIES`; `left_out` counts the others.
    """

    current: Current
    by: By
    series: tuple[Series, ...]
    left_out: int = 0


MOST_SERIES = 8
"""How many groups a trend shows: more lines cannot be told apart."""

RENEWAL_DAYS = 90
"""How far ahead renewals are shown, in days."""
