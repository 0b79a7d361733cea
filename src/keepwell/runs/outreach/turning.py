"""The clock of a simulated project is turned: each day that passes is scored, and its journeys live through it hour by hour."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

from keepwell import clock
from keepwell.errors import ConflictError
from keepwell.outreach.links import SECRET
from keepwell.project import turning
from keepwell.project.key import secret
from keepwell.project.project import Project
from keepwell.runs import grid
from keepwell.runs.applied import in_force
from keepwell.runs.outreach.facts import Facts
from keepwell.runs.outreach.live import LOTS, Memory, step
from keepwell.runs.outreach.planning import plan
from keepwell.runs.outreach.sending import Sending
from keepwell.runs.outreach.ways_out import ways_out
from keepwell.runs.score import Progress, instant, score, silent
from keepwell.store import engine, enrollments, ledger, sessions
from keepwell.store.address import address
from keepwell.store.engine import Store
from keepwell.warehouse.protocol import Warehouse

MORNING = timedelta(hours=10)
"""So long after midnight the clock stands once it was turned: scores are there, and what goes out at nine has gone."""

HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Passed:
    """The days that have passed, and what came of them: runs of scores that set journeys off, accounts that have begun one, messages handed over.

    `now` is what the clock says.
    """

    now: datetime
    days: int
    begun: int
    held: int
    sent: int


def begin(folder: Path, as_of: datetime) -> None:
    """Sets the clock of a simulated project to the morning of a day.

    Raises:
        ConflictError: the project is not simulated.
    """
    project = _simulated(folder)
    day = grid.day_of(as_of, project.zone)
    turning.turn(folder, day, day + MORNING)


def turn(folder: Path, warehouse: Warehouse, days: int, *, progress: Progress = silent) -> Passed:
    """Lets so many days pass in a simulated project: the hours that are left of each, and those of the next up to its morning.

    Raises:
        ConflictError: the project is not simulated.
    """
    project = _simulated(folder)
    store = engine.made(address(folder))
    passing = Passing(store, warehouse)
    day, begun, held, sent = grid.day_of(instant(project), project.zone), 0, 0, 0
    for number in range(1, days + 1):
        following = grid.before(day, -1, project.zone)
        progress(f"{following.astimezone(project.zone).date()}", (number - 1) / days)
        rest = passing.hours(project, day + MORNING + HOUR, following)
        turning.turn(folder, following, following)
        with clock.pinned(following):
            project = in_force(folder).project
            score(project, warehouse, following)
        night = passing.hours(project, following, following + MORNING + HOUR)
        turning.turn(folder, following, following + MORNING)
        with store.writing() as connection:
            sessions.go_along(connection, following - day)
        project, day = in_force(folder).project, following
        begun, held = begun + rest[0] + night[0], held + rest[1] + night[1]
        sent += rest[2] + night[2]
    return Passed(day + MORNING, days, begun, held, sent)


@dataclass
class Passing:
    """What it takes to let time pass."""

    store: Store
    warehouse: Warehouse
    memory: Memory = field(default_factory=Memory)

    def hours(self, project: Project, start: datetime, end: datetime) -> tuple[int, int, int]:
        """Lives from one hour up to another, which is not included; how many accounts began a journey, were held, and got something."""
        begun = held = sent = 0
        project = replace(project, as_of=None)  # of each hour is known what was known by then
        for at in _hours(start, end):
            if at != start and not self._due(at):
                continue
            with clock.pinned(at):
                lots, links = secret(project.folder, LOTS), secret(project.folder, SECRET)
                stepped = step(project, self.store, self.warehouse, lots, at, memory=self.memory)
                begun, held = begun + stepped.begun, held + stepped.held
                if stepped.on:
                    facts = Facts(project, self.warehouse)
                    plan(project, self.store, facts, at)
                    ways = ways_out(project)
                    sent += Sending(project, self.store, facts, ways, links).everything().handed_over
                    ways.close()
        return begun, held, sent

    def _due(self, at: datetime) -> bool:
        with self.store.reading() as connection:
            wakes = [enrollments.wakes_next(connection), ledger.wakes_next(connection)]
        return any(each is not None and each <= at for each in wakes)


def _hours(start: datetime, end: datetime) -> Iterator[datetime]:
    while start < end:
        yield start
        start += HOUR


def _simulated(folder: Path) -> Project:
    project = in_force(folder).project
    if not project.simulated:
        raise ConflictError(
            "the clock of real customers cannot be turned: this project is not simulated",
            do="try it on an invented firm: keepwell demo",
        )
    return project
