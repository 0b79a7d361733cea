"""Breakers and approvals at work: journeys that do harm are paused, people pause them, let them go on, and say yes to what they send."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import timedelta

from keepwell import clock
from keepwell.errors import ConflictError, UserError
from keepwell.outreach.approval import Approval
from keepwell.outreach.breaker import Breaker, Counts, State, Step
from keepwell.outreach.journey import Journey
from keepwell.outreach.ledger import SENT
from keepwell.outreach.ledger import State as Entry
from keepwell.project.project import Project
from keepwell.project.report import hint
from keepwell.store import breakers, journey_approvals, ledger
from keepwell.store.engine import Connection, Store


def look(project: Project, store: Store, journeys: Collection[str]) -> tuple[str, ...]:
    """Looks at what came of the journeys' messages, and pauses those that do harm; their names."""
    now, limits = clock.now(), project.outreach.limits
    tripped = []
    with store.reading() as connection:
        found = [
            (name, before, before.judged(_counts(connection, project, name, before), now, limits))
            for name in sorted(journeys)
            if not (before := breakers.of(connection, name) or _running()).paused
        ]
    for name, before, after in found:
        if after is before:
            continue
        with store.writing() as connection:
            if (breakers.of(connection, name) or before) == before:
                breakers.keep(connection, name, after)
                tripped.append(name)
    return tuple(tripped)


def _running() -> Breaker:
    return Breaker(State.RUNNING, clock.now().replace(year=2000))


def _counts(
    connection: Connection, project: Project, journey: str, breaker: Breaker
) -> dict[timedelta, Counts]:
    """What went out and came back within the time of each limit; what was sent before somebody let the journey go on is not counted."""
    now = clock.now()
    counts = {}
    for over in {limit.over for limit in project.outreach.limits}:
        since = max(now - over, breaker.since)
        otherwise = ledger.bounced_otherwise(connection, journey, since)
        counts[over] = _counted(ledger.counted(connection, journey, since), otherwise)
    return counts


def _counted(states: Mapping[Entry, int], otherwise: int) -> Counts:
    errors = sum(states.get(state, 0) for state in (Entry.FAILED, Entry.UNKNOWN, Entry.APPROVED))
    return Counts(
        sent=sum(states.get(state, 0) for state in SENT),
        complaints=states.get(Entry.COMPLAINED, 0),
        hard_bounces=states.get(Entry.BOUNCED, 0) - otherwise,
        attempts=sum(states.values()),
        errors=errors,
    )


def stop(project: Project, store: Store, journey: str, because: str, *, by: str) -> Breaker:
    """Pauses a journey's messages by hand: people go on along its steps, what is to be sent waits.

    Raises:
        UserError: there is no such journey, or no reason is said.
    """
    _journey(project, journey)
    if not because.strip():
        raise UserError("a journey is paused for a reason", do='say it: --because "the link is wrong"')
    return _moved(store, journey, Step.STOP, because.strip(), by)


def resume(project: Project, store: Store, journey: str, *, by: str) -> Breaker:
    """Lets a journey's messages go out again; what has waited is looked at anew.

    Raises:
        UserError: there is no such journey.
    """
    _journey(project, journey)
    return _moved(store, journey, Step.RESUME, "", by)


def _moved(store: Store, journey: str, step: Step, because: str, by: str) -> Breaker:
    with store.writing() as connection:
        before = breakers.of(connection, journey) or _running()
        after = before.after(step, clock.now(), by=by, because=because)
        if after is not before:
            breakers.keep(connection, journey, after)
        return after


def approve(project: Project, store: Store, journey: str, *, by: str, content: str = "") -> Approval:
    """Says yes to what a journey sends as it is applied: its definition, its texts, its audience. Any edit is another content, which needs another yes.

    `content` is the version that was looked at (empty: the applied one).

    Raises:
        UserError: there is no such journey.
        ConflictError: another version is applied by now.
    """
    version = project.journey_version(_journey(project, journey))
    if content and content != version:
        raise ConflictError(
            f"{journey} has changed since: its version is {version}, not {content}",
            do=f"look at it again, then: keepwell outreach approve {journey}",
        )
    approval = Approval(version, by, clock.now())
    with store.writing() as connection:
        standing = journey_approvals.every(connection).get(journey, ())
        known = next((each for each in standing if each.covers(version, approval.at)), None)
        if known is None:
            journey_approvals.approve(connection, journey, approval)
    return known or approval


def withdraw(project: Project, store: Store, journey: str, *, by: str) -> int:
    """Takes back every yes to what a journey sends as it is applied; how many there were.

    Raises:
        UserError: there is no such journey.
    """
    version = project.journey_version(_journey(project, journey))
    no = replace(Approval(version, by, clock.now()), withdrawn_at=clock.now())
    with store.writing() as connection:
        return journey_approvals.withdraw(connection, journey, no)


def approved(project: Project, store: Store, journey: str) -> bool:
    """Whether what a journey sends as it is applied has a yes, or needs none."""
    found = _journey(project, journey)
    version = project.journey_version(found)
    with store.reading() as connection:
        standing = journey_approvals.every(connection).get(journey, ())
    return not found.approval or any(each.covers(version, clock.now()) for each in standing)


def _journey(project: Project, name: str) -> Journey:
    known = {journey.name: journey for journey in project.journeys}
    if name not in known:
        raise UserError(
            f"there is no journey {name!r}", do=hint(name, sorted(known)) or "write one in journeys/"
        )
    return known[name]
