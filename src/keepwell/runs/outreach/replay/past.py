"""The past as waves of runs: each day of the grid is measured and scored as of then, as if a run of scores had been made at its midnight."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from math import isnan

import numpy as np

from keepwell.outreach.trigger import ScoreDrops
from keepwell.project.project import Project
from keepwell.runs import grid, purposes
from keepwell.runs.changing import Run
from keepwell.runs.corrections import overrides
from keepwell.runs.facts import freshness
from keepwell.runs.grid import Fold
from keepwell.runs.outreach.sighting import Fields, Sighting, Standing, account_ids, observer, sighted
from keepwell.runs.outreach.waves import Wave
from keepwell.runs.sight import Sight
from keepwell.scoring.bands import NO_BAND, band_of
from keepwell.scoring.definition import Definition
from keepwell.scoring.observed import Floats, Ints
from keepwell.sql.statement import Point
from keepwell.warehouse.protocol import Warehouse
from keepwell.warehouse.scores import KeptScores
from keepwell.warehouse.stretches import Day


@dataclass(frozen=True, slots=True)
class Morning:
    """A day of the past as it began: its wave, what was measured, how accounts stood, and which band they were in by each purpose."""

    wave: Wave
    sight: Sight
    ids: Sequence[str]
    days: Mapping[str, Day]
    ordinal: int

    def sighting(self, names: frozenset[str], fields: Fields) -> Sighting:
        """What was known of all accounts, of some names."""
        bands = {
            purpose: [band_of(code) for code in day.bands.tolist()] for purpose, day in self.days.items()
        }
        first = next(iter(self.days.values()))
        standing = Standing(first.scores, first.bands, _days_in_band(first, self.ordinal))
        return sighted(self.wave, self.sight, self.ids, names, fields=fields, standing=standing, bands=bands)


@dataclass(frozen=True)
class Past:
    """The days from the first to the last, both midnights in the project's zone. `names` are what is to be measured besides what scores need.

    Of a first day nobody knows what moved; so `first` is the day before those on which anything can begin.
    """

    project: Project
    warehouse: Warehouse
    first: datetime
    last: datetime
    names: frozenset[str]
    definitions: tuple[Definition, ...] = field(init=False)
    waves: tuple[Wave, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "definitions", purposes.definitions(self.project))
        object.__setattr__(self, "waves", tuple(self._waves()))

    @property
    def days(self) -> tuple[datetime, ...]:
        """The days themselves."""
        return grid.days(self.first, self.last, self.project.zone)

    def mornings(self, falls: "PastFalls") -> Iterator[Morning]:
        """Each day in its order; `falls` is told of the scores, also of those before the first day."""
        kept, zone = KeptScores(self.warehouse), self.project.zone
        begin = self._begin(kept)
        before = grid.before(begin, 1, zone)
        revisions = overrides(self.warehouse)
        folds = [Fold(each, revisions, kept.held(each.version, before)) for each in self.definitions]
        waves = {wave.as_of: wave for wave in self.waves}
        watch = observer(self.project, self.warehouse, self.names, self.definitions)
        points = [Point.at(day) for day in grid.days(begin, self.last, zone)]
        for point, sight in zip(points, watch.sights(points), strict=True):
            days = {}
            for fold in folds:
                fold.day(point.as_of, fold.scored(sight.observed))
                days[fold.definition.purpose] = fold.done[-1]
                fold.forget()
            falls.learn(sight.observed.accounts, days)
            if point.as_of in waves:
                ids = account_ids(self.warehouse, sight.observed.accounts)
                ordinal = grid.ordinal(point.as_of, zone)
                yield Morning(waves[point.as_of], sight, ids, days, ordinal)

    def _begin(self, kept: KeptScores) -> datetime:
        """The first day that is looked at: where no bands are kept of the day before, their history comes first; and as much as triggers look back."""
        zone = self.project.zone
        before = grid.before(self.first, 1, zone)
        known = all(grid.covers(kept.grid(each.version), before) for each in self.definitions)
        begin = self.first if known else grid.before(self.first, self.project.history, zone)
        spans = [
            journey.trigger.within.before(self.first, zone)
            for journey in self.project.journeys
            if isinstance(journey.trigger, ScoreDrops)
        ]
        return grid.day_of(min([begin, *spans]), zone)

    def _waves(self) -> Iterator[Wave]:
        load, many = freshness(self.warehouse).load, len(self.definitions)
        for place, day in enumerate(self.days):
            runs = {
                each.purpose: Run(
                    number=(number := place * many + at + 1),
                    purpose=each.purpose,
                    as_of=day,
                    version=each.version,
                    before=number - many if place else None,
                    redefined=False,
                    made_at=day,
                    load=load,
                )
                for at, each in enumerate(self.definitions)
            }
            yield Wave((place + 1) * many, day, day, load, runs, runs)


@dataclass
class PastFalls:
    """Whose score has fallen, by the days that were folded."""

    project: Project
    _days: list[tuple[datetime, Ints, Mapping[str, Floats]]] = field(default_factory=list, repr=False)

    def learn(self, accounts: Ints, days: Mapping[str, Day]) -> None:
        """Takes the scores of a day."""
        as_of = next(iter(days.values())).as_of
        self._days.append((as_of, accounts, {purpose: day.scores for purpose, day in days.items()}))

    def of(self, trigger: ScoreDrops, run: Run, _runs: Sequence[Run], now: Sighting, /) -> list[str]:
        """The accounts whose score on a run's day lies so far below the highest of the days within the span before."""
        start = trigger.within.before(run.as_of, self.project.zone)
        peaks: dict[int, float] = {}
        found: list[int] = []
        for as_of, accounts, scores in self._days:
            mine = scores[run.purpose]
            if start <= as_of < run.as_of:
                for account, score in zip(accounts.tolist(), mine.tolist(), strict=True):
                    if not isnan(score):
                        peaks[account] = max(score, peaks.get(account, score))
            elif as_of == run.as_of:
                pairs = zip(accounts.tolist(), mine.tolist(), strict=True)
                found = [one for one, score in pairs if one in peaks and peaks[one] - score >= trigger.by]
        return now.of(np.array(found, dtype=np.int64))


def _days_in_band(day: Day, ordinal: int) -> Floats:
    held = day.held
    days = np.where(day.bands == NO_BAND, np.nan, ordinal - held.since)
    return np.asarray(np.maximum(days, 0), dtype=np.float64)
