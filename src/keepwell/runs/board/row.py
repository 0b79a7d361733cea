"""One account as it stands in a list."""

from dataclasses import dataclass
from datetime import datetime

from keepwell.scoring.score import Band

LONGEST = 200
"""So many characters of a name stand in a list; a file may hold any."""


@dataclass(frozen=True, slots=True)
class Cost:
    """The reason that takes most from a score: its name, what it takes in points (below 0), in words, and what to do about it (often nothing)."""

    name: str
    points: float
    text: str
    advice: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One account in a list.

    `score` is 0–100 (`None`: none, and `why_not` says why); `change` is in points since `CHANGE_DAYS` before, `band_before` the band of
    then (`None`: not known). `coverage` is 0–1. `value` and `value_at_risk` are in the project's currency: `None` where they are not known or
    hidden from the viewer. `renews_at` is the next renewal at or after the scores' instant.
    """

    account_id: str
    name: str
    owner: str
    segment: str
    stage: str
    scorecard: str
    score: float | None
    band: Band | None
    change: float | None
    band_before: Band | None
    days_in_band: int | None
    coverage: float
    value: float | None
    value_at_risk: float | None
    renews_at: datetime | None
    cost: Cost | None
    why_not: str = ""

    @property
    def called(self) -> str:
        """The account's name or, without one, its id; cut off after `LONGEST` characters."""
        name = self.name or self.account_id
        return name if len(name) <= LONGEST else name[:LONGEST] + "…"


CHANGE_DAYS = 28
"""How far back lists look for changes of scores and bands, in days."""
