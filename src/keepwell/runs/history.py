"""An account's scores through time."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from keepwell.project.project import Project
from keepwell.runs import purposes
from keepwell.runs.accounts import Account, find
from keepwell.runs.applied import Period
from keepwell.scoring.bands import band_of
from keepwell.scoring.definition import Definition
from keepwell.scoring.score import Band
from keepwell.warehouse.protocol import Warehouse
from keepwell.warehouse.scores import KeptScores
from keepwell.warehouse.stretches import Grid, Past


@dataclass(frozen=True, slots=True)
class Moment:
    """An account's score at one instant: on a day of the grid, or where a run was asked for (`asked`).

    It is `restated` where the version was applied only later: then another version's score stands beside it.
    """

    as_of: datetime
    score: float | None
    band: Band | None
    version: str
    asked: bool
    restated: bool = False


@dataclass(frozen=True, slots=True)
class History:
    """An account's kept scores for one purpose, the oldest first; `version` is that of the present definitions."""

    account: Account
    purpose: str
    moments: tuple[Moment, ...]
    version: str


def history(
    project: Project,
    warehouse: Warehouse,
    account: str,
    *,
    purpose: str | None = None,
    periods: Sequence[Period] = (),
) -> History:
    """An account's kept scores: the days of the present version's grid, those of earlier versions while they were applied, and every
    run that was asked for, of any version.

    Where two speak of the same instant and version, it is told once. Nothing is computed: before the first `score` there is
    nothing. `periods` say which version was applied when, the oldest first.

    Raises:
        UserError: there is no such account or purpose.
    """
    definition = purposes.definition(project, purpose or project.purposes()[0])
    found = find(warehouse, account)
    kept = KeptScores(warehouse)
    present = _Version.of(kept, definition, tuple(periods))
    days = {(past.as_of, past.version): past for past in kept.trend(definition.version, found.surrogate)}
    days |= {(past.as_of, past.version): past for past in present.earlier(found.surrogate)}
    asked = {(past.as_of, past.version): past for past in kept.asked(definition.purpose, found.surrogate)}
    moments = [
        Moment(past.as_of, past.score, band_of(past.band), past.version, key in asked, present.restates(past))
        for key, past in sorted({**days, **asked}.items())
    ]
    return History(found, definition.purpose, tuple(moments), definition.version)


@dataclass(frozen=True, slots=True)
class _Version:
    """The present version of a purpose's scores among those that were applied: `since` when (`None`: never), `first` of all or not.

    `grid` is what was folded of it, `again` the stretches of that which restate.
    """

    kept: KeptScores
    version: str
    purpose: str
    periods: tuple[Period, ...]
    since: datetime | None
    first: bool
    grid: Grid
    again: frozenset[int]

    @classmethod
    def of(cls, kept: KeptScores, definition: Definition, periods: tuple[Period, ...]) -> "_Version":
        """Reads what is kept of it."""
        version, purpose = definition.version, definition.purpose
        mine = [period.since for period in periods if period.definitions.get(purpose) == version]
        first = bool(periods) and periods[0].definitions.get(purpose) == version
        grid, again = kept.grid(version), kept.restated(version)
        return cls(kept, version, purpose, periods, min(mine, default=None), first, grid, again)

    def earlier(self, account: int) -> Iterator[Past]:
        """The days of other versions while they were applied; those of the first one also before that."""
        for place, period in enumerate(self.periods):
            version = period.definitions.get(self.purpose)
            if version is None or version == self.version:
                continue
            for past in self.kept.trend(version, account):
                begun = place == 0 or period.since <= past.as_of
                if begun and (period.until is None or past.as_of < period.until):
                    yield past

    def restates(self, past: Past) -> bool:
        """Whether a score is the present version's, of a time before it was applied."""
        if past.version != self.version or self.since is None or past.as_of >= self.since:
            return False
        return not self.first or (past.on_grid and self.grid.run(past.as_of) in self.again)
