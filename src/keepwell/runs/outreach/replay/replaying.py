"""A replay: journeys live through days of the past in a private store that is thrown away, by the code that lives them for real."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

from keepwell import clock
from keepwell.outreach.approval import Approval
from keepwell.outreach.engine import Setting
from keepwell.outreach.journey import walked
from keepwell.outreach.lot import Drum
from keepwell.outreach.rules import Sender
from keepwell.outreach.step import Message
from keepwell.project.project import Project
from keepwell.runs import grid
from keepwell.runs.outreach.advancing import Advancing, Progress
from keepwell.runs.outreach.assigning import assignees
from keepwell.runs.outreach.courses import Courses
from keepwell.runs.outreach.enrolling import Entrance
from keepwell.runs.outreach.known import Knowledge
from keepwell.runs.outreach.live import ROUNDS
from keepwell.runs.outreach.planning import plan
from keepwell.runs.outreach.replay.facts import PastFacts
from keepwell.runs.outreach.replay.past import Morning, Past, PastFalls
from keepwell.runs.outreach.replay.replayed import Replayed, replayed
from keepwell.runs.outreach.routes import Routes, Way
from keepwell.runs.outreach.sending import Sending
from keepwell.runs.outreach.settling import Settling
from keepwell.runs.outreach.sighting import Sighting
from keepwell.runs.outreach.taking import Taking
from keepwell.runs.outreach.waves import CURSOR
from keepwell.runs.outreach.ways_out import WaysOut
from keepwell.runs.outreach.wording import MEASURED, asked
from keepwell.runs.score import Progress as Telling
from keepwell.runs.score import instant, silent
from keepwell.store import cursors, engine, enrollments, fields, journey_approvals, ledger, seeds, snapshots
from keepwell.store.address import Address
from keepwell.store.engine import Store
from keepwell.warehouse.protocol import Warehouse

HOUR = timedelta(hours=1)
"""How finely time passes: what falls due is done at the next full hour."""

COPY = "replay"
"""What the private store calls the files by which journeys are replayed."""

NOBODY = Sender("nobody@example.com", "")
"""Whom messages are from where outreach.yml names nobody yet."""


def replay(
    project: Project,
    warehouse: Warehouse,
    store: Store | None,
    key: bytes,
    days: int,
    *,
    progress: Telling = silent,
) -> Replayed:
    """Lives all journeys of a project through its last so many days, as if outreach had been turned on when they began.

    Nothing is sent, and neither `store`, from which team and consents are taken (`None`: there is none yet), nor the scores are written to.
    `key` is the secret from which lots are drawn, so that the same accounts are held out as later.

    Raises:
        UserError: there is no scorecard, or nothing was loaded.
    """
    now = instant(project)
    last = grid.day_of(now, project.zone)
    first = grid.before(last, days, project.zone)
    rules = project.outreach
    lived = replace(
        project,
        as_of=None,
        outreach=replace(rules, enabled=True, sandbox=True, sender=rules.sender or NOBODY),
    )
    with _private() as own:
        bases = 0
        with own.writing() as target:
            snapshots.keep(target, COPY, {}, first)
            if store is not None:
                with store.reading() as source:
                    bases = seeds.copied(source, target, now=clock.now(), since=first)
        replaying = Replaying(lived, warehouse, own, key, first, now)
        replaying.through(progress)
        return replayed(project, own, grid.before(first, -1, project.zone), now, bases)


@contextmanager
def _private() -> Iterator[Store]:
    """A store of its own that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="keepwell-replay-") as folder:
        file = Path(folder) / "store.sqlite"
        made = engine.made(Address(f"sqlite:///{file}", file, shared=False), lasting=True)
        try:
            yield made
        finally:
            made.engine.dispose()


@dataclass
class Replaying:
    """What it takes to live through the days from `first` on up to `now`. Of the first day nobody knows what moved."""

    project: Project
    warehouse: Warehouse
    store: Store
    key: bytes
    first: datetime
    now: datetime
    routes: Routes = field(init=False)
    courses: Courses = field(init=False)
    entrance: Entrance = field(init=False)
    ways: tuple[Way, ...] = field(init=False)

    def __post_init__(self) -> None:
        self.routes, self.courses = Routes(self.project), Courses(self.project)
        self.entrance = Entrance(self.project, COPY, Drum(self.key), self.project.outreach.holdout)
        found = (self.routes.current(journey.name) for journey in self.project.journeys)
        self.ways = tuple(way for way in found if way is not None)

    def through(self, progress: Telling) -> None:
        """Lives through all days."""
        self._approve()
        asked_of = frozenset(name for way in self.ways for name in way.asks.names)
        last, falls = grid.day_of(self.now, self.project.zone), PastFalls(self.project)
        past = Past(self.project, self.warehouse, self.first, last, asked_of | self._measured())
        taking = Taking(self.project, self.store, self.warehouse, self.entrance, past.waves, falls)
        before: Sighting | None = None
        progress("measuring the past", 0.0)
        for at, morning in enumerate(past.mornings(falls)):
            with self.store.reading() as connection:
                own = fields.every(connection)
            sighting = morning.sighting(asked_of, own)
            knowledge, before = Knowledge(sighting, before), sighting
            end = past.waves[at + 1].as_of if at + 1 < len(past.waves) else self.now
            with clock.pinned(morning.wave.as_of):
                self._begin(at, taking, knowledge)
            self._day(morning, knowledge, end)
            day = morning.wave.as_of.astimezone(self.project.zone).date()
            progress(f"living through {day}", (at + 1) / len(past.waves))

    def _approve(self) -> None:
        """Takes every approval that journeys need as given."""
        with self.store.writing() as connection:
            for way in self.ways:
                if way.journey.approval:
                    approval = Approval(way.version, COPY, self.first)
                    journey_approvals.approve(connection, way.journey.name, approval)

    def _measured(self) -> frozenset[str]:
        """The signals that the texts of messages name."""
        steps = [step for way in self.ways for step in walked(way.journey.steps)]
        own = {f"{step.channel}/{step.template}" for step in steps if isinstance(step, Message)}
        texts = [text for name, text in self.project.templates.items() if name.partition(".")[0] in own]
        known = {signal.name for signal in self.project.signals}
        signals = {
            name.removeprefix("signals.")
            for text in texts
            for name in asked(text)
            if name.startswith(MEASURED[0])
        }
        return frozenset(signals & known)

    def _begin(self, at: int, taking: Taking, knowledge: Knowledge) -> None:
        """Takes the wave of a day; the first one is only what the next is held against. Events of the day before may have been waited for."""
        wave = taking.waves[at]
        if knowledge.before is None:
            with self.store.writing() as connection:
                cursors.move(connection, CURSOR, wave.number, wave.as_of)
            return
        taking.take(at, knowledge, self.ways, wave.as_of)
        with self.store.writing() as connection:
            for way in self.ways:
                if way.asks.events:
                    enrollments.wake(connection, wave.as_of, journey=way.journey.name)

    def _day(self, morning: Morning, knowledge: Knowledge, end: datetime) -> None:
        """Lives from one morning to the next, hour by hour, as far as anything falls due."""
        rules, zone = self.project.outreach, self.project.zone
        setting = Setting(self.entrance.drum, zone, zone, rules.hours.days)
        advancing = Advancing(self.routes, knowledge, self.warehouse, setting)
        with self.store.reading() as connection:
            assignee = assignees(connection, knowledge.now)
            expected = {each.account for each in enrollments.every(connection) if each.under_way}
        facts = PastFacts(self.project, self.warehouse, morning, frozenset(expected))
        sending = Sending(self.project, self.store, facts, WaysOut(caught=True), self.key)
        at = morning.wave.as_of
        while at < end:
            if self._due(at):
                with clock.pinned(at):
                    settling = Settling(self.entrance, self.routes, rules.hours, assignee, at)
                    self._onward(advancing, settling, at)
                    plan(self.project, self.store, facts, at, self.courses)
                    sending.everything()
            at += HOUR

    def _due(self, at: datetime) -> bool:
        with self.store.reading() as connection:
            wakes = [enrollments.wakes_next(connection), ledger.wakes_next(connection)]
        return any(each is not None and each <= at for each in wakes)

    def _onward(self, advancing: Advancing, settling: Settling, at: datetime) -> None:
        for _ in range(ROUNDS):
            advancing.all_due(self.store, at, Progress())
            if not settling.everything(self.store):
                return
