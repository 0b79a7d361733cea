"""Enrollments advance, batch by batch: each with what is to be done in the transaction that says where it has come to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from keepwell.outreach.asking import question
from keepwell.outreach.engine import Advanced, Setting, advance
from keepwell.outreach.enrollment import Enrollment, moved
from keepwell.outreach.journey import UnderWay
from keepwell.outreach.step import Message
from keepwell.outreach.timeline import Event
from keepwell.runs.outreach.known import Answers, Knowledge
from keepwell.runs.outreach.routes import Routes, Way
from keepwell.runs.outreach.waves import CURSOR
from keepwell.sql.awaited import EVENTS, events_statement
from keepwell.store import cursors, enrollments, responses
from keepwell.store.engine import Connection, Store
from keepwell.warehouse.protocol import Warehouse

BATCH = 4000
"""So many enrollments advance in one transaction."""


@dataclass
class Progress:
    """How many enrollments have advanced, what is to be done for them, and how many could not, since the definition they go by cannot be read."""

    advanced: int = 0
    intents: int = 0
    stuck: int = 0


@dataclass(frozen=True)
class Advancing:
    """What it takes to advance enrollments. `setting` is that of accounts whose own time zone nobody knows."""

    routes: Routes
    knowledge: Knowledge
    warehouse: Warehouse
    setting: Setting
    _settings: dict[str, Setting] = field(default_factory=dict, repr=False)

    def all_due(self, store: Store, until: datetime, progress: Progress) -> None:
        """Advances every enrollment that time moves by an instant, or that something has woken, up to that instant."""
        while self.batch(store, until, progress):
            pass

    def batch(self, store: Store, until: datetime, progress: Progress) -> bool:
        """Advances some of them; whether there were any. Of several who do so at once in PostgreSQL each advances others.

        Once another has taken a later wave, nobody is advanced here: whom that has woken must go by what it knows.
        """
        with store.sharing() as connection:
            claimed = enrollments.claimed(connection, until, BATCH)
            if not claimed or self._outdated(connection):
                return False
            done: list[Advanced] = []
            for (name, version), mine in _by_version(claimed).items():
                way = self.routes.of(connection, name, version)
                if way is None:
                    progress.stuck += len(mine)
                    for each in mine:
                        enrollments.sleep(connection, each.id)
                    continue
                done += self._advanced(connection, way, mine, until)
            enrollments.keep_all(connection, done)
        progress.advanced += len(done)
        progress.intents += sum(len(each.intents) for each in done)
        return True

    def _outdated(self, connection: Connection) -> bool:
        """Whether a later wave was taken than the last that is known here; asked after the claim, so that no waking falls between the two."""
        return (cursors.at(connection, CURSOR) or 0) > self.knowledge.now.wave.number

    def _advanced(
        self, connection: Connection, way: Way, mine: Sequence[Enrollment], until: datetime
    ) -> list[Advanced]:
        current = self.routes.current(way.journey.name)
        if (
            current is not None
            and current.version != way.version
            and current.journey.under_way is UnderWay.MOVE
        ):
            mine = [moved(each, current.version, way.route, current.route) for each in mine]
            way = current
        answers = _answers(connection, way, mine) if way.asks.questions else {}
        events = self._events(way, mine, until) if way.asks.events else {}
        done = []
        for each in mine:
            known = self.knowledge.timeline(
                each, way.asks, events.get(each.account, ()), answers.get(each.id)
            )
            done.append(advance(way.route, each, known, self._setting(each.account), until))
        return done

    def _setting(self, account: str) -> Setting:
        """The setting in the account's own zone, where one is known."""
        now = self.knowledge.now
        place = now.places.get(account)
        zone = "" if place is None else now.zones[place]
        if not zone:
            return self.setting
        if zone not in self._settings:
            self._settings[zone] = _in_zone(self.setting, zone)
        return self._settings[zone]

    def _events(
        self, way: Way, mine: Sequence[Enrollment], until: datetime
    ) -> Mapping[str, tuple[Event, ...]]:
        """The events for which the journey waits, of the accounts, since those came to where they stand."""
        now = self.knowledge.now
        numbers = {
            int(now.accounts[now.places[each.account]]): each.account
            for each in mine
            if each.account in now.places
        }
        if not numbers or EVENTS not in self.warehouse.tables():
            return {}
        since = min(each.since for each in mine)
        rows = self.warehouse.query(events_statement(way.asks.events, numbers, since, until))
        found: dict[str, list[Event]] = {}
        for row in rows.to_pylist():
            event = Event(row["at"].replace(tzinfo=UTC), row["name"])
            found.setdefault(numbers[row["account"]], []).append(event)
        return {account: tuple(events) for account, events in found.items()}


def _by_version(claimed: Sequence[Enrollment]) -> dict[tuple[str, str], list[Enrollment]]:
    found: dict[tuple[str, str], list[Enrollment]] = {}
    for each in claimed:
        found.setdefault((each.journey, each.version), []).append(each)
    return found


def _in_zone(setting: Setting, zone: str) -> Setting:
    try:
        return Setting(setting.drum, ZoneInfo(zone), setting.project, setting.workdays)
    except (
        ZoneInfoNotFoundError,
        ValueError,
    ):  # the firm's data say a zone that is none: the project's counts
        return setting


def _answers(connection: Connection, way: Way, mine: Sequence[Enrollment]) -> Mapping[str, Answers]:
    """What came back for enrollments: since when the answer to each question is yes. A question asks of all steps that send its template."""
    templates = {id: step.template for id, step in way.route.steps.items() if isinstance(step, Message)}
    found: dict[str, dict[str, datetime]] = {}
    for id, answers in responses.answers(connection, [each.id for each in mine]).items():
        its = found.setdefault(id, {})
        for answer in answers:
            if answer.step in templates:
                name = question(answer.function, templates[answer.step])
                its[name] = min(answer.since, its.get(name, answer.since))
    return found
