"""What a replay has come to: journey by journey, message by message, and how much falls to whom."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from keepwell.outreach.arbiter import Reason
from keepwell.outreach.enrollment import End, Enrollment
from keepwell.outreach.journey import Journey
from keepwell.outreach.ledger import SENT, WAITING, State
from keepwell.outreach.reads import questions
from keepwell.project.project import Project
from keepwell.runs.outreach.sending import WORDS
from keepwell.runs.outreach.settling import KINDS
from keepwell.store import enrollments, holds, ledger, sandbox, tasks, teams, users
from keepwell.store.engine import Connection, Store
from keepwell.store.holds import Hold
from keepwell.store.ledger import Entry
from keepwell.store.tasks import Task

EVERYTHING = 10**9
SHOWN = 5
"""So many examples of each journey, and so many of those to whom most falls, are told."""

QUESTIONS = "Opens, clicks and replies are not known of messages that never went: conditions on them are taken as not met ({})."
EFFECT = "Outreach that did not happen has changed nothing: accounts went on as they really did, so goals are reached by themselves."
STANDING = "Who may be written to is taken as it stands today, for all of the days."
APPROVED = "The approval that {} needs is taken as given."
UNNAMED = "outreach.yml names nobody whom messages are from: write `from:` there before anything can go."
OFF = "Outreach is off: `enabled: true` in outreach.yml, keepwell plan and keepwell apply turn it on."
NO_BASIS = "Nobody may be written to: no consent, contract or other basis is on record. Import what you have: keepwell consents import FILE."


@dataclass(frozen=True, slots=True)
class Happened:
    """Something that would have happened: at an instant, for an account, by a step of a journey.

    `what` is `message`, `skipped`, `waits`, or the kind of a step; `to` is who gets it, `why` the reason of a message that does not go; `subject` what
    it is called.
    """

    at: datetime
    journey: str
    account_id: str
    what: str
    step: str = ""
    channel: str = ""
    to: str = ""
    subject: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Course:
    """What would have become of a journey: how many accounts would have begun it, of these how many are held out, and what comes of it.

    `sent` counts messages by channel, `skipped` and `waiting` those that never go or not yet by reason, `done` other steps by kind; `reached` and
    `reached_held_out` are those whose goal is met. `held` accounts wait for a person. `examples` are some of what happens.
    """

    journey: str
    begun: int
    held_out: int
    under_way: int
    reached: int
    reached_held_out: int
    held: int
    sent: Mapping[str, int]
    skipped: Mapping[str, int]
    waiting: Mapping[str, int]
    done: Mapping[str, int]
    examples: tuple[Happened, ...]


@dataclass(frozen=True, slots=True)
class Load:
    """How much falls to whom: of messages to so many `people`, at most `most` to one; `contacts` are those who get most. `owners` and `teams` count tasks."""

    messages: int
    people: int
    most: int
    contacts: Mapping[str, int]
    owners: Mapping[str, int]
    teams: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Replayed:
    """What the days from `first` to `last` would have brought, days in a `zone`. `bases` on record: that many.

    `assumed` says what is taken for granted, `needed` what outreach still lacks. `holds` are the waves of which a person would have decided.
    """

    first: datetime
    last: datetime
    zone: ZoneInfo
    bases: int
    courses: tuple[Course, ...]
    load: Load
    holds: tuple[Hold, ...]
    happened: tuple[Happened, ...]
    assumed: tuple[str, ...]
    needed: tuple[str, ...]

    def of(self, journey: str) -> "Replayed":
        """The part of one journey; the load is that of all."""
        courses = tuple(each for each in self.courses if each.journey == journey)
        held = tuple(each for each in self.holds if each.journey == journey)
        happened = tuple(each for each in self.happened if each.journey == journey)
        return replace(self, courses=courses, holds=held, happened=happened)


def replayed(project: Project, store: Store, first: datetime, last: datetime, bases: int) -> Replayed:
    """What the private store of a replay tells."""
    with store.reading() as connection:
        entries = list(reversed(ledger.of(connection, most=EVERYTHING)))
        begun = list(enrollments.every(connection))
        held = holds.every(connection)
        made = {each.intent: each for each in tasks.of(connection) if each.intent is not None}
        happened = tuple(sorted(_happened(connection, entries, begun, made), key=lambda one: one.at))
        load = _load(connection, entries, made.values())
    courses = tuple(_course(each, entries, begun, held, happened) for each in project.journeys)
    return Replayed(
        first,
        last,
        project.zone,
        bases,
        courses,
        load,
        held,
        happened,
        tuple(_assumed(project.journeys)),
        tuple(_needed(project, bases)),
    )


def _happened(
    connection: Connection,
    entries: Sequence[Entry],
    begun: Sequence[Enrollment],
    made: Mapping[int, Task],
) -> Iterable[Happened]:
    for each in begun:
        what = "held out" if each.held_out else "begun"
        yield Happened(each.began_at, each.journey, each.account, what)
        if each.end is End.REACHED and each.ended_at is not None:
            yield Happened(each.ended_at, each.journey, each.account, "goal", why=each.because)
    subjects = {
        one.message.entry: one.message.subject or one.message.text.strip().partition("\n")[0][:80]
        for one in sandbox.shown(connection, most=EVERYTHING)
    }
    for entry in entries:
        yield _of_entry(entry, subjects.get(entry.number, ""))
    for due, came_of in enrollments.intents(connection, KINDS):
        its = due.wanted
        task = made.get(its.number)
        yield Happened(
            its.at,
            due.journey,
            due.account,
            its.kind,
            its.step,
            to="" if task is None else task.assignee,
            subject=(came_of or "") if task is None else task.title,
        )


def _of_entry(entry: Entry, subject: str) -> Happened:
    went = entry.state in SENT
    what = "message" if went else "waits" if entry.state in WAITING else "skipped"
    return Happened(
        (entry.handed_at if went else None) or entry.changed_at,
        entry.journey,
        entry.account_id,
        what,
        entry.key.step,
        entry.key.channel,
        entry.key.recipient,
        subject,
        "" if went else about(entry.reason),
    )


def about(reason: str) -> str:
    """A reason of the ledger in words."""
    return Reason(reason).about if reason in set(Reason) else WORDS.get(reason, reason)


def _course(
    journey: Journey,
    entries: Sequence[Entry],
    begun: Sequence[Enrollment],
    held: Sequence[Hold],
    happened: Sequence[Happened],
) -> Course:
    mine = [each for each in entries if each.journey == journey.name]
    its = [each for each in begun if each.journey == journey.name]
    reached = [each for each in its if each.end is End.REACHED]
    done = [each for each in happened if each.journey == journey.name]
    return Course(
        journey=journey.name,
        begun=len(its),
        held_out=sum(each.held_out for each in its),
        under_way=sum(each.under_way for each in its),
        reached=sum(not each.held_out for each in reached),
        reached_held_out=sum(each.held_out for each in reached),
        held=sum(each.accounts for each in held if each.journey == journey.name),
        sent=_counted(each.key.channel for each in mine if each.state in SENT),
        skipped=_counted(about(each.reason) for each in mine if _never(each.state)),
        waiting=_counted(about(each.reason) for each in mine if each.state in WAITING),
        done=_counted(each.what for each in done if each.what in KINDS),
        examples=tuple(_examples(done)),
    )


def _never(state: State) -> bool:
    return state not in SENT and state not in WAITING


def _examples(happened: Sequence[Happened]) -> Iterable[Happened]:
    """The first of each kind of thing, in the order of time."""
    seen: set[tuple[str, str, str]] = set()
    found = []
    for each in happened:
        kind = (each.what, each.step, each.why)
        if each.what in ("begun", "held out", "exit") or kind in seen:
            continue
        seen.add(kind)
        found.append(each)
    return found[:SHOWN]


def _counted(each: Iterable[str]) -> Mapping[str, int]:
    return dict(Counter(each).most_common())


def _load(connection: Connection, entries: Sequence[Entry], made: Iterable[Task]) -> Load:
    got = Counter(each.key.recipient for each in entries if each.state in SENT and each.contact)
    owners = Counter(each.assignee or "nobody" for each in made)
    people = {user.number: user.email for user in users.everybody(connection)}
    by_team = {
        team.name: sum(owners[people[number]] for number in team.members if number in people)
        for team in teams.every(connection)
    }
    return Load(
        messages=sum(got.values()),
        people=len(got),
        most=max(got.values(), default=0),
        contacts=dict(got.most_common(SHOWN)),
        owners=dict(owners.most_common()),
        teams=by_team,
    )


def _assumed(journeys: Iterable[Journey]) -> Iterable[str]:
    known = tuple(journeys)
    asked = sorted({name for journey in known for name in questions(journey)})
    if asked:
        yield QUESTIONS.format(", ".join(asked))
    approved = [journey.name for journey in known if journey.approval]
    if approved:
        yield APPROVED.format(", ".join(approved))
    yield STANDING
    yield EFFECT


def _needed(project: Project, bases: int) -> Iterable[str]:
    if not bases:
        yield NO_BASIS
    if project.outreach.sender is None:
        yield UNNAMED
    if not project.outreach.enabled:
        yield OFF
