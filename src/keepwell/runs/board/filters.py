"""Which accounts are wanted, in which order, and what is shown of them: what a page's address or a saved view says."""

from dataclasses import dataclass
from enum import StrEnum

from keepwell.scoring.score import Band


class Column(StrEnum):
    """What can be shown of an account in a list, and sorted by."""

    ACCOUNT = "account"
    OWNER = "owner"
    SEGMENT = "segment"
    STAGE = "stage"
    SCORE = "score"
    CHANGE = "change"
    BAND = "band"
    DAYS_IN_BAND = "days_in_band"
    COVERAGE = "coverage"
    VALUE = "value"
    VALUE_AT_RISK = "value_at_risk"
    RENEWS_AT = "renews_at"
    REASON = "reason"

    @property
    def heading(self) -> str:
        """The heading of the column."""
        return self.value.replace("_", " ").capitalize()


USUAL_COLUMNS = (
    Column.ACCOUNT,
    Column.BAND,
    Column.SCORE,
    Column.CHANGE,
    Column.VALUE_AT_RISK,
    Column.RENEWS_AT,
    Column.OWNER,
    Column.REASON,
)
"""What is shown unless something else is asked for."""

UNSORTED = frozenset({Column.REASON})
"""Columns that no list can be sorted by."""


class Moved(StrEnum):
    """Which way an account's band went within the span that changes are told over."""

    WORSE = "worse"
    BETTER = "better"


@dataclass(frozen=True, slots=True)
class Filters:
    """The accounts that are wanted; what is empty or `None` asks nothing.

    Of several segments (stages, bands, owners, scorecards) any will do; owners are compared without regard to case. `text` is looked for in names
    and ids. Ranges include both ends: scores are 0–100, values in the project's currency. `renews_within` counts days ahead. `moved`
    is of the band; `unscored` asks for the accounts without a score instead.
    """

    segments: tuple[str, ...] = ()
    stages: tuple[str, ...] = ()
    bands: tuple[Band, ...] = ()
    owners: tuple[str, ...] = ()
    scorecards: tuple[str, ...] = ()
    text: str = ""
    least_score: float | None = None
    most_score: float | None = None
    least_value: float | None = None
    most_value: float | None = None
    renews_within: int | None = None
    moved: Moved | None = None
    unscored: bool = False

    @property
    def any(self) -> bool:
        """Whether anything is asked."""
        return self != Filters()


@dataclass(frozen=True, slots=True)
class Listing:
    """How a list is shown: `after` is the cursor of the page before (empty: the first page), `size` accounts a page.

    Sorted ascending unless `descending`; accounts without a value of that column come last either way. Without a `sort` what is most at
    risk comes first; where no value is known, or none is shown to the viewer, the lowest score.
    """

    sort: Column | None = None
    descending: bool = False
    after: str = ""
    size: int = 50
    columns: tuple[Column, ...] = USUAL_COLUMNS
