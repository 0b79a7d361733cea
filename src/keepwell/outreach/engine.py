"""The engine: where an enrollment comes to by an instant, and what is to be done on the way.

A pure function of the journey, the enrollment, what is known of the account, the clock and the key of lots. It goes from one instant at which
something can change to the next: something becomes known, a wait is over, a time limit is reached. So it does not matter how often it is
asked: many small steps come to the same as one.

At each instant the goal is looked at first, then the exits, then the time limit, and then steps are done until one waits.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from keepwell.outreach.enrollment import End, Enrollment
from keepwell.outreach.journey import Goal
from keepwell.outreach.local_time import EVERY_DAY, MONDAY_TO_FRIDAY, Workdays, earliest_at, later
from keepwell.outreach.lot import Drum
from keepwell.outreach.route import DONE, Route, first_of
from keepwell.outreach.step import Branch, Exit, Experiment, Message, Offer, Step, Wait
from keepwell.outreach.timeline import Timeline
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


@dataclass(frozen=True, slots=True)
class _Moment:
    """An instant at which an enrollment is looked at, with all that is gone by."""

    route: Route
    timeline: Timeline
    setting: Setting
    at: datetime

    def holds(self, condition: Expression | None) -> bool:
        """Whether a condition holds by what is known; an absent one always does."""
        return holds(condition, self.timeline.at(self.at).values.get, self.setting.project)


def advance(
    route: Route, enrollment: Enrollment, timeline: Timeline, setting: Setting, now: datetime
) -> Advanced:
    """Where the enrollment comes to by `now`. What is known only after `now` is not looked at; a clock that went back changes nothing."""
    if not enrollment.under_way:
        return Advanced(enrollment, (), None)
    if now < enrollment.at:
        return Advanced(enrollment, (), enrollment.at)
    intents: list[Intent] = []
    at: datetime | None = enrollment.at
    wakes_at = None
    while at is not None:
        enrollment, more = _settled(enrollment, _Moment(route, timeline, setting, at))
        intents += more
        if not enrollment.under_way:
            return Advanced(enrollment, tuple(intents), None)
        wakes_at = _wakes_at(route, enrollment, setting)
        instants = [each for each in (wakes_at, timeline.next_after(at)) if each is not None]
        at = min((each for each in instants if each <= now), default=None)
    return Advanced(replace(enrollment, at=now), tuple(intents), wakes_at)


def _settled(enrollment: Enrollment, moment: _Moment) -> tuple[Enrollment, list[Intent]]:
    """The enrollment once all is done that can be done at the moment."""
    ended = _ended(enrollment, moment)
    if ended is not None:
        return ended, []
    enrollment, intents = _walked(enrollment, moment)
    if enrollment.under_way and enrollment.place == DONE and not _watched(enrollment, moment):
        enrollment = enrollment.ended(End.FINISHED, moment.at)
    return enrollment, [] if enrollment.held_out else intents


def _ended(enrollment: Enrollment, moment: _Moment) -> Enrollment | None:
    """The enrollment once its goal, an exit or its time limit has ended it; `None`: none has."""
    journey = moment.route.journey
    if journey.goal is not None and _watched(enrollment, moment) and _reached(journey.goal, moment):
        return enrollment.ended(End.REACHED, moment.at)
    for condition in journey.exits:
        if moment.holds(condition):
            return enrollment.ended(End.EXITED, moment.at, written(condition))
    expires = _expires(enrollment, moment.route, moment.setting)
    return enrollment.ended(End.EXPIRED, moment.at) if expires is not None and expires <= moment.at else None


def _reached(goal: Goal, moment: _Moment) -> bool:
    """Whether the goal is reached: its band or a better one, and its condition, as far as it names them."""
    if goal.band is not None:
        band = moment.timeline.at(moment.at).bands.get(USUAL_PURPOSE)
        if band is None or BY_CODE.index(band) < BY_CODE.index(goal.band):
            return False
    return moment.holds(goal.when)


def _watched(enrollment: Enrollment, moment: _Moment) -> bool:
    """Whether there is a goal, and its time is not over."""
    until = _goal_until(enrollment, moment.route, moment.setting)
    return until is not None and moment.at < until


def _walked(enrollment: Enrollment, moment: _Moment) -> tuple[Enrollment, list[Intent]]:
    """The enrollment once it has done its steps until one waits, or none is left."""
    route, intents = moment.route, list[Intent]()
    while enrollment.under_way and enrollment.place != DONE:
        step = route.steps[enrollment.place]
        after = route.following[step.id]
        match step:
            case Wait():
                if not _over(step, enrollment, moment):
                    break
            case Branch():
                after = first_of(step.then if moment.holds(step.when) else step.otherwise, after)
            case Experiment():
                enrollment, steps = _taken(step, enrollment, moment)
                after = first_of(steps, after)
            case _:
                if step.id not in enrollment.done:
                    intents.append(_intent(step, enrollment, moment))
                    enrollment = replace(enrollment, done=enrollment.done | {step.id})
                if isinstance(step, Exit):
                    enrollment = enrollment.ended(End.LEFT, moment.at, step.because)
        enrollment = enrollment.put(after, moment.at) if enrollment.under_way else enrollment
    return enrollment, intents


def _intent(step: Step, enrollment: Enrollment, moment: _Moment) -> Intent:
    offer = step.offer if isinstance(step, Message) else None
    if offer is not None and not moment.holds(offer.eligible):
        offer = None
    return Intent(enrollment.id, step, enrollment.round, moment.at, offer)


def _taken(step: Experiment, enrollment: Enrollment, moment: _Moment) -> tuple[Enrollment, tuple[Step, ...]]:
    """The enrollment with the arm that it takes, and the arm's steps.

    It keeps the arm that it has got; one that is no more, or an experiment that came later, is drawn for.
    """
    known = enrollment.arms or {}
    kept = next((arm for arm in step.arms if arm.name == known.get(step.id)), None)
    if kept is not None:
        return enrollment, kept.steps
    drawn = moment.setting.drum.arm(enrollment.journey, step, enrollment.account)
    return replace(enrollment, arms={**known, step.id: drawn.name}), drawn.steps


def _over(step: Wait, enrollment: Enrollment, moment: _Moment) -> bool:
    """Whether what is waited for is there: the event, the condition, or the end of the time."""
    until = _wait_until(step, enrollment, moment.setting)
    if until is not None and until <= moment.at:
        return True
    if step.event is not None and moment.timeline.happened(step.event, enrollment.since, moment.at):
        return True
    return step.when is not None and moment.holds(step.when)


def _wait_until(step: Wait, enrollment: Enrollment, setting: Setting) -> datetime | None:
    """When a wait is over though nothing happens; `None`: never.

    That is after the span or the timeout, whichever is shorter, and then at the hour. What waits for neither event nor condition
    waits for the hour alone, or not at all.
    """
    days = setting.workdays if step.business_days else None
    spans = [span for span in (step.span, step.timeout) if span is not None]
    if not spans and (step.event is not None or step.when is not None):
        return None
    since = enrollment.since
    until = min((later(since, span, setting.zone, days) for span in spans), default=since)
    return until if step.hour is None else earliest_at(until, step.hour, setting.zone, days or EVERY_DAY)


def _expires(enrollment: Enrollment, route: Route, setting: Setting) -> datetime | None:
    return _after(enrollment.began_at, route.journey.expires, setting)


def _goal_until(enrollment: Enrollment, route: Route, setting: Setting) -> datetime | None:
    goal = route.journey.goal
    return None if goal is None else _after(enrollment.began_at, goal.within, setting)


def _after(instant: datetime, span: Span | None, setting: Setting) -> datetime | None:
    return None if span is None else span.after(instant, setting.project)


def _wakes_at(route: Route, enrollment: Enrollment, setting: Setting) -> datetime | None:
    """When time alone moves an enrollment that has settled."""
    if enrollment.place == DONE:
        own = _goal_until(enrollment, route, setting)
    else:
        step = route.steps[enrollment.place]
        own = _wait_until(step, enrollment, setting) if isinstance(step, Wait) else None
    limits = [each for each in (own, _expires(enrollment, route, setting)) if each is not None]
    return min(limits, default=None)
