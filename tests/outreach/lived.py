"""A journey lived through hour by hour: the slow, obvious meaning of the engine, for journeys in UTC whose times are whole hours."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from keepwell.outreach.journey import Journey
from keepwell.outreach.lot import Drum
from keepwell.outreach.step import Branch, Exit, Experiment, Step, Wait
from keepwell.outreach.timeline import Timeline
from keepwell.scoring.score import Band
from keepwell.signals.expression import Expression
from keepwell.signals.meaning import evaluate
from keepwell.signals.window import Span, Unit
from tests.outreach.made import ZONE

HOUR = timedelta(hours=1)


class Left(Exception):
    """A step has ended the journey."""


@dataclass
class Life:
    """One account in one journey; what it did by and by, and how it ended."""

    journey: Journey
    account: str
    drum: Drum
    timeline: Timeline
    now: datetime
    did: list[tuple[str, datetime]] = field(default_factory=list)
    end: str | None = None

    def live(self, until: datetime) -> None:
        """Looks at every hour until an instant, this one included."""
        began, walk, finished = self.now, self._walk(self.journey.steps), False
        goal, expires = self.journey.goal, self.journey.expires
        while self.now <= until and self.end is None:
            hopeful = goal is not None and self.now < began + length(goal.within)
            if hopeful and self._reached():
                self.end = "reached"
            elif any(self._holds(each) for each in self.journey.exits):
                self.end = "exited"
            elif expires is not None and self.now >= began + length(expires):
                self.end = "expired"
            else:
                try:
                    finished = next(walk, "no more") == "no more"
                except Left:
                    self.end = "left"
                if finished and not hopeful:
                    self.end = "finished"
            self.now += HOUR if self.end is None else timedelta(0)

    def _walk(self, steps: tuple[Step, ...]) -> Iterator[None]:
        for step in steps:
            match step:
                case Wait():
                    arrived = self.now
                    while not self._over(step, arrived):
                        yield
                case Branch():
                    yield from self._walk(step.then if self._holds(step.when) else step.otherwise)
                case Experiment():
                    yield from self._walk(self.drum.arm(self.journey.name, step, self.account).steps)
                case _:
                    self.did.append((step.id, self.now))
                    if isinstance(step, Exit):
                        raise Left

    def _over(self, wait: Wait, arrived: datetime) -> bool:
        if any(each.name == wait.event and arrived < each.at <= self.now for each in self.timeline.events):
            return True
        if wait.when is not None and self._holds(wait.when):
            return True
        passed = [each for each in (wait.span, wait.timeout) if each is not None]
        if not passed and (wait.event or wait.when):
            return False
        since = min((_later(arrived, each, wait.business_days) for each in passed), default=arrived)
        while wait.hour is not None and not (
            since.hour == wait.hour.hour and (since.weekday() < 5 or not wait.business_days)
        ):
            since += HOUR
        return since <= self.now

    def _holds(self, condition: Expression) -> bool:
        values = [each.values for each in self.timeline.known if each.at <= self.now]
        return evaluate(condition, (values[-1] if values else {}).get, ZONE) is True

    def _reached(self) -> bool:
        goal = self.journey.goal
        assert goal is not None
        bands = [each.bands for each in self.timeline.known if each.at <= self.now]
        better = {Band.RED: "red yellow green", Band.YELLOW: "yellow green", Band.GREEN: "green"}
        if (
            goal.band is not None
            and (bands[-1] if bands else {}).get("health", "") not in better[goal.band].split()
        ):
            return False
        return goal.when is None or self._holds(goal.when)


def length(span: Span) -> timedelta:
    return timedelta(hours=span.count) if span.unit is Unit.HOURS else timedelta(days=span.count)


def _later(at: datetime, span: Span, business_days: bool) -> datetime:
    if span.unit is Unit.HOURS or not business_days:
        return at + length(span)
    left = span.count
    while left:
        at += timedelta(days=1)
        left -= at.weekday() < 5
    return at.astimezone(UTC)
