"""Enrollments that advance: so many accounts under way in ten journeys, all of which come to a message and then wait."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np

from benchmarks import proving
from keepwell.outreach.engine import Setting
from keepwell.outreach.enrollment import begun
from keepwell.outreach.journey import Goal, Journey
from keepwell.outreach.lot import Drum
from keepwell.outreach.route import route_of
from keepwell.outreach.step import Branch, Message, Task, Wait
from keepwell.outreach.trigger import ByHand
from keepwell.project.project import Project
from keepwell.runs.outreach.advancing import Advancing, Progress
from keepwell.runs.outreach.known import Knowledge
from keepwell.runs.outreach.routes import Routes
from keepwell.runs.outreach.sighting import Sighting
from keepwell.runs.outreach.waves import Wave
from keepwell.scoring.score import Band
from keepwell.signals.expression import parse
from keepwell.signals.window import Span
from keepwell.store import engine, enrollments
from keepwell.store.address import Address
from keepwell.store.engine import Store
from keepwell.warehouse.duckdb import open_warehouse

JOURNEYS = 10
BEGIN = datetime(2025, 6, 30, 9, tzinfo=UTC)
ZONE = ZoneInfo("Europe/Berlin")
DRUM = Drum(b"0123456789abcdef")
CHUNK = 10_000


def journey(number: int) -> Journey:
    """A journey of five steps with a goal, a time limit and a condition."""
    steps = (
        Message("guide", "guide", "in_app"),
        Wait("rest", Span.parse("3 days"), business_days=True),
        Branch("few", parse("use < 5"), (Message("check", "check", "email"),)),
        Wait("more", Span.parse("10 days")),
        Task("call", "Call them"),
    )
    goal = Goal(Span.parse("45 days"), band=Band.GREEN)
    return Journey(f"rescue {number}", ByHand(), steps, holdout=0.1, goal=goal, expires=Span.parse("60 days"))


def project(folder: Path) -> Project:
    """A project with the journeys."""
    return replace(proving.project(folder), journeys=tuple(map(journey, range(JOURNEYS))))


def store(folder: Path, count: int) -> Path:
    """The file of a store in which so many enrollments have just begun; made if it is not there."""
    path = folder / f"enrolled_{count}.sqlite"
    if path.exists():
        return path
    folder.mkdir(parents=True, exist_ok=True)
    draft = folder / f"enrolled_{count}.draft"
    draft.unlink(missing_ok=True)
    made = opened(draft)
    routes = [route_of(each) for each in project(folder).journeys]
    for start in range(0, count, CHUNK):
        some = [
            begun(routes[number % JOURNEYS], "v1", f"A{number // JOURNEYS}", BEGIN, DRUM)
            for number in range(start, min(start + CHUNK, count))
        ]
        with made.writing() as connection:
            enrollments.begin_all(connection, some)
    draft.rename(path)
    return path


def opened(path: Path) -> Store:
    """The store in a file."""
    return engine.made(Address(f"sqlite:///{path}", path, shared=False))


def knowledge(accounts: int) -> Knowledge:
    """What is known of the accounts: half of them use little, none is green."""
    ids = [f"A{number}" for number in range(accounts)]
    wave = Wave(1, BEGIN, BEGIN, 1, {}, {})
    empty = [""] * accounts
    sighting = Sighting(
        wave=wave,
        accounts=np.arange(accounts),
        ids=ids,
        places={id: place for place, id in enumerate(ids)},
        active=[True] * accounts,
        segments=empty,
        stages=empty,
        owners=empty,
        zones=empty,
        columns={"use": [place % 10 for place in range(accounts)]},
        bands={"health": [Band.YELLOW] * accounts},
    )
    return Knowledge(sighting)


def prepared(folder: Path, count: int, scratch: Path) -> Callable[[], int]:
    """What advances all of so many enrollments by their first steps, in a copy of their store; it gives how many there were."""
    copy = Path(shutil.copy(store(folder, count), scratch / "store.sqlite"))
    routes = Routes(project(folder))
    for name in (f"rescue {number}" for number in range(JOURNEYS)):
        way = routes.current(name)
        assert way is not None
        routes.known(replace(way, version="v1"))
    warehouse = open_warehouse(scratch / "warehouse.duckdb")
    advancing = Advancing(routes, knowledge(count // JOURNEYS), warehouse, Setting(DRUM, ZONE, ZONE))
    kept = opened(copy)

    def advance() -> int:
        progress = Progress()
        advancing.all_due(kept, BEGIN + timedelta(hours=1), progress)
        return progress.advanced

    return advance
