"""A wave of live runs is taken: whom it sets off enters a journey or is held, in the transaction that notes that it was taken."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from keepwell.outreach.journey import Journey
from keepwell.project.project import Project
from keepwell.runs.outreach import waking
from keepwell.runs.outreach.enrolling import Entrance
from keepwell.runs.outreach.falling import Falls
from keepwell.runs.outreach.firing import Fired, Firing
from keepwell.runs.outreach.holding import Watch, put
from keepwell.runs.outreach.known import Knowledge
from keepwell.runs.outreach.routes import Way
from keepwell.runs.outreach.sighting import Sighting
from keepwell.runs.outreach.waves import CURSOR, Wave
from keepwell.store import cursors
from keepwell.store.engine import Connection, Store
from keepwell.store.holds import Cause, Hold
from keepwell.warehouse.protocol import Warehouse


@dataclass(frozen=True, slots=True)
class Taken:
    """How many accounts have begun a journey, are held for a person, or may not enter (again); and how many of those under way are looked at."""

    begun: int = 0
    held: int = 0
    refused: int = 0
    woken: int = 0


@dataclass(frozen=True, slots=True)
class SetOff:
    """The accounts that a journey begins for, and why they are held (`None`: they are not)."""

    journey: Journey
    fired: tuple[Fired, ...]
    cause: Cause | None


@dataclass(frozen=True)
class Taking:
    """What it takes to take waves, all of which are given, the oldest first. `falls` tells whose score has fallen (`None`: what is kept does)."""

    project: Project
    store: Store
    warehouse: Warehouse
    entrance: Entrance
    waves: Sequence[Wave]
    falls: Falls | None = None

    def take(self, at: int, knowledge: Knowledge, ways: Sequence[Way], now: datetime) -> Taken:
        """Takes one of the waves, unless another has in the meantime; then nothing happens. Of a first wave nobody knows what moved."""
        wave = self.waves[at]
        before = knowledge.before
        set_off = [] if before is None else self.set_off(at, knowledge.now, before)
        with self.store.writing() as connection:
            if (cursors.at(connection, CURSOR) or 0) >= wave.number:
                return Taken()
            begun = held = refused = 0
            for each in set_off:
                if each.cause is None:
                    entered = self.entrance.enrol(connection, each.journey, each.fired, now)
                    begun, refused = begun + entered.begun, refused + entered.refused
                else:
                    held += self._held(connection, each, wave, each.cause, now)
            woken = waking.by_knowledge(connection, ways, knowledge, min(wave.made_at, now))
            cursors.move(connection, CURSOR, wave.number, now)
            return Taken(begun, held, refused, woken)

    def set_off(self, at: int, now: Sighting, before: Sighting) -> list[SetOff]:
        """Whom a wave sets off, journey by journey, and who of them is held."""
        firing = Firing(self.project, self.warehouse, self.waves[: at + 1], now, before, self.falls)
        watch = Watch(self.project.outreach.hold, self.waves[at], sum(now.active), firing.moved())
        found = [(journey, firing.of(journey)) for journey in self.project.journeys]
        return [SetOff(journey, fired, watch.cause(journey, fired)) for journey, fired in found if fired]

    def _held(self, connection: Connection, each: SetOff, wave: Wave, cause: Cause, now: datetime) -> int:
        hold = Hold(each.journey.name, wave.number, cause, len(each.fired), now)
        return put(connection, self.entrance, hold, each.journey, each.fired)
