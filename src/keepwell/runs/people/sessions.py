"""Sessions of people who signed in: they begin, are recognised, get new tokens as they go on, and end."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from keepwell import clock
from keepwell.errors import AbsentError
from keepwell.people import Person, Role
from keepwell.runs.people import second_factor, tokens
from keepwell.runs.people.persons import person
from keepwell.store import audit, sessions
from keepwell.store.audit import Event
from keepwell.store.engine import Connection, Store
from keepwell.store.sessions import Session
from keepwell.store.users import User

IDLE, LONGEST = timedelta(hours=8), timedelta(days=7)
"""A session ends after so long without a request, and after so long in any case."""

ROTATED_AFTER, FORMER_COUNTS = timedelta(hours=1), timedelta(minutes=2)
"""A session gets a new token every so often; the former one counts a little longer, for requests that are under way."""

PROOF_COUNTS = timedelta(hours=1)
"""For so long after they proved it do we take for granted that it is them, where much depends on it."""

STEP_BACK = timedelta(minutes=5)
"""So far a clock may be set back, as machines correct theirs, before it ends sessions: by one set back further they would last too long."""

_SEEN_EVERY = timedelta(minutes=1)
_AGENT = 300


@dataclass(frozen=True, slots=True)
class Recognised:
    """Somebody who is signed in. `token` is the session's new token, if it got one; `proven`: they have shown lately who they are.

    `factorless`: their role must have a second factor, and they have none yet.
    """

    person: Person
    session: Session
    token: str | None
    proven: bool
    factorless: bool = False


def begin(connection: Connection, user: User, *, address: str, agent: str, by: str) -> str:
    """Signs a user in; the token of their session. `by` says how: password, code, provider, invitation."""
    token, at = tokens.made(), clock.now()
    sessions.begin(
        connection,
        tokens.digest(token),
        tokens.made(),
        user.number,
        at=at,
        address=address,
        agent=agent[:_AGENT],
    )
    audit.note(connection, Event.SESSION_BEGUN, user.email, user.email, at, by=by)
    return token


def recognise(store: Store, token: str, must: frozenset[Role] = frozenset()) -> Recognised | None:
    """Who is signed in by a token; `None` if nobody is, or not any more. `must`: the roles that must have a second factor."""
    at, digest = clock.now(), tokens.digest(token)
    with store.reading() as connection:
        found = sessions.find(connection, digest)
        if found is None:
            return None
        session, user, former = found
        known = person(connection, user)
        factorless = second_factor.missing(connection, user, must)
    if former and at - session.rotated_at > FORMER_COUNTS:
        _end(store, session, user, at, "a token that had been exchanged was shown")
        return None
    if not user.active or not live(session, at):
        _end(store, session, user, at, _why(session, at) if user.active else "the user is disabled")
        return None
    fresh = None if former else _renewed(store, session, at)
    return Recognised(known, session, fresh, at - session.proved_at <= PROOF_COUNTS, factorless)


def live(session: Session, at: datetime) -> bool:
    """Whether a session has neither been idle nor gone on for too long; a clock that was set back by more than `STEP_BACK` ends it too."""
    idle, age = at - session.seen_at, at - session.began_at
    return session.ended_at is None and -STEP_BACK <= idle < IDLE and age < LONGEST


def _why(session: Session, at: datetime) -> str:
    return "too old" if at >= session.seen_at else "the clock was set back"


def mine(store: Store, person: Person) -> tuple[Session, ...]:
    """The sessions by which somebody is signed in, the latest first."""
    at = clock.now()
    with store.reading() as connection:
        return tuple(each for each in sessions.of(connection, person.number) if live(each, at))


def end(store: Store, person: Person, number: int) -> None:
    """Ends one of somebody's own sessions.

    Raises:
        UserError: it is none of theirs.
    """
    with store.writing() as connection:
        if number not in {each.number for each in sessions.of(connection, person.number)}:
            raise AbsentError("you have no such session", do="choose one that is listed")
        at = clock.now()
        sessions.end(connection, number, at)
        audit.note(
            connection, Event.SESSION_ENDED, person.email, person.email, at, session=number, why="signed out"
        )


def end_others(store: Store, person: Person, but: int | None) -> int:
    """Ends somebody's own sessions, all but one; how many there were."""
    with store.writing() as connection:
        at = clock.now()
        count = sessions.end_all(connection, person.number, at, but)
        if count:
            audit.note(
                connection, Event.SESSION_ENDED, person.email, person.email, at, count=count, why="signed out"
            )
        return count


def _renewed(store: Store, session: Session, at: datetime) -> str | None:
    """Notes a request; a new token, where it is time for one."""
    if at - session.rotated_at >= ROTATED_AFTER:
        token = tokens.made()
        with store.writing() as connection:
            again = sessions.of(connection, session.user)
            if any(each.number == session.number and each.rotated_at == session.rotated_at for each in again):
                sessions.rotate(connection, session.number, tokens.digest(token), at)
                return token
        return None
    if at - session.seen_at >= _SEEN_EVERY:
        with store.writing() as connection:
            sessions.see(connection, session.number, at)
    return None


def _end(store: Store, session: Session, user: User, at: datetime, why: str) -> None:
    with store.writing() as connection:
        if sessions.end(connection, session.number, at):
            audit.note(
                connection, Event.SESSION_ENDED, user.email, user.email, at, session=session.number, why=why
            )
