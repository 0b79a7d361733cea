"""The ways through journeys, each by the version by which accounts are under way: the applied one, or one that is kept in a snapshot."""

from dataclasses import dataclass, field

from keepwell.errors import UserError
from keepwell.outreach.journey import Journey
from keepwell.outreach.route import Route, route_of
from keepwell.project.project import Project
from keepwell.project.snapshot import Snapshot
from keepwell.runs.applied import of_copy
from keepwell.runs.outreach.known import Asks
from keepwell.store import journey_versions, snapshots
from keepwell.store.engine import Connection


@dataclass(frozen=True, slots=True)
class Way:
    """The way through a version of a journey, and what it goes by."""

    version: str
    route: Route
    asks: Asks

    @property
    def journey(self) -> Journey:
        """The journey of that version."""
        return self.route.journey


@dataclass(frozen=True)
class Routes:
    """The ways through the journeys of the applied version, and through those by which accounts are under way still.

    What was read once is kept: a version never changes.
    """

    project: Project
    _ways: dict[tuple[str, str], Way | None] = field(default_factory=dict, repr=False)
    _projects: dict[str, Project] = field(default_factory=dict, repr=False)

    def current(self, name: str) -> Way | None:
        """The way by which accounts begin a journey today; `None`: the applied version has none of that name."""
        journey = next((each for each in self.project.journeys if each.name == name), None)
        return None if journey is None else self._kept(journey, self.project.journey_version(journey))

    def of(self, connection: Connection, name: str, version: str) -> Way | None:
        """The way through a version of a journey; `None`: no copy of it is kept, or this Keepwell cannot read it."""
        known = (name, version)
        if known not in self._ways:
            current = self.current(name)
            if current is None or current.version != version:
                self._ways[known] = self._earlier(connection, name, version)
        return self._ways[known]

    def known(self, way: Way) -> None:
        """Takes a way as that of its version, without reading it."""
        self._ways[way.journey.name, way.version] = way

    def _kept(self, journey: Journey, version: str) -> Way:
        known = (journey.name, version)
        way = self._ways.get(known)
        if way is None:
            way = self._ways[known] = Way(version, route_of(journey), Asks.of(journey))
        return way

    def _earlier(self, connection: Connection, name: str, version: str) -> Way | None:
        snapshot = journey_versions.snapshot_of(connection, name, version)
        project = None if snapshot is None else self._copy(connection, snapshot, version)
        journey = next((each for each in project.journeys if each.name == name), None) if project else None
        return None if journey is None else Way(version, route_of(journey), Asks.of(journey))

    def _copy(self, connection: Connection, snapshot: str, version: str) -> Project | None:
        if snapshot not in self._projects:
            texts = snapshots.texts(connection, snapshot)
            try:
                self._projects[snapshot] = of_copy(Snapshot(self.project.folder, texts), version)
            except (
                UserError
            ):  # an earlier Keepwell wrote it; whoever asks says so of those who are under way by it
                return None
        return self._projects[snapshot]
