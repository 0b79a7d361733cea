"""How things stand with those who are to be written to, from store and facts; and what the arbiter says of their messages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import chain

from keepwell.outreach.approval import Approval
from keepwell.outreach.arbiter import Candidate, Decision, Reason, Standing, Verdict, decide_all
from keepwell.outreach.breaker import Breaker
from keepwell.outreach.caps import Sent
from keepwell.outreach.consent import Basis, Category, Consent
from keepwell.outreach.ledger import State, Step
from keepwell.outreach.preference import together
from keepwell.outreach.recipient import normalised
from keepwell.outreach.step import Message, Whom
from keepwell.outreach.whom import Person
from keepwell.project.project import Project
from keepwell.runs.outreach import asking
from keepwell.runs.outreach.courses import Course, Courses
from keepwell.runs.outreach.people import Around, Team
from keepwell.store import breakers, journey_approvals, ledger, on_record, picks
from keepwell.store.engine import Connection
from keepwell.store.ledger import Entry, Move
from keepwell.store.on_record import Address, Record
from keepwell.store.picks import Busy

RECHECK = timedelta(minutes=10)
"""So long after what waits for somebody or something is looked at again, though nobody has said that anything changed."""

LONGEST = timedelta(days=31)
"""So far back is looked for what was sent, where no cap looks farther: what people choose themselves is at most a message a month."""

_LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Grounds:
    """What is known of those who are to be written to: of their accounts, of the team, and of the channels on which anything can go."""

    project: Project
    courses: Courses
    around: Mapping[str, Around]
    team: Team
    channels: frozenset[str]
    now: datetime

    def person(self, entry: Entry) -> Person | None:
        """Who a message goes to; `None`: they are not at the account any more."""
        there = self.around.get(entry.account_id)
        if there is None:
            return None
        return there.person(entry.contact) if entry.contact else self.team.person(there)


@dataclass(frozen=True, slots=True)
class Judged:
    """An entry, what it goes by, and what the arbiter says of it. `course` and `step` are there whatever is sent."""

    entry: Entry
    course: Course | None
    step: Message | None
    decision: Decision

    def move(self, now: datetime, lease: timedelta) -> Move:
        """What the decision does to the entry: what goes is handed over at once, to a worker that has so long to say what became of it."""
        entry, decision = self.entry, self.decision
        reason = "" if decision.reason is None else str(decision.reason)
        match decision.verdict:
            case Verdict.SEND:
                return Move(entry, Step.APPROVE, wakes_at=now + lease, then=Step.HAND_OVER)
            case Verdict.SKIP:
                return Move(entry, Step.EXPIRE if decision.reason is Reason.EXPIRED else Step.SKIP, reason)
            case _:
                return Move(
                    entry, _waiting(entry.state, decision.reason), reason, decision.until or now + RECHECK
                )


def _waiting(state: State, reason: Reason | None) -> Step:
    """The step of an entry that waits: it is held only as long as a person's yes is missing."""
    if reason is Reason.NOT_APPROVED:
        return Step.LAPSE if state is State.APPROVED else Step.HOLD
    return Step.APPROVE if state is State.HELD else Step.DEFER


@dataclass(frozen=True, slots=True)
class _Kept:
    """What the store knows of a round's entries."""

    records: Mapping[Address, Record]
    approvals: Mapping[str, tuple[Approval, ...]]
    breakers: Mapping[str, Breaker]
    busy: Mapping[str, tuple[Busy, ...]]
    sent: Mapping[str, tuple[Sent, ...]]
    over: frozenset[int]


def judged(connection: Connection, entries: Sequence[Entry], grounds: Grounds) -> tuple[Judged, ...]:
    """What the arbiter says of entries that are due, in the transaction that goes by it."""
    addresses = [_addresses(entry, grounds) for entry in entries]
    accounts = sorted({entry.account_id for entry in entries})
    kept = _Kept(
        on_record.of(connection, sorted(set(chain.from_iterable(addresses)))),
        journey_approvals.every(connection),
        breakers.every(connection),
        picks.busy(connection, accounts, grounds.now),
        ledger.sent_to(connection, accounts, _since(grounds)),
        ledger.over(connection, [entry.number for entry in entries]),
    )
    courses = [grounds.courses.of(connection, entry.journey, entry.version) for entry in entries]
    steps = [_step(entry, course) for entry, course in zip(entries, courses, strict=True)]
    asked = [
        (_candidate(entry, course, kept, grounds), _standing(entry, mine, kept, grounds))
        for entry, course, mine in zip(entries, courses, addresses, strict=True)
    ]
    impossible = [
        _impossible(entry, step, grounds) or _unasked(connection, entry, course, step, grounds)
        for entry, course, step in zip(entries, courses, steps, strict=True)
    ]
    open_ones = [place for place, no in enumerate(impossible) if no is None]
    said = decide_all(
        [asked[place][0] for place in open_ones],
        [asked[place][1] for place in open_ones],
        grounds.project.outreach.policy,
        grounds.now,
    )
    decided = dict(zip(open_ones, said, strict=True))
    return tuple(
        Judged(entry, courses[place], steps[place], impossible[place] or decided[place])
        for place, entry in enumerate(entries)
    )


def _step(entry: Entry, course: Course | None) -> Message | None:
    return None if course is None else course.message(entry.key.step)


def _ours(entry: Entry, course: Course | None) -> bool:
    """Whether a message goes to one of the team."""
    step = _step(entry, course)
    return step is not None and step.to is Whom.OWNER


def _impossible(entry: Entry, step: Message | None, grounds: Grounds) -> Decision | None:
    """Why a message cannot go whatever the arbiter says; `None`: it can."""
    if step is None:
        return Decision(Verdict.SKIP, Reason.UNREADABLE)
    if grounds.person(entry) is None:
        return Decision(Verdict.SKIP, Reason.LEFT)
    if entry.key.channel not in grounds.channels:
        over = entry.expires_at is not None and entry.expires_at <= grounds.now
        return Decision(Verdict.SKIP, Reason.EXPIRED) if over else Decision(Verdict.WAIT, Reason.NO_CHANNEL)
    return None


def _unasked(
    connection: Connection, entry: Entry, course: Course | None, step: Message | None, grounds: Grounds
) -> Decision | None:
    """Why a message that asks a survey does not ask this person now; `None`: it asks none, or can."""
    surveys = (
        ()
        if course is None or step is None
        else asking.surveys_of(course.project, step.channel, step.template)
    )
    return asking.objection(connection, entry, surveys, grounds.courses, grounds.now) if surveys else None


def _since(grounds: Grounds) -> datetime:
    spans = [
        cap.within.before(grounds.now, grounds.project.zone) for cap in grounds.project.outreach.policy.caps
    ]
    return min([grounds.now - LONGEST, *spans]) - timedelta(
        days=1
    )  # a day, for zones other than the project's


def _addresses(entry: Entry, grounds: Grounds) -> tuple[Address, ...]:
    """Every address of whoever a message goes to: what they have said by one of them counts on all."""
    found = {(entry.key.channel, entry.key.recipient)}
    person = grounds.person(entry)
    for channel, address in () if person is None else person.addresses.items():
        try:
            found.add((channel, normalised(channel, address)))
        except ValueError:
            continue  # what is no address has no record
    return tuple(sorted(found))


def _candidate(entry: Entry, course: Course | None, kept: _Kept, grounds: Grounds) -> Candidate:
    rules = grounds.project.outreach
    breaker = kept.breakers.get(entry.journey)
    needed = course is not None and course.journey.approval
    category = rules.category(entry.category)
    if _ours(entry, course):
        # One of our own team needs no basis, and is counted against no cap.
        category = Category(entry.category, frozenset({Basis.CONTRACT}), transactional=True)
    return Candidate(
        key=f"{entry.number:012}",
        account=entry.account_id,
        contact=entry.contact or entry.key.recipient,
        channel=entry.key.channel,
        category=category,
        since=entry.planned_at,
        priority=entry.priority,
        content=entry.version if needed else None,
        expires_at=entry.expires_at,
        business_days=not category.transactional,
        paused=breaker is not None and breaker.paused,
        over=entry.number in kept.over,
    )


def _standing(entry: Entry, addresses: Sequence[Address], kept: _Kept, grounds: Grounds) -> Standing:
    records = [kept.records[each] for each in addresses if each in kept.records]
    wants = together(each.wants for each in records)
    there = grounds.around.get(entry.account_id)
    project = grounds.project
    person = grounds.person(entry)
    consents = tuple(chain.from_iterable(each.consents for each in records))
    if _ours(entry, grounds.courses.known(entry.journey, entry.version)):
        consents = (Consent(Basis.CONTRACT, _LONG_AGO),)
    return Standing(
        zone=project.zone if there is None else there.zone_of(person, project.zone),
        consents=consents,
        declined=wants.declined,
        unwanted=wants.unwanted,
        suppressions=tuple(chain.from_iterable(each.suppressions for each in records)),
        approvals=kept.approvals.get(entry.journey, ()),
        escalated=there is not None and there.escalated,
        busy=tuple((each.begins_at, each.ends_at) for each in kept.busy.get(entry.account_id, ())),
        paused_until=wants.paused_until,
        caps=wants.caps,
        sent=kept.sent.get(entry.account_id, ()),
    )
