"""Whom a wave of live runs sets off: for each journey the accounts that it has begun for, by what the wave knows and the one before did not."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from keepwell.outreach.journey import Audience, Journey
from keepwell.outreach.trigger import (
    BandEnters,
    BandLeaves,
    Becomes,
    ByHand,
    Enters,
    Happens,
    MilestoneMissed,
    RenewalWithin,
    Scheduled,
    ScoreDrops,
)
from keepwell.project.project import Project
from keepwell.project.schedule import Timing
from keepwell.runs.changing import Run
from keepwell.runs.outreach.falling import Falls, KeptFalls
from keepwell.runs.outreach.sighting import Sighting
from keepwell.runs.outreach.waves import Wave
from keepwell.scoring.score import Band
from keepwell.signals.expression import Expression
from keepwell.signals.meaning import holds
from keepwell.sql.newly import (
    MILESTONES,
    RENEWALS,
    Between,
    facts_statement,
    missed_statement,
    renewals_statement,
)
from keepwell.warehouse.protocol import Warehouse


@dataclass(frozen=True, slots=True)
class Fired:
    """An account that a journey begins for; `key` names the fact that set it off (empty: no single one did)."""

    account: str
    key: str = ""


@dataclass(frozen=True)
class Firing:
    """What it takes to see whom a wave sets off: what it knows, and what the one before it did. `waves` are all up to it.

    `falls` tells whose score has fallen (`None`: what the warehouse keeps does).
    """

    project: Project
    warehouse: Warehouse
    waves: Sequence[Wave]
    now: Sighting
    before: Sighting
    falls: Falls | None = None

    def of(self, journey: Journey) -> tuple[Fired, ...]:
        """The accounts of the journey's audience that it begins for, each once, or once for each fact that sets it off."""
        found = (each for each in self._fired(journey) if each.account in self.now.places)
        return tuple(each for each in dict.fromkeys(found) if self._meant(journey.audience, each.account))

    def moved(self) -> int:
        """How many accounts have another band than the runs before gave them, in any purpose of the wave."""
        moved: set[str] = set()
        for purpose in self.now.wave.runs:
            before = self._bands_before(purpose)
            now = self.now.bands[purpose]
            moved |= {
                id for place, id in enumerate(self.now.ids) if id in before and before[id] != now[place]
            }
        return len(moved)

    def _fired(self, journey: Journey) -> Iterable[Fired]:
        match journey.trigger:
            case BandEnters(band, purpose):
                return self._entered(band, purpose)
            case BandLeaves(band, purpose):
                return self._left(band, purpose)
            case ScoreDrops():
                return self._dropped(journey.trigger)
            case Becomes(when):
                return self._became(when)
            case Happens(table, where):
                return self._happened(table, where)
            case RenewalWithin() | MilestoneMissed():
                return self._active(self._due(journey.trigger))
            case Enters(what, name):
                return self._came_into(what, name)
            case Scheduled(cron):
                return self._all() if self._came(cron) else ()
            case ByHand():
                return ()

    def _meant(self, audience: Audience, account: str) -> bool:
        place = self.now.places[account]
        if audience.segments and self.now.segments[place] not in audience.segments:
            return False
        if audience.stages and self.now.stages[place] not in audience.stages:
            return False
        return self._holds(self.now, audience.when, account)

    def _holds(self, sighting: Sighting, condition: Expression | None, account: str) -> bool:
        place = sighting.places.get(account)
        if place is None:
            return False
        columns = sighting.columns
        return holds(
            condition,
            lambda name: columns[name][place] if name in columns else None,
            self.project.zone,
        )

    def _all(self) -> Iterator[Fired]:
        return (Fired(id) for place, id in enumerate(self.now.ids) if self.now.active[place])

    def _active(self, fired: Iterable[Fired]) -> Iterator[Fired]:
        places, active = self.now.places, self.now.active
        return (each for each in fired if each.account in places and active[places[each.account]])

    def _bands_before(self, purpose: str) -> Mapping[str, Band | None]:
        """The bands that the run before this wave's gave, by account id."""
        bands = self.before.bands.get(purpose)
        return {} if bands is None else dict(zip(self.before.ids, bands, strict=True))

    def _entered(self, band: Band, purpose: str) -> Iterator[Fired]:
        """Accounts that are in the band now, and were not; those scored for the first time are among them."""
        if self._run(purpose) is None:
            return
        before = self._bands_before(purpose)
        for place, id in enumerate(self.now.ids):
            if self.now.bands[purpose][place] is band and before.get(id) is not band:
                yield Fired(id)

    def _left(self, band: Band, purpose: str) -> Iterator[Fired]:
        if self._run(purpose) is None:
            return
        before = self._bands_before(purpose)
        for place, id in enumerate(self.now.ids):
            if before.get(id) is band and self.now.bands[purpose][place] not in (band, None):
                yield Fired(id)

    def _run(self, purpose: str) -> Run | None:
        """The wave's run of a purpose, if it has one that follows another."""
        run = self.now.wave.runs.get(purpose)
        return None if run is None or run.before is None else run

    def _dropped(self, trigger: ScoreDrops) -> Iterator[Fired]:
        run = self._run(trigger.purpose)
        if run is None:
            return
        runs = [wave.runs[trigger.purpose] for wave in self.waves if trigger.purpose in wave.runs]
        (earlier,) = [each for each in runs if each.number == run.before]
        falls = self.falls or KeptFalls(self.project, self.warehouse)
        before = set(falls.of(trigger, earlier, runs, self.now))
        for id in falls.of(trigger, run, runs, self.now):
            if id not in before:
                yield Fired(id)

    def _became(self, when: Expression) -> Iterator[Fired]:
        for each in self._all():
            if self._holds(self.now, when, each.account) and not self._holds(self.before, when, each.account):
                yield each

    def _between(self) -> Between:
        before = self.before.wave
        return Between(before.as_of, self.now.wave.as_of, before.load, self.project.zone)

    def _happened(self, table: str, where: Expression | None) -> Iterator[Fired]:
        kinds = self.warehouse.tables().get(table)
        if kinds is None:
            return
        rows = self.warehouse.query(facts_statement(table, kinds, self._between(), where))
        for id, key in zip(self._ids(rows["account"].to_pylist()), rows["key"].to_pylist(), strict=True):
            if id is not None:
                yield Fired(id, str(key))

    def _due(self, trigger: RenewalWithin | MilestoneMissed) -> Iterator[Fired]:
        table = RENEWALS if isinstance(trigger, RenewalWithin) else MILESTONES
        kinds = self.warehouse.tables().get(table)
        if kinds is None:
            return
        between = self._between()
        if isinstance(trigger, RenewalWithin):
            statement = renewals_statement(kinds, between, trigger.within)
        else:
            statement = missed_statement(kinds, between, trigger.name, trigger.after)
        rows = self.warehouse.query(statement).to_pylist()
        for row, id in zip(rows, self._ids([row["account"] for row in rows]), strict=True):
            if id is not None:
                day = f" {row['at']:%Y-%m-%d}" if row.get("at") is not None else ""
                yield Fired(id, f"{row['key']}{day}")

    def _ids(self, accounts: Sequence[int]) -> list[str | None]:
        places = {account: place for place, account in enumerate(self.now.accounts.tolist())}
        return [self.now.ids[places[one]] if one in places else None for one in accounts]

    def _came_into(self, what: str, name: str) -> Iterator[Fired]:
        now, before = (
            (each.segments if what == "segment" else each.stages) for each in (self.now, self.before)
        )
        for fired in self._all():
            then = self.before.places.get(fired.account)
            was = None if then is None or not self.before.active[then] else before[then]
            if now[self.now.places[fired.account]] == name and was != name:
                yield fired

    def _came(self, cron: str) -> bool:
        """Whether a time of the expression lies between the two waves."""
        following = Timing(cron, self.project.zone).after(self.before.wave.as_of)
        return following <= self.now.wave.as_of
