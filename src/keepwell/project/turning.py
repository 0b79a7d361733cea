"""The clock of a simulated project, which people can turn: its invented firm lives on as if that much time had passed."""

import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from keepwell import clock
from keepwell.project.project import Project

FILE = ".keepwell/clock"
"""Where it is kept to when the clock was turned. It counts for projects that say `simulated: true`, and for no others."""


@dataclass(frozen=True, slots=True)
class Turned:
    """How a clock was turned: the instant of which scores speak since, and how far it runs ahead of the system's (negative: behind it)."""

    as_of: datetime
    by: timedelta

    @property
    def now(self) -> datetime:
        """What the turned clock says."""
        return datetime.now(UTC) + self.by


def turned(folder: Path) -> Turned | None:
    """How the clock of the project in a folder was turned; `None`: never."""
    try:
        said = json.loads((folder / FILE).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    return Turned(datetime.fromisoformat(said["as_of"]), timedelta(seconds=said["seconds"]))


def turn(folder: Path, as_of: datetime, now: datetime) -> None:
    """Turns the clock so that it says `now` and runs on from there, and scores speak of `as_of`, until it is turned again."""
    seconds = (now - datetime.now(UTC)).total_seconds()
    said = {"as_of": as_of.astimezone(UTC).isoformat(), "seconds": seconds}
    path = folder / FILE
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".new")
    draft.write_text(json.dumps(said), encoding="utf-8")
    draft.replace(path)


def along(project: Project) -> Project:
    """The project at the time to which its clock was turned; this process's clock goes along. One that is not simulated stays as it is."""
    found = turned(project.folder) if project.simulated else None
    clock.turn(timedelta() if found is None else found.by)
    return project if found is None else replace(project, as_of=found.as_of)
