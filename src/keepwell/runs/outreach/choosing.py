"""What somebody who was written to may see of that, and what they choose: to hear no more, of what, how and how often."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from keepwell import clock
from keepwell.errors import AbsentError
from keepwell.outreach.consent import Basis, Category, Cause, Consent, on_record
from keepwell.outreach.journey import walked
from keepwell.outreach.preference import Preferences
from keepwell.outreach.response import Kind, Response
from keepwell.outreach.step import Message
from keepwell.project.project import Project
from keepwell.runs.saying import words
from keepwell.store import consents, enrollments, ledger, preferences, remarks, responses
from keepwell.store.engine import Connection, Store
from keepwell.store.ledger import Entry
from keepwell.store.remarks import Remark, Verdict

WORDS = 2000
"""So many characters a remark has at most."""

OWN_PAGE = "the page of their preferences"
"""The source of what people grant there."""


@dataclass(frozen=True, slots=True)
class Subject:
    """A message, and what its recipient may know of it and choose.

    `why` is what the journey is for, in the firm's words (`""`: it has none). `bases` are those on record that it rests on. `categories` are
    those that can be declined, `channels` those on which the firm writes. `unsubscribed`: they hear nothing but what is transactional.
    """

    entry: Entry
    why: str
    category: Category
    bases: tuple[Consent, ...]
    categories: tuple[Category, ...]
    channels: tuple[str, ...]
    wants: Preferences
    unsubscribed: bool

    @property
    def sent_at(self) -> datetime:
        """When it was handed over; before that, when it was planned."""
        return self.entry.handed_at or self.entry.planned_at


def subject(project: Project, store: Store, number: int) -> Subject:
    """The message of an entry of the ledger.

    Raises:
        AbsentError: there is none of that number.
    """
    with store.reading() as connection:
        entry = found(connection, number)
        recipient = ledger.recipient_of(connection, number)
        enrollment = enrollments.get(connection, entry.key.enrollment)
        granted = consents.of(connection, recipient)
        wants = preferences.of(connection, recipient)
        unsubscribed = _unsubscribed(connection, recipient, clock.now())
    rules = project.outreach
    category = replace(rules.category(entry.category), transactional=entry.transactional)
    name = "" if enrollment is None else enrollment.journey
    return Subject(
        entry,
        next((each.description for each in project.journeys if each.name == name), ""),
        category,
        _bases(granted, entry, category),
        _declinable(project, category),
        _channels(project, entry),
        wants,
        unsubscribed,
    )


def unsubscribe(store: Store, number: int) -> bool:
    """Has the recipient of an entry hear nothing more but what is transactional; whether that is new: repeating it is harmless.

    What is planned for them already, the arbiter skips. Consent that they have given is withdrawn, so that it does not come to life
    again by being imported once more.

    Raises:
        AbsentError: there is no entry of that number.
    """
    now = clock.now()
    with store.writing() as connection:
        found(connection, number)
        recipient = ledger.recipient_of(connection, number)
        if _unsubscribed(connection, recipient, now):
            return False
        consents.opt_out(connection, recipient, now)
        responses.keep(connection, Response(number, Kind.UNSUBSCRIBED, now))
    return True


def resubscribe(store: Store, number: int) -> bool:
    """Takes back that the recipient of an entry wants to hear nothing: they consent anew; whether they had unsubscribed.

    Raises:
        AbsentError: there is no entry of that number.
    """
    now = clock.now()
    with store.writing() as connection:
        entry = found(connection, number)
        recipient = ledger.recipient_of(connection, number)
        lifted = consents.lift(connection, recipient, (Cause.OPT_OUT,), now)
        if lifted:
            yes = Consent(Basis.CONSENT, now, None, entry.key.channel, None, OWN_PAGE)
            consents.grant(connection, recipient, yes)
    return bool(lifted)


def prefer(store: Store, number: int, wants: Preferences) -> None:
    """Keeps what the recipient of an entry wants from now on.

    Raises:
        AbsentError: there is no entry of that number.
    """
    with store.writing() as connection:
        found(connection, number)
        preferences.keep(connection, ledger.recipient_of(connection, number), wants, clock.now())


def remark(store: Store, number: int, verdict: Verdict, said: str) -> bool:
    """Keeps what somebody says of a message; whether it was kept.

    Raises:
        AbsentError: there is no entry of that number.
        UserError: it is too long, or no text.
    """
    plain = words(said, "words", needed=False, most=WORDS)
    with store.writing() as connection:
        found(connection, number)
        return remarks.keep(connection, Remark(number, verdict, plain, clock.now()))


def found(connection: Connection, number: int) -> Entry:
    """The entry of the ledger of that number.

    Raises:
        AbsentError: there is none.
    """
    entry = ledger.get(connection, number)
    if entry is None:
        raise AbsentError("this link leads nowhere any more", do="use a link of a later message")
    return entry


def _unsubscribed(connection: Connection, recipient: int, now: datetime) -> bool:
    return any(
        each.cause is Cause.OPT_OUT
        and each.channel is None
        and each.category is None
        and (each.until is None or each.until > now)
        for each in consents.suppressions(connection, recipient)
    )


def _bases(granted: Sequence[Consent], entry: Entry, category: Category) -> tuple[Consent, ...]:
    """What the message rests on: every basis that was on record when it went out, or, before that, now."""
    at, channel = entry.handed_at or clock.now(), entry.key.channel
    if not on_record(granted, channel, category, at):
        return ()
    return tuple(each for each in granted if each.speaks_of(channel, category) and each.lasts(at))


def _declinable(project: Project, category: Category) -> tuple[Category, ...]:
    described = [each for each in project.outreach.categories.values() if not each.transactional]
    named = {each.name for each in described}
    mine = [category] if category.name not in named and not category.transactional else []
    return (*described, *mine)


def _channels(project: Project, entry: Entry) -> tuple[str, ...]:
    """The channels of the firm's journeys, and that of the message."""
    used = {
        step.channel
        for journey in project.journeys
        for step in walked(journey.steps)
        if isinstance(step, Message)
    }
    return tuple(sorted({*map(str, used), entry.key.channel}))
