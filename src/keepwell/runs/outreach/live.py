"""Journeys live: each new wave of live runs puts accounts into them, those under way advance, and what they want done besides messages is done."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from keepwell.errors import ConflictError
from keepwell.outreach.engine import Setting
from keepwell.outreach.lot import Drum
from keepwell.project.project import Project
from keepwell.runs.outreach import waking
from keepwell.runs.outreach.advancing import Advancing, Progress
from keepwell.runs.outreach.assigning import assignees
from keepwell.runs.outreach.enrolling import Entrance
from keepwell.runs.outreach.known import Knowledge
from keepwell.runs.outreach.routes import Routes, Way
from keepwell.runs.outreach.settling import Settling
from keepwell.runs.outreach.sighting import Sighting, sighting
from keepwell.runs.outreach.taking import Taken, Taking
from keepwell.runs.outreach.waves import CURSOR, Wave, waves
from keepwell.store import applied, cursors, enrollments, fields
from keepwell.store.applied import Applied
from keepwell.store.engine import Store
from keepwell.warehouse.protocol import Warehouse

LOTS = "lots"
"""What the secret is for from which lots are drawn."""

ROUNDS = 10
"""So often in one step what was done can set off more, such as another journey; the rest waits for the next step."""


@dataclass(frozen=True, slots=True)
class Stepped:
    """What one step has done. `on`: whether outreach is on at all, by the applied version.

    `waves` of live runs were new; so many accounts have `begun` a journey, are `held` for a person, or were `refused`, since they may not
    enter it (again); so many enrollments were `woken` by what became known, and `advanced`; `intents` came of that, and `settled` is what was done
    here. `stuck` are enrollments whose definition cannot be read.
    """

    on: bool = True
    waves: int = 0
    begun: int = 0
    held: int = 0
    refused: int = 0
    woken: int = 0
    advanced: int = 0
    intents: int = 0
    settled: int = 0
    stuck: int = 0


@dataclass
class Memory:
    """What one process keeps between steps, so that neither versions nor what the last two waves knew is read again."""

    applied: int = -1
    routes: Routes | None = None
    ways: tuple[Way, ...] = ()
    names: frozenset[str] = frozenset()
    sightings: dict[int, Sighting] = field(default_factory=dict)

    def routes_of(self, project: Project, applied: int) -> Routes:
        """The ways through the journeys of what is applied; read anew when something else is."""
        if self.routes is None or self.applied != applied:
            self.applied, self.routes, self.ways = applied, Routes(project), ()
            self.sightings.clear()
        return self.routes


def step(
    project: Project,
    store: Store,
    warehouse: Warehouse,
    key: bytes,
    now: datetime,
    *,
    memory: Memory | None = None,
) -> Stepped:
    """Takes every wave of live runs that is new, advances who is due, and does what is to be done besides messages.

    `project` is the applied one, `key` the secret from which lots are drawn. What a wave sets off, and that it was taken, are one
    transaction; so are where an enrollment has come to and what is to be done for it, and each thing that is done and that it is. So a step
    that breaks off anywhere is made good by the next one. The first time nothing is set off, nor by what happens while outreach is off.

    Raises:
        UserError: the warehouse or the store cannot be read.
    """
    with store.reading() as connection:
        last = applied.latest(connection)
    if last is None or not project.outreach.enabled:
        _pass_by(store, warehouse, now)
        return Stepped(on=False)
    found = waves(warehouse)
    life = Life(project, store, warehouse, Drum(key), now, memory or Memory(), last, found)
    return life.lived()


def entrance(project: Project, store: Store, key: bytes) -> Entrance:
    """The way into the journeys of the applied project.

    Raises:
        ConflictError: nothing was ever applied, or outreach is off.
    """
    with store.reading() as connection:
        last = applied.latest(connection)
    if last is None or not project.outreach.enabled:
        raise ConflictError(
            "outreach is off",
            do="write outreach.yml with `enabled: true`, and apply it: keepwell plan, keepwell apply",
        )
    return Entrance(project, last.snapshot, Drum(key), project.outreach.holdout)


def _pass_by(store: Store, warehouse: Warehouse, now: datetime) -> None:
    """Notes that what happens while outreach is off is no matter of it; before it ever was on there is nothing to note."""
    with store.reading() as connection:
        place = cursors.at(connection, CURSOR)
    if place is None:
        return
    found = waves(warehouse)
    number = found[-1].number if found else 0
    if place != number:
        with store.writing() as connection:
            cursors.move(connection, CURSOR, number, now)


@dataclass(frozen=True)
class Life:
    """All journeys of what is applied up to an instant. `waves` are all there are, the oldest first."""

    project: Project
    store: Store
    warehouse: Warehouse
    drum: Drum
    now: datetime
    memory: Memory
    applied: Applied
    waves: Sequence[Wave]

    def lived(self) -> Stepped:
        """Lives on up to the instant."""
        routes = self.memory.routes_of(self.project, self.applied.number)
        entrance = Entrance(self.project, self.applied.snapshot, self.drum, self.project.outreach.holdout)
        place, ways = self._begun(), self._ways(routes)
        self._remember(ways)
        woken = waking.by_version(self.store, ways, self.applied.number, self.now)
        woken += waking.by_events(self.store, self.warehouse, ways, self.now)
        woken += waking.by_answers(self.store, ways, self.now)
        taking = Taking(self.project, self.store, self.warehouse, entrance, self.waves)
        progress, settled = Progress(), 0
        new = [at for at, wave in enumerate(self.waves) if wave.number > place]
        taken: list[Taken] = []
        for at in new or range(len(self.waves) - 1, len(self.waves)):
            knowledge = self._knowledge(at)
            if new:
                taken.append(taking.take(at, knowledge, ways, self.now))
            settled += self._onward(at, knowledge, routes, entrance, progress)
        return Stepped(
            waves=len(new),
            begun=sum(each.begun for each in taken),
            held=sum(each.held for each in taken),
            refused=sum(each.refused for each in taken),
            woken=woken + sum(each.woken for each in taken),
            advanced=progress.advanced,
            intents=progress.intents,
            settled=settled,
            stuck=progress.stuck,
        )

    def _begun(self) -> int:
        """The last run that was taken. Where none ever was, or the warehouse was built anew since, all that is there counts as taken."""
        number = self.waves[-1].number if self.waves else 0
        with self.store.reading() as connection:
            place = cursors.at(connection, CURSOR)
        if place is not None and place <= number:
            return place
        with self.store.writing() as connection:
            cursors.move(connection, CURSOR, number, self.now)
        return number

    def _ways(self, routes: Routes) -> Sequence[Way]:
        """The ways of the applied version, and those others by which accounts are under way still; looked up once, since no others come."""
        if not self.memory.ways:
            ways = [routes.current(journey.name) for journey in self.project.journeys]
            with self.store.reading() as connection:
                kept = sorted(enrollments.under_way(connection))
                ways += [routes.of(connection, name, version) for name, version in kept]
            found = {(way.journey.name, way.version): way for way in ways if way is not None}
            self.memory.ways = tuple(found.values())
        return self.memory.ways

    def _remember(self, ways: Sequence[Way]) -> None:
        """Sees to it that all is looked at that any of the ways goes by."""
        names = frozenset(name for way in ways for name in way.asks.names)
        if not names <= self.memory.names:
            self.memory.names = names
            self.memory.sightings.clear()

    def _knowledge(self, at: int) -> Knowledge:
        """What a wave knew, and the one before it."""
        before = self._sighting(self.waves[at - 1]) if at else None
        return Knowledge(self._sighting(self.waves[at]), before)

    def _sighting(self, wave: Wave) -> Sighting:
        kept = self.memory.sightings
        if wave.number in kept:
            return kept[wave.number]
        with self.store.reading() as connection:
            own = fields.every(connection)
        found = kept[wave.number] = sighting(self.project, self.warehouse, wave, self.memory.names, own)
        for old in sorted(kept)[:-2]:
            del kept[old]
        return found

    def _onward(
        self, at: int, knowledge: Knowledge, routes: Routes, entrance: Entrance, progress: Progress
    ) -> int:
        """Advances everybody up to the time at which the next wave was made, or now, and does what comes of it; how much that was."""
        last = at == len(self.waves) - 1
        until = self.now if last else min(self.waves[at + 1].made_at, self.now)
        rules, zone = self.project.outreach, self.project.zone
        setting = Setting(self.drum, zone, zone, rules.hours.days)
        advancing = Advancing(routes, knowledge, self.warehouse, setting)
        with self.store.reading() as connection:
            assignee = assignees(connection, knowledge.now)
        settling = Settling(entrance, routes, rules.hours, assignee, self.now)
        settled = 0
        for _ in range(ROUNDS):
            advancing.all_due(self.store, until, progress)
            done = settling.everything(self.store)
            settled += done
            if not done:
                break
        return settled
