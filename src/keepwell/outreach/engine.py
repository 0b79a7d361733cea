"""The engine: where an enrollment comes to by an instant, and what is to be done on the way.

A pure function of the journey, the enrollment, what is known of the account, the clock and the key of lots. It goes from one instant at which
something can change to the next: something becomes known, a wait is over, a time limit is reached. So it does not matter how often it is
asked: many small steps come to the same as one.

At each instant the goal is looked at first, then the exits, then the time limit, and then steps are done until one waits.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time
from functools import lru_cache
from zoneinfo import ZoneInfo

from keepwell.outreach.enrollment import End, Enrollment
from keepwell.outreach.journey import Goal
from keepwell.outreach.local_time import EVERY_DAY, MONDAY_TO_FRIDAY, Workdays, earliest_at, later
from keepwell.outreach.lot import Drum
from keepwell.outreach.route import DONE, Route, first_of
from keepwell.outreach.step import Branch, Exit, Experiment, Message, Offer, Step, Wait
from keepwell.outreach.timeline import Known, Timeline
from keepwell.outreach.trigger import USUAL_PURPOSE
from keepwell.scoring.bands import BY_CODE
from keepwell.signals.expression import Expression
from keepwell.signals.meaning import holds
from keepwell.signals.window import Span
from keepwell.signals.writing import written


@dataclass(frozen=True, slots=True)
class Setting:
    """What an enrollment goes by besides the journey and the facts.

    `zone` is where the contact is: waits are counted there, and anew if it changes. `project` is the zone in which days of expressions, time limits
    and goals are counted.
    """

    drum: Drum
    zone: ZoneInfo
    project: ZoneInfo
    workdays: Workdays = MONDAY_TO_FRIDAY


@dataclass(frozen=True, slots=True)
class Intent:
    """Something to be done: the step that says what. There are never two of one enrollment, step and occurrence.

    `at` is when the enrollment came to it. `offer` is what a message carries: that of its step, if the account is eligible.
    """

    enrollment: str
    step: Step
    occurrence: int
    at: datetime
    offer: Offer | None = None


@dataclass(frozen=True, slots=True)
class Advanced:
    """Where an enrollment has come to, and what is to be done, in order.

    `wakes_at`: when it is to be advanced again though nothing more becomes known; `None`: there is no such time.
    """

    enrollment: Enrollment
    intents: tuple[Intent, ...]
    wakes_at: datetime | None


def advance(
    route: Route, enrollment: Enrollment, timeline: Timeline, setting: Setting, now: datetime
) -> Advanced:
    """Where the enrollment comes to by `now`. What is known only after `now` is not looked at; a clock that went back changes nothing."""
    if not enrollment.under_way:
        return Advanced(enrollment, (), None)
    if now < enrollment.at:
        return Advanced(enrollment, (), enrollment.at)
    going = _Going.of(route, enrollment, timeline, setting)
    while True:
        going.settle()
        if going.end is not None:
            return Advanced(going.now(going.at), tuple(going.intents), None)
        wakes_at = going.wakes_at()
        following = _first(wakes_at, timeline.next_after(going.at))
        if following is None or following > now:
            return Advanced(going.now(now), tuple(going.intents), wakes_at)
        going.at = following


@dataclass(slots=True)
class _Going:
    """An enrollment on its way: what of it changes from instant to instant (`at`), and what is to be done.

    `goal_until` and `expires` are its limits, `until` is when the wait at which it stands is over by time alone. `known` is what is known at
    the instant. It is the one thing here that changes: to make an enrollment anew for each step took longer than all else.
    """

    route: Route
    enrollment: Enrollment
    timeline: Timeline
    setting: Setting
    at: datetime
    place: str
    since: datetime
    goal_until: datetime | None
    expires: datetime | None
    known: Known
    arms: Mapping[str, str] | None
    done: frozenset[str]
    intents: list[Intent]
    until: datetime | None = None
    end: End | None = None
    because: str = ""

    @classmethod
    def of(cls, route: Route, enrollment: Enrollment, timeline: Timeline, setting: Setting) -> "_Going":
        """An enrollment where it stands."""
        goal, began, zone = route.journey.goal, enrollment.began_at, setting.project
        return cls(
            route,
            enrollment,
            timeline,
            setting,
            at=enrollment.at,
            place=enrollment.place,
            since=enrollment.since,
            goal_until=None if goal is None else _after(began, goal.within, zone),
            expires=None if route.journey.expires is None else _after(began, route.journey.expires, zone),
            known=timeline.at(enrollment.at),
            arms=enrollment.arms,
            done=enrollment.done,
            intents=[],
        )

    def now(self, at: datetime) -> Enrollment:
        """The enrollment as it has come to be by an instant."""
        was = self.enrollment
        return Enrollment(
            was.id,
            was.journey,
            was.version,
            was.account,
            was.began_at,
            at,
            self.place,
            self.since,
            was.key,
            was.held_out,
            self.arms,
            self.done,
            was.round,
            self.end,
            None if self.end is None else at,
            self.because,
        )

    def settle(self) -> None:
        """Does all that can be done at the instant."""
        self.known, self.until = self.timeline.at(self.at), None
        self._look_for_end()
        if self.end is None:
            self._walk()
        if self.end is None and self.place == DONE and not self._watched():
            self.end = End.FINISHED

    def wakes_at(self) -> datetime | None:
        """When time alone moves an enrollment that has settled."""
        return _first(self.goal_until if self.place == DONE else self.until, self.expires)

    def _holds(self, condition: Expression | None) -> bool:
        """Whether a condition holds by what is known; an absent one always does."""
        return holds(condition, self.known.values.get, self.setting.project)

    def _look_for_end(self) -> None:
        """Looks whether its goal, an exit or its time limit ends it."""
        journey = self.route.journey
        if journey.goal is not None and self._watched() and self._reached(journey.goal):
            self.end = End.REACHED
            return
        for condition in journey.exits:
            if self._holds(condition):
                self.end, self.because = End.EXITED, written(condition)
                return
        if self.expires is not None and self.expires <= self.at:
            self.end = End.EXPIRED

    def _reached(self, goal: Goal) -> bool:
        """Whether the goal is reached: its band or a better one, and its condition, as far as it names them."""
        if goal.band is not None:
            band = self.known.bands.get(USUAL_PURPOSE)
            if band is None or BY_CODE.index(band) < BY_CODE.index(goal.band):
                return False
        return self._holds(goal.when)

    def _watched(self) -> bool:
        """Whether there is a goal, and its time is not over."""
        return self.goal_until is not None and self.at < self.goal_until

    def _walk(self) -> None:
        """Does steps until one waits, one ends it, or none is left."""
        route = self.route
        while self.end is None and self.place != DONE:
            step = route.steps[self.place]
            after = route.following[step.id]
            match step:
                case Wait():
                    if not self._over(step):
                        return
                case Branch():
                    after = first_of(step.then if self._holds(step.when) else step.otherwise, after)
                case Experiment():
                    after = first_of(self._taken(step), after)
                case _:
                    self._do(step)
            if self.end is None:
                self.place, self.since = after, self.at

    def _do(self, step: Step) -> None:
        """Notes what is to be done, unless that was done before; of those held out nothing comes."""
        if step.id not in self.done:
            self.done |= {step.id}
            if not self.enrollment.held_out:
                self.intents.append(self._intent(step))
        if isinstance(step, Exit):
            self.end, self.because = End.LEFT, step.because

    def _intent(self, step: Step) -> Intent:
        offer = step.offer if isinstance(step, Message) else None
        if offer is not None and not self._holds(offer.eligible):
            offer = None
        return Intent(self.enrollment.id, step, self.enrollment.round, self.at, offer)

    def _taken(self, step: Experiment) -> tuple[Step, ...]:
        """The steps of the arm that it takes. It keeps the arm that it has got; one that is no more, or an experiment that came later, is drawn for."""
        known = self.arms or {}
        kept = next((arm for arm in step.arms if arm.name == known.get(step.id)), None)
        if kept is not None:
            return kept.steps
        drawn = self.setting.drum.arm(self.enrollment.journey, step, self.enrollment.account)
        self.arms = {**known, step.id: drawn.name}
        return drawn.steps

    def _over(self, step: Wait) -> bool:
        """Whether what is waited for is there: the event, the condition, or the end of the time."""
        self.until = _wait_until(step, self.since, self.setting)
        if self.until is not None and self.until <= self.at:
            return True
        if step.event is not None and self.timeline.happened(step.event, self.since, self.at):
            return True
        return step.when is not None and self._holds(step.when)


def _first(one: datetime | None, other: datetime | None) -> datetime | None:
    """The earlier of two instants, as far as there are any."""
    if one is None or other is None:
        return other if one is None else one
    return min(one, other)


def _wait_until(step: Wait, since: datetime, setting: Setting) -> datetime | None:
    """When a wait is over though nothing happens; `None`: never.

    That is after the span or the timeout, whichever is shorter, and then at the hour. What waits for neither event nor condition
    waits for the hour alone, or not at all.
    """
    if step.span is None and step.timeout is None and (step.event is not None or step.when is not None):
        return None
    days = setting.workdays if step.business_days else None
    return _passed(since, (step.span, step.timeout), step.hour, setting.zone, days)


KEPT = 4096
"""So many answers about times are kept at hand. Accounts that began together wait for the same instants."""


@lru_cache(maxsize=KEPT)
def _passed(
    since: datetime,
    spans: tuple[Span | None, ...],
    hour: time | None,
    zone: ZoneInfo,
    days: Workdays | None,
) -> datetime:
    until = min((later(since, span, zone, days) for span in spans if span is not None), default=since)
    return until if hour is None else earliest_at(until, hour, zone, days or EVERY_DAY)


@lru_cache(maxsize=KEPT)
def _after(instant: datetime, span: Span, zone: ZoneInfo) -> datetime:
    return span.after(instant, zone)
