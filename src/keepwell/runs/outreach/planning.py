"""Planning: what journeys want said becomes entries of the ledger, one for each person, or is skipped with a reason."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from keepwell.outreach.arbiter import Reason
from keepwell.outreach.journey import Journey
from keepwell.outreach.ledger import Key, State
from keepwell.outreach.step import Message, Offer, Whom
from keepwell.outreach.whom import Chosen, chosen
from keepwell.project.project import Project
from keepwell.runs.outreach.courses import Courses
from keepwell.runs.outreach.facts import Facts
from keepwell.runs.outreach.people import Around, Team
from keepwell.store import enrollments, gifts, ledger, picks
from keepwell.store.engine import Connection, Store
from keepwell.store.enrollments import Due
from keepwell.store.gifts import Gift
from keepwell.store.ledger import Entry

KIND = "message"
"""What intents of messages are called."""

BATCH = 500
"""So many intents are planned in one transaction."""


@dataclass(frozen=True, slots=True)
class Planned:
    """What became of intents: how many were settled, how many messages were planned of them, and how many skipped at once."""

    settled: int = 0
    planned: int = 0
    skipped: int = 0


@dataclass(frozen=True, slots=True)
class _Grounds:
    """What planning goes by: what is known of accounts, who looks after them, and whom these have picked."""

    project: Project
    around: Mapping[str, Around]
    team: Team
    picked: Mapping[str, str]
    now: datetime

    def whom(self, step: Message, account_id: str) -> Chosen:
        """Whom a step means at an account."""
        there = self.around.get(account_id)
        if there is None:
            return Chosen()
        return chosen(step, there.people, self.picked.get(account_id, ""), self.team.person(there))


def plan(
    project: Project, store: Store, facts: Facts, now: datetime, courses: Courses | None = None
) -> Planned:
    """Plans every message that journeys want: an entry for each person whom its step means, settled with them in one transaction.

    Where a step means nobody, or nobody with an address on its channel, that is kept as an entry that is skipped, with the reason.
    A message whose offer the budget does not cover any more goes without it, as it does to who is not eligible.
    """
    known = courses or Courses(project)
    total = Planned()
    while True:
        made = _batch(store, facts, now, known)
        if made is None:
            return total
        total = Planned(
            total.settled + made.settled, total.planned + made.planned, total.skipped + made.skipped
        )


def _batch(store: Store, facts: Facts, now: datetime, courses: Courses) -> Planned | None:
    """Plans so many at most; `None`: there are none."""
    with store.reading() as connection:
        waiting = enrollments.to_settle(connection, (KIND,), BATCH)
        if not waiting:
            return None
        accounts = sorted({each.account for each in waiting})
        picked, team = picks.picked(connection, accounts), Team.of(connection)
    grounds = _Grounds(courses.project, facts.around(accounts), team, picked, now)
    with store.writing() as connection:
        # Another may have planned some of them meanwhile: those that are settled are not looked at again.
        waiting = enrollments.to_settle(connection, (KIND,), BATCH)
        mine = [each for each in waiting if each.account in set(accounts)]
        entries = []
        for each in mine:
            made = _entries(connection, grounds, each, courses)
            came_of = None if made is not None else "the journey has no such step any more"
            enrollments.settle(connection, [each.wanted.number], now, came_of)
            entries += made or []
    skipped = sum(entry.state is State.SKIPPED for entry in entries)
    return Planned(len(mine), len(entries) - skipped, skipped)


def _entries(connection: Connection, grounds: _Grounds, due: Due, courses: Courses) -> list[Entry] | None:
    """The entries of one intent that are new; `None`: no text of the version that it goes by is kept."""
    course = courses.of(connection, due.journey, due.version)
    step = None if course is None else course.message(due.wanted.step)
    if course is None or step is None:
        return None
    base = _base(connection, grounds, due, course.journey, step)
    whom = grounds.whom(step, due.account)
    if not whom.to:
        reason = Reason.NO_ADDRESS if whom.without else Reason.NOBODY
        made = ledger.plan(connection, replace(base, state=State.SKIPPED, reason=str(reason)))
        return [] if made is None else [made]
    found = []
    for to in whom.to:
        key = replace(base.key, recipient=to.recipient)
        made = ledger.plan(connection, replace(base, key=key, contact=to.person.id))
        if made is not None:
            found.append(made)
            if due.wanted.offered and step.offer is not None:
                _give(connection, made, step.offer, grounds.now)
    return found


def _base(connection: Connection, grounds: _Grounds, due: Due, journey: Journey, step: Message) -> Entry:
    """The entry of an intent, before it is known to whom it goes."""
    its = due.wanted
    category = grounds.project.outreach.category(journey.category)
    expires_at = None
    if journey.expires is not None:
        enrollment = enrollments.get(connection, its.enrollment)
        assert enrollment is not None
        expires_at = journey.expires.after(enrollment.began_at, grounds.project.zone)
    return Entry(
        Key(its.enrollment, its.step, its.occurrence, "", step.channel),
        due.account,
        category.name,
        its.at,
        grounds.now,
        transactional=category.transactional or step.to is Whom.OWNER,  # the team is counted against no cap
        journey=due.journey,
        version=due.version,
        priority=journey.priority,
        expires_at=expires_at,
    )


def _give(connection: Connection, entry: Entry, offer: Offer, now: datetime) -> None:
    """Has a message carry its offer, if the budget covers one more."""
    if (
        offer.budget is not None
        and gifts.spent(connection, entry.journey, offer.name) + offer.cost > offer.budget
    ):
        return
    gift = Gift(entry.number, entry.journey, offer.name, offer.cost, offer.currency, offer.code, now)
    gifts.make(connection, gift)
