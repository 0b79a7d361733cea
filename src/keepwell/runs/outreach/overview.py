"""Journeys as people look at them: who is where, what was sent, what was not and why, and whether the goal is reached more often than without."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from keepwell.errors import AbsentError
from keepwell.outreach.approval import Approval
from keepwell.outreach.arbiter import Reason
from keepwell.outreach.breaker import Breaker
from keepwell.outreach.enrollment import End
from keepwell.outreach.journey import Journey
from keepwell.outreach.route import DONE, route_of
from keepwell.outreach.wording import does
from keepwell.project.project import Project
from keepwell.proof.interval import Estimate, difference, wilson
from keepwell.store import breakers, enrolled, holds, journey_approvals
from keepwell.store.engine import Connection, Store
from keepwell.store.enrolled import Outcome, Stand, Tally
from keepwell.store.holds import Hold

ENOUGH = 20
"""Of fewer accounts on either side nothing is said of what a journey brings about."""


@dataclass(frozen=True, slots=True)
class Line:
    """A journey in the list of all.

    `approval` is the yes that covers what is applied (`None`: there is none). `under_way` and `ended` count enrollments, held out or not;
    `held_out` those left alone on purpose, `reached` those that came to the goal. `holds` wait for a person.
    """

    journey: Journey
    version: str
    breaker: Breaker | None
    approval: Approval | None
    under_way: int
    ended: int
    held_out: int
    reached: int
    holds: tuple[Hold, ...]

    @property
    def paused(self) -> bool:
        """Whether its messages wait."""
        return self.breaker is not None and self.breaker.paused

    @property
    def unapproved(self) -> bool:
        """Whether nothing goes out since nobody has said yes to what is applied."""
        return self.journey.approval and self.approval is None


@dataclass(frozen=True, slots=True)
class Place:
    """A step at which accounts stand: what it does, how many stand there, and how many of those that are held out would."""

    step: str
    words: str
    here: int
    ghosts: int


@dataclass(frozen=True, slots=True)
class Side:
    """Those held out, or the others, whose time for the goal is over: enrollments, accounts, how many reached it, and their share (0–1)."""

    count: int
    accounts: int
    reached: int
    share: Estimate | None


@dataclass(frozen=True, slots=True)
class Effect:
    """Whether the goal is reached more often with the journey than without: by intention to treat, whatever was sent or skipped.

    `more` is the difference of the two shares (`None`: too little data).
    """

    treated: Side
    alone: Side
    more: Estimate | None


@dataclass(frozen=True, slots=True)
class Overview:
    """Everything that the page of a journey shows of it; `effect` is `None` where it has no goal. `ends` counts how enrollments ended."""

    line: Line
    places: tuple[Place, ...]
    ends: tuple[tuple[End, int], ...]
    messages: tuple[Tally, ...]
    effect: Effect | None


def every(project: Project, store: Store, now: datetime) -> tuple[Line, ...]:
    """All journeys that are applied, by name."""
    with store.reading() as connection:
        standing = list(enrolled.stands(connection))
        return _lines(project, connection, standing, now)


def overview(project: Project, store: Store, name: str, now: datetime) -> Overview:
    """What there is to see of a journey.

    Raises:
        AbsentError: there is no such journey.
    """
    journey = named(project, name)
    with store.reading() as connection:
        standing = list(enrolled.stands(connection, name))
        line = next(one for one in _lines(project, connection, standing, now) if one.journey.name == name)
        effect = None
        if journey.goal is not None:
            began_by = journey.goal.within.before(now, project.zone)
            effect = effect_of(enrolled.outcomes(connection, name, began_by))
        return Overview(
            line=line,
            places=tuple(_places(journey, standing)),
            ends=tuple(_ends(standing)),
            messages=enrolled.tallied(connection, name),
            effect=effect,
        )


def named(project: Project, name: str) -> Journey:
    """The applied journey of that name.

    Raises:
        AbsentError: there is none.
    """
    found = next((each for each in project.journeys if each.name == name), None)
    if found is None:
        raise AbsentError(
            f"there is no journey {name!r}",
            do="look at those there are, on the page Journeys",
            by_api="GET /api/journeys lists those there are",
        )
    return found


def effect_of(outcomes: Iterable[Outcome]) -> Effect:
    """The effect, from what became of those whose time for the goal is over. An account is one witness, however often it went through."""
    by_side = {each.held_out: each for each in outcomes}
    treated, alone = (_side(by_side.get(held_out)) for held_out in (False, True))
    more = None
    if treated.share is not None and alone.share is not None:
        more = difference(treated.share, alone.share)
    return Effect(treated, alone, more)


def reason_in_words(reason: str) -> str:
    """Why a message is where it is: `they have unsubscribed`; empty where there is nothing to say."""
    try:
        return Reason(reason).about
    except ValueError:
        return reason.replace("_", " ")


def _side(outcome: Outcome | None) -> Side:
    if outcome is None:
        return Side(0, 0, 0, None)
    share = None
    if outcome.accounts >= ENOUGH:
        share = wilson(outcome.reached / outcome.count, outcome.accounts)
    return Side(outcome.count, outcome.accounts, outcome.reached, share)


def _lines(
    project: Project, connection: Connection, standing: Sequence[Stand], now: datetime
) -> tuple[Line, ...]:
    paused, waiting = breakers.every(connection), holds.every(connection)
    said = journey_approvals.every(connection)
    lines = []
    for journey in sorted(project.journeys, key=lambda each: each.name):
        version = project.journey_version(journey)
        mine = [each for each in standing if each.journey == journey.name]
        yes = [each for each in said.get(journey.name, ()) if each.covers(version, now)]
        lines.append(
            Line(
                journey=journey,
                version=version,
                breaker=paused.get(journey.name),
                approval=yes[-1] if yes else None,
                under_way=sum(each.count for each in mine if each.end is None),
                ended=sum(each.count for each in mine if each.end is not None),
                held_out=sum(each.count for each in mine if each.held_out),
                reached=sum(each.count for each in mine if each.end is End.REACHED),
                holds=tuple(each for each in waiting if each.journey == journey.name),
            )
        )
    return tuple(lines)


def _places(journey: Journey, standing: Sequence[Stand]) -> Iterable[Place]:
    """The steps in their order, and after them those of earlier versions at which somebody stands."""
    steps = {id: does(step) for id, step in route_of(journey).steps.items()}
    under_way = [each for each in standing if each.end is None]
    others = sorted({each.place for each in under_way} - set(steps) - {DONE})
    words = {**steps, **dict.fromkeys(others, "A step of an earlier version")}
    words[DONE] = "All steps are done; the goal is still awaited"
    for step, told in words.items():
        here = [each for each in under_way if each.place == step]
        treated = sum(each.count for each in here if not each.held_out)
        ghosts = sum(each.count for each in here if each.held_out)
        if step in steps or treated or ghosts:
            yield Place(step, told, treated, ghosts)


def _ends(standing: Sequence[Stand]) -> Iterable[tuple[End, int]]:
    for end in End:
        count = sum(each.count for each in standing if each.end is end)
        if count:
            yield end, count
