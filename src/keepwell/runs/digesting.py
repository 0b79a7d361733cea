"""Digests by e-mail: what moved among somebody's accounts since the last one, grouped, and never more than they wish."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from email.message import EmailMessage
from zoneinfo import ZoneInfo

from keepwell import clock
from keepwell.channels import mail
from keepwell.channels.mail import MailServer, NotSentError, UnknownFateError
from keepwell.errors import UserError
from keepwell.people import Person
from keepwell.project.project import Project
from keepwell.runs import changing, owning
from keepwell.runs.board.current import silences
from keepwell.runs.changing import Change, Run
from keepwell.runs.people.persons import person
from keepwell.scoring.score import Band
from keepwell.store import digests, tasks, users
from keepwell.store.digests import Rhythm, State, Wish
from keepwell.store.engine import Store
from keepwell.warehouse.protocol import Warehouse

DAYS = {Rhythm.DAILY: 1, Rhythm.WEEKLY: 7}
FEWEST, MOST = 1, 100


@dataclass(frozen=True, slots=True)
class Group:
    """Things of one kind: what they are, and each in a line."""

    title: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Digest:
    """What somebody is told: so many things as they wish, of `total` that there are."""

    groups: tuple[Group, ...]
    total: int

    @property
    def shown(self) -> int:
        """How many things are told."""
        return sum(len(group.lines) for group in self.groups)

    @property
    def subject(self) -> str:
        """The kinds and how many there are of each that is told, in a line."""
        kinds = ", ".join(f"{len(group.lines)} {group.title.lower()}" for group in self.groups)
        return f"Keepwell: {kinds}"

    @property
    def text(self) -> str:
        """All of it as plain text."""
        parts = ["\n".join([group.title, *(f"  {line}" for line in group.lines)]) for group in self.groups]
        if self.total > self.shown:
            parts.append(f"And {self.total - self.shown} more: look at Keepwell.")
        parts.append("You get this because you asked for it; change it under your profile.")
        return "\n\n".join(parts) + "\n"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of the digests of one round: how many were sent, had nothing to tell, and failed."""

    sent: int
    empty: int
    failed: int


def wish(store: Store, by: Person, rhythm: Rhythm, most: int) -> Wish:
    """Keeps how often somebody wants a digest, and of how many things at most.

    Raises:
        UserError: too few or too many.
    """
    if not FEWEST <= most <= MOST:
        raise UserError(f"a digest cannot tell of {most} things", where="most", do=f"name {FEWEST} to {MOST}")
    wished = Wish(by.email, rhythm, most)
    with store.writing() as connection:
        digests.wish(connection, wished, clock.now())
    return wished


def wished(store: Store, person: Person) -> Wish:
    """What somebody wants; no digest until they say so."""
    with store.reading() as connection:
        return digests.wished(connection, person.email)


def digest(
    project: Project, warehouse: Warehouse, store: Store, to: Person, *, since: datetime, most: int
) -> Digest:
    """What there is to tell somebody of the time since an instant, the most pressing first, at most so many things."""
    groups = [group for group in _groups(project, warehouse, store, to, since) if group.lines]
    told: list[Group] = []
    left = most
    for group in groups:
        if left > 0:
            told.append(replace(group, lines=group.lines[:left]))
            left -= len(told[-1].lines)
    return Digest(tuple(told), sum(len(group.lines) for group in groups))


def send(
    project: Project,
    warehouse: Warehouse,
    store: Store,
    server: MailServer,
    hand_over: Callable[[MailServer, EmailMessage], None] = mail.send,
) -> Outcome:
    """Sends everybody the digest that they wish, if it is time. Nobody gets two of the same day.

    That one is handed over is noted before: where the process ends meanwhile, it counts as sent.
    """
    sent = empty = failed = 0
    for wished in _wishes(store):
        to = _person(store, wished.person)
        if to is None:
            continue
        now = clock.now()
        day = now.astimezone(ZoneInfo(to.zone)).date()
        last = _last(store, wished.person)
        if last is not None and (day - last).days < DAYS[wished.rhythm]:
            continue
        since = now - timedelta(days=DAYS[wished.rhythm])
        made = digest(project, warehouse, store, to, since=since, most=wished.most)
        if not made.groups:
            empty += 1
        elif _handed_over(store, server, to, made, day=day, now=now, hand_over=hand_over):
            sent += 1
        else:
            failed += 1
    return Outcome(sent, empty, failed)


def _handed_over(
    store: Store,
    server: MailServer,
    to: Person,
    made: Digest,
    *,
    day: date,
    now: datetime,
    hand_over: Callable[[MailServer, EmailMessage], None],
) -> bool:
    number = f"<digest-{to.number}-{day.isoformat()}@{mail.domain(server.sender)}>"
    with store.writing() as connection:
        if not digests.hand_over(connection, to.email, day, message=number, items=made.shown, at=now):
            return False
    letter = mail.message(
        to=to.email, sender=server.sender, subject=made.subject, text=made.text, number=number, at=now
    )
    state, error = State.SENT, ""
    try:
        hand_over(server, letter)
    except NotSentError as refused:
        state, error = State.FAILED, refused.what
    except UnknownFateError as lost:
        state, error = State.HANDED_OVER, lost.what
    with store.writing() as connection:
        digests.settle(connection, number, state, error)
    return state is State.SENT


def _wishes(store: Store) -> tuple[Wish, ...]:
    with store.reading() as connection:
        return digests.wishes(connection)


def _person(store: Store, email: str) -> Person | None:
    """Who has that address, if they may still sign in."""
    with store.reading() as connection:
        user = users.by_email(connection, email)
        return None if user is None or not user.active else person(connection, user)


def _last(store: Store, email: str) -> date | None:
    with store.reading() as connection:
        return digests.last_day(connection, email)


def _groups(
    project: Project, warehouse: Warehouse, store: Store, to: Person, since: datetime
) -> Iterator[Group]:
    moved = [each for each in _moved(warehouse, store, since) if each.shown_to(to)]
    falls = sorted((each for each in moved if each.moved_band), key=_fall)
    yield Group("Turned red", _lines(each for each in falls if each.band is Band.RED))
    yield Group(
        "Turned yellow",
        _lines(each for each in falls if each.band is Band.YELLOW and each.band_before is Band.GREEN),
    )
    yield Group("Tasks due", tuple(_due(project, store, to)))
    yield Group("Feeds silent", tuple(each.text for each in silences(project, warehouse, _now(project))))
    worse = frozenset(_worse(falls))
    better = [each for each in falls if each not in worse]
    yield Group("Got better", _lines(each for each in reversed(better) if each.band_before is not None))


def _worse(moved: Iterable[Change]) -> Iterator[Change]:
    for each in moved:
        fell = each.band is Band.YELLOW and each.band_before is Band.GREEN
        if each.band is Band.RED or each.band is None or fell:
            yield each


def _fall(change: Change) -> float:
    """By how much a score moved; falls come first."""
    return (change.score or 0.0) - (change.score_before or 0.0)


def _lines(moved: Iterable[Change]) -> tuple[str, ...]:
    return tuple(
        f"{_one_line(each.name or each.account_id)} ({_one_line(each.account_id)}): {_number(each.score_before)} → {_number(each.score)}"
        for each in moved
    )


def _due(project: Project, store: Store, to: Person) -> Iterator[str]:
    today = _now(project).astimezone(ZoneInfo(to.zone)).date()
    with store.reading() as connection:
        mine = tasks.of(connection, assignee=to.email, state=tasks.State.OPEN)
    for task in mine:
        if task.due_on is not None and task.due_on <= today:
            late = "" if task.due_on == today else f", since {task.due_on.isoformat()}"
            yield f"{_one_line(task.title)} ({_one_line(task.account_id)}){late}"


def _moved(warehouse: Warehouse, store: Store, since: datetime) -> Sequence[Change]:
    """What moved between the run that was shown at an instant and the one shown now, of every purpose."""
    owners = owning.assigned(store)
    by_purpose: dict[str, list[Run]] = {}
    for run in changing.live_runs(warehouse):
        by_purpose.setdefault(run.purpose, []).append(run)
    found: list[Change] = []
    for runs in by_purpose.values():
        shown = [run for run in runs if run.made_at <= since] or runs[:1]
        if shown[-1].number != runs[-1].number:
            compared = replace(runs[-1], before=shown[-1].number)
            found += changing.changes(warehouse, compared, owners)
    return found


def _now(project: Project) -> datetime:
    return project.as_of or clock.now()


def _number(score: float | None) -> str:
    return "no score" if score is None else f"{score:.0f}"


def _one_line(text: str) -> str:
    """A name as it may stand in a line: without line breaks and other characters that are no print."""
    return "".join(each if each.isprintable() else " " for each in text)[:200]
