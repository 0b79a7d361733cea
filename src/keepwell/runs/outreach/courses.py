"""Journeys with their texts, each by the version by which accounts are under way: the applied one, or one that is kept in a snapshot."""

from dataclasses import dataclass, field

from keepwell.errors import UserError
from keepwell.outreach.journey import Journey, walked
from keepwell.outreach.step import Message
from keepwell.project.project import Project
from keepwell.project.snapshot import Snapshot
from keepwell.runs.applied import of_copy
from keepwell.store import journey_versions, snapshots
from keepwell.store.engine import Connection


@dataclass(frozen=True, slots=True)
class Course:
    """A journey of a version, and the project of that version, whose texts it uses."""

    project: Project
    journey: Journey

    def message(self, step: str) -> Message | None:
        """The message of a step; `None`: it has no such step."""
        found = (each for each in walked(self.journey.steps) if each.id == step)
        return next((each for each in found if isinstance(each, Message)), None)


@dataclass(frozen=True)
class Courses:
    """The journeys of the applied version, and of those by which accounts are under way still. What was read once is kept."""

    project: Project
    _known: dict[tuple[str, str], Course | None] = field(default_factory=dict, repr=False)

    def of(self, connection: Connection, name: str, version: str) -> Course | None:
        """A journey of a version; `None`: no copy of it is kept, or this Keepwell cannot read it."""
        if (name, version) not in self._known:
            found = _within(self.project, name)
            if found is None or self.project.journey_version(found.journey) != version:
                found = self._earlier(connection, name, version)
            self._known[name, version] = found
        return self._known[name, version]

    def known(self, name: str, version: str) -> Course | None:
        """A journey of a version that was asked for before."""
        return self._known[name, version]

    def _earlier(self, connection: Connection, name: str, version: str) -> Course | None:
        snapshot = journey_versions.snapshot_of(connection, name, version)
        if snapshot is None:
            return None
        copy = Snapshot(self.project.folder, snapshots.texts(connection, snapshot))
        try:
            return _within(of_copy(copy, version), name)
        except UserError:  # an earlier Keepwell wrote it: its messages are skipped, and say why
            return None


def _within(project: Project, name: str) -> Course | None:
    journey = next((each for each in project.journeys if each.name == name), None)
    return None if journey is None else Course(project, journey)
