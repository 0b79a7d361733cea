"""Accounts enter journeys: by what a wave of live runs has set off, by a step of another journey, or by hand; lots are drawn at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from keepwell.outreach.enrollment import Enrollment, Refusal, begun, refusal
from keepwell.outreach.journey import Journey
from keepwell.outreach.lot import Drum
from keepwell.outreach.route import Route, route_of
from keepwell.outreach.trigger import Reentry
from keepwell.project.project import Project
from keepwell.runs.outreach.firing import Fired
from keepwell.store import enrollments, journey_versions
from keepwell.store.engine import Connection


@dataclass(frozen=True)
class Entrance:
    """The way into the journeys of the applied version, whose files are kept as `snapshot`.

    `holdout` (0–1) is the share of accounts that every journey leaves alone.
    """

    project: Project
    snapshot: str
    drum: Drum
    holdout: float = 0.0
    _routes: dict[str, Route] = field(default_factory=dict, repr=False)
    _versions: dict[str, str] = field(default_factory=dict, repr=False)

    @property
    def zone(self) -> ZoneInfo:
        """The project's zone."""
        return self.project.zone

    def enrol(
        self, connection: Connection, journey: Journey, fired: Sequence[Fired], at: datetime
    ) -> "Entered":
        """Puts accounts into a journey, as far as they may enter it (again), from an instant on, in the transaction of the connection."""
        wanted = self.admitted(connection, journey, fired, at)
        new = [each for each in wanted.values() if isinstance(each, Enrollment)]
        if new:
            journey_versions.see(connection, journey.name, self.version(journey), self.snapshot, at)
        kept = enrollments.begin_all(connection, new)
        return Entered(kept, len(wanted) - len(new))

    def admitted(
        self, connection: Connection, journey: Journey, fired: Sequence[Fired], at: datetime
    ) -> Mapping[Fired, Enrollment | Refusal]:
        """For each account that is to enter a journey its enrollment, or why it does not; lots are drawn, nothing is kept."""
        fired = _once(journey, fired)
        earlier = enrollments.earlier(connection, journey.name, {each.account for each in fired})
        found: dict[Fired, Enrollment | Refusal] = {}
        for each in fired:
            before = earlier.get(each.account, ())
            refused = refusal(journey, before, at, self.zone, each.key)
            found[each] = refused or self._begun(journey, each, len(before), at)
        return found

    def version(self, journey: Journey) -> str:
        """The version of a journey by which accounts begin it."""
        if journey.name not in self._versions:
            self._versions[journey.name] = self.project.journey_version(journey)
        return self._versions[journey.name]

    def _route(self, journey: Journey) -> Route:
        if journey.name not in self._routes:
            self._routes[journey.name] = route_of(journey)
        return self._routes[journey.name]

    def _begun(self, journey: Journey, fired: Fired, earlier: int, at: datetime) -> Enrollment:
        return begun(
            self._route(journey),
            self.version(journey),
            fired.account,
            at,
            self.drum,
            earlier=earlier,
            key=fired.key,
            holdout=self.holdout,
        )


@dataclass(frozen=True, slots=True)
class Entered:
    """How many accounts have entered a journey, and how many may not (again)."""

    begun: int
    refused: int


def _once(journey: Journey, fired: Sequence[Fired]) -> list[Fired]:
    """Each account once, with the first of its facts; where each fact counts, all of them."""
    if journey.reentry is Reentry.PER_KEY:
        return list(dict.fromkeys(fired))
    first: dict[str, Fired] = {}
    for each in fired:
        first.setdefault(each.account, each)
    return list(first.values())
