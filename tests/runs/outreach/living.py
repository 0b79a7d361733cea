"""A small firm whose journeys live: facts and runs of scores are written by hand, and steps are taken at any time."""

import shutil
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from keepwell.clock import pinned
from keepwell.outreach.enrollment import Enrollment
from keepwell.outreach.journey import Journey
from keepwell.outreach.rules import Rules
from keepwell.outreach.step import Note, Step
from keepwell.outreach.trigger import Trigger
from keepwell.project.project import Project
from keepwell.runs.outreach.live import Memory, Stepped, step
from keepwell.runs.score import score
from keepwell.store import applied, engine, enrollments
from keepwell.store.address import Address
from keepwell.store.applied import Kind
from keepwell.store.engine import Store
from tests.runs.firm import AS_OF, Firm, project

KEY = b"0123456789abcdef"
DAY = timedelta(days=1)
ON = Rules(enabled=True)


def journey(trigger: Trigger, *steps: Step, name: str = "rescue", **fields: Any) -> Journey:
    """A journey that writes a note unless its steps are said."""
    made: dict[str, Any] = {"name": name, "trigger": trigger, "steps": steps or (Note("seen", "Seen"),)}
    return Journey(**(made | fields))


def living(*journeys: Journey, rules: Rules = ON, **fields: Any) -> Project:
    """The firm's project with journeys, and outreach turned on."""
    return replace(project(**{"history": 2, **fields}), journeys=journeys, outreach=rules)


class World:
    """A firm, its store and the project that is applied; `at` is the time, counted in days from `AS_OF`."""

    def __init__(self, firm: Firm, store: Store, project: Project) -> None:
        self.firm, self.store, self.project = firm, store, project
        self.memory = Memory()

    def apply(self, version: str = "one", project: Project | None = None) -> None:
        """Applies the project, or another one."""
        self.project = project or self.project
        with self.store.writing() as connection:
            applied.add(
                connection,
                version=version,
                snapshot=f"files of {version}",
                at=AS_OF,
                actor="kim",
                why="as agreed",
                kind=Kind.APPLY,
            )

    def score(self, days: float = 0) -> None:
        """A run of scores."""
        at = AS_OF + days * DAY
        with pinned(at):
            score(self.project, self.firm.warehouse, at)

    def step(self, days: float = 0, **fields: Any) -> Stepped:
        """A step."""
        now = AS_OF + days * DAY
        return step(self.project, self.store, self.firm.warehouse, KEY, now, **fields)

    def run(self, days: float) -> Stepped:
        """A run of scores, and a step right after it."""
        self.score(days)
        return self.step(days)

    def of(self, account: int, journey: str = "rescue") -> tuple[Enrollment, ...]:
        """An account's enrollments in a journey."""
        with self.store.reading() as connection:
            return enrollments.of(connection, journey, f"A{account}")

    def enrolled(self, journey: str = "rescue", accounts: Sequence[int] = range(1, 100)) -> list[int]:
        """The accounts that ever entered a journey."""
        with self.store.reading() as connection:
            found = enrollments.earlier(connection, journey, [f"A{each}" for each in accounts])
        return sorted(int(account[1:]) for account in found)


def light(seeded: Path, folder: Path) -> Store:
    """A store in a file of SQLite, for tests of what no database decides."""
    file = Path(shutil.copy(seeded, folder / "store.sqlite"))
    return engine.opened(Address(f"sqlite:///{file}", file, shared=False))


def instant(days: float) -> datetime:
    """An instant so many days after `AS_OF`."""
    return AS_OF + days * DAY


def world(folder: Path, store: Store, *journeys: Journey, **fields: Any) -> World:
    """A firm with journeys, not scored yet, applied."""
    made = World(Firm(folder), store, living(*journeys, **fields))
    made.apply()
    return made
