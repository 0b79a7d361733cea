"""Digests by e-mail: what moved among somebody's accounts and what is unlike the usual since the last one, grouped, and never more than they wish."""

from collections.abc import Callable
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
from keepwell.runs.alerts import Group, Look
from keepwell.runs.board.desk import Shelf
from keepwell.runs.people.persons import person
from keepwell.store import digests, users
from keepwell.store.digests import Rhythm, State, Wish
from keepwell.store.engine import Store
from keepwell.warehouse.protocol import Warehouse

DAYS = {Rhythm.DAILY: 1, Rhythm.WEEKLY: 7}
FEWEST, MOST = 1, 100


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
    project: Project,
    warehouse: Warehouse,
    store: Store,
    to: Person,
    *,
    since: datetime,
    most: int,
    shelf: Shelf | None = None,
) -> Digest:
    """What there is to tell somebody of the time since an instant, the most pressing first, at most so many things.

    `shelf` keeps what digests of several people read alike.
    """
    look = Look(project, warehouse, store, to, since, shelf or Shelf())
    groups = [group for group in look.groups() if group.lines]
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
    shelf = Shelf()
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
        made = digest(project, warehouse, store, to, since=since, most=wished.most, shelf=shelf)
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
