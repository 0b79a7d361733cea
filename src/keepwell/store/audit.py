"""The audit: who did what to what, each entry chained to the one before it by its hash."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from keepwell.store.tables import AUDIT

ORIGIN = "0" * 64
"""What the first entry is chained to."""


class Event(StrEnum):
    """What can happen, as `subject:action`."""

    PLAN_MADE = "plan:made"
    PLAN_MEASURED = "plan:measured"
    PLAN_APPROVED = "plan:approved"
    PLAN_REJECTED = "plan:rejected"
    VERSION_APPLIED = "version:applied"
    VERSION_ROLLED_BACK = "version:rolled_back"
    HISTORY_RESTATED = "history:restated"
    WAIVER_GIVEN = "waiver:given"
    WAIVER_REVOKED = "waiver:revoked"
    SCORE_REVIEWED = "score:reviewed"
    OVERRIDE_GIVEN = "override:given"
    OVERRIDE_ENDED = "override:ended"
    PULSE_GIVEN = "pulse:given"
    FEEDBACK_GIVEN = "feedback:given"
    NOTE_WRITTEN = "note:written"
    NOTE_CHANGED = "note:changed"
    NOTE_REMOVED = "note:removed"
    OWNER_ASSIGNED = "owner:assigned"
    TASK_MADE = "task:made"
    TASK_CHANGED = "task:changed"
    TASK_DONE = "task:done"
    TASK_DROPPED = "task:dropped"
    TASK_REOPENED = "task:reopened"
    TASK_SNOOZED = "task:snoozed"
    TASK_ESCALATED = "task:escalated"
    ALERT_SEEN = "alert:seen"
    ALERT_DISMISSED = "alert:dismissed"
    ALERT_SNOOZED = "alert:snoozed"
    WORK_HANDED_OVER = "work:handed_over"
    VIEW_SAVED = "view:saved"
    VIEW_REMOVED = "view:removed"
    WEBHOOK_ADDED = "webhook:added"
    WEBHOOK_CHANGED = "webhook:changed"
    WEBHOOK_PAUSED = "webhook:paused"
    WEBHOOK_RESUMED = "webhook:resumed"
    WEBHOOK_REMOVED = "webhook:removed"
    WEBHOOK_SECRET_RENEWED = "webhook:secret_renewed"  # noqa: S105 - the name of an event
    DELIVERY_REPLAYED = "delivery:replayed"
    CONSENTS_IMPORTED = "consents:imported"
    PERSON_FORGOTTEN = "person:forgotten"
    DIGEST_WISHED = "digest:wished"
    STORE_RESTORED = "store:restored"
    RUN_ASKED = "run:asked"
    SERVER_SET_UP = "server:set_up"
    USER_INVITED = "user:invited"
    USER_JOINED = "user:joined"
    USER_CHANGED = "user:changed"
    USER_DISABLED = "user:disabled"
    USER_ENABLED = "user:enabled"
    LINK_WITHDRAWN = "link:withdrawn"
    TEAM_MADE = "team:made"
    TEAM_CHANGED = "team:changed"
    TEAM_REMOVED = "team:removed"
    SESSION_BEGUN = "session:begun"
    SESSION_ENDED = "session:ended"
    SIGN_IN_HELD = "sign_in:held"
    RESET_OFFERED = "reset:offered"
    CREDENTIAL_SET = "credential:set"
    SECOND_FACTOR_SET = "second_factor:set"
    SECOND_FACTOR_REMOVED = "second_factor:removed"
    RECOVERY_CODE_USED = "recovery_code:used"
    IDENTITY_TIED = "identity:tied"
    KEY_MADE = "key:made"
    KEY_REVOKED = "key:revoked"
    CONTACT_PICKED = "contact:picked"
    ACCOUNT_LEFT_ALONE = "account:left_alone"
    JOURNEY_APPROVED = "journey:approved"
    JOURNEY_APPROVAL_WITHDRAWN = "journey:approval_withdrawn"
    JOURNEY_TRIPPED = "journey:tripped"
    JOURNEY_STOPPED = "journey:stopped"
    JOURNEY_RESUMED = "journey:resumed"
    HOLD_RELEASED = "hold:released"
    HOLD_DISMISSED = "hold:dismissed"
    ENROLLMENT_BEGUN = "enrollment:begun"


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry: `about` names the thing (a plan, a version), `detail` is canonical JSON, `hash` covers all the rest."""

    number: int
    at: datetime
    actor: str
    event: str
    about: str
    detail: str
    previous: str
    hash: str

    @property
    def expected(self) -> str:
        """The hash that the entry must have, if nobody has touched it."""
        instant = self.at.astimezone(UTC).isoformat(timespec="microseconds")
        said = [self.number, instant, self.actor, self.event, self.about, self.detail, self.previous]
        return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Flaw:
    """Where the chain does not hold: the entry's number, and what is wrong there."""

    number: int
    what: str


_origin: ContextVar[str] = ContextVar("origin", default="")


@contextmanager
def asked_from(origin: str) -> Iterator[None]:
    """Entries within the block say from where it was asked: a network address, and the key if one was shown."""
    token = _origin.set(origin)
    try:
        yield
    finally:
        _origin.reset(token)


def origin() -> str:
    """From where it was asked (see `asked_from`); empty where nobody said."""
    return _origin.get() or ""


def note(connection: Connection, event: Event, about: str, actor: str, at: datetime, **detail: Any) -> Entry:
    """Adds an entry, in the transaction of what it tells of, which is the only one that writes.

    `detail` gets `from`, where that is known (see `asked_from`).
    """
    last = connection.execute(
        sa.select(AUDIT.c.number, AUDIT.c.hash).order_by(AUDIT.c.number.desc()).limit(1)
    ).one_or_none()
    number, previous = (1, ORIGIN) if last is None else (last.number + 1, last.hash)
    detail = {"from": _origin.get(), **detail} if _origin.get() else detail
    text = json.dumps(detail, sort_keys=True, ensure_ascii=False, default=str)
    open_ended = Entry(number, at, actor, str(event), about, text, previous, "")
    entry = Entry(number, at, actor, str(event), about, text, previous, open_ended.expected)
    connection.execute(sa.insert(AUDIT).values(**_row(entry)))
    return entry


def _row(entry: Entry) -> Mapping[str, Any]:
    return {column.name: getattr(entry, column.name) for column in AUDIT.columns}


def entries(connection: Connection, last: int | None = None) -> list[Entry]:
    """The entries, the oldest first; of very many only the `last` ones."""
    newest = sa.select(AUDIT).order_by(AUDIT.c.number.desc()).limit(last)
    return [Entry(**row._mapping) for row in reversed(connection.execute(newest).all())]


@dataclass(frozen=True, slots=True)
class Sought:
    """Which entries somebody looks for: by whom, of which event, about what (the beginning of each), earlier than a number."""

    actor: str = ""
    event: str = ""
    about: str = ""
    before: int | None = None


def page(connection: Connection, sought: Sought, limit: int) -> tuple[Entry, ...]:
    """The entries that are looked for, the latest first, at most so many."""
    query = sa.select(AUDIT).order_by(AUDIT.c.number.desc()).limit(limit)
    for name in ("actor", "event", "about"):
        if start := getattr(sought, name):
            query = query.where(AUDIT.c[name].startswith(start, autoescape=True))
    if sought.before is not None:
        query = query.where(AUDIT.c.number < sought.before)
    return tuple(Entry(**row._mapping) for row in connection.execute(query))


def last(connection: Connection, event: Event) -> Entry | None:
    """The last entry of an event; `None` if it never happened."""
    query = sa.select(AUDIT).where(AUDIT.c.event == str(event)).order_by(AUDIT.c.number.desc()).limit(1)
    row = connection.execute(query).one_or_none()
    return None if row is None else Entry(**row._mapping)


def flaws(connection: Connection) -> Iterator[Flaw]:
    """Every place at which the chain does not hold: a changed entry, a gap, or one put in between.

    What was cut off at the end leaves no trace in the chain itself: compare the last hash with one noted elsewhere.
    """
    previous, number = ORIGIN, 0
    for row in connection.execute(sa.select(AUDIT).order_by(AUDIT.c.number)):
        entry = Entry(**row._mapping)
        if entry.number != number + 1:
            yield Flaw(entry.number, f"the entries {number + 1} to {entry.number - 1} are missing")
        if entry.expected != entry.hash:
            yield Flaw(entry.number, "the entry is not what was written")
        if entry.previous != previous and entry.number == number + 1:
            yield Flaw(entry.number, "the entry before it is not the one that was there")
        previous, number = entry.hash, entry.number
