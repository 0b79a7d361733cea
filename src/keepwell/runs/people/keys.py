"""Keys for programs: shown once, kept as digests, scoped, and over at a known instant."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from keepwell import clock
from keepwell.errors import AbsentError, ForbiddenError, UserError
from keepwell.people import OWN, Permission, Person
from keepwell.runs.people import tokens
from keepwell.runs.people.persons import person as person_of
from keepwell.runs.people.profile import checked_name
from keepwell.store import audit, keys, users
from keepwell.store.audit import Event
from keepwell.store.engine import Store
from keepwell.store.keys import Key
from keepwell.store.users import User

PREFIX = "kw_"
"""How every key begins, so that scanners find one that got lost."""

LONGEST = 365
"""Days that a key lasts at most."""

_START = 7
_SEEN_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Made:
    """A new key: what is shown this once, and what is kept of it."""

    secret: str
    key: Key


def make(store: Store, person: Person, name: str, scopes: Iterable[Permission], days: int) -> Made:
    """Makes a key that may do no more than its scopes, and never more than its user.

    Raises:
        UserError: the name is no good, nothing is allowed, it would last too long, or somebody asks for what they may not do.
    """
    name, asked = checked_name(name), frozenset(scopes)
    if not 1 <= days <= LONGEST:
        raise UserError(f"a key lasts 1 to {LONGEST} days", where="days", do="make a new one when it is over")
    if not asked:
        raise UserError("a key that may do nothing is of no use", where="scopes", do="choose what it may do")
    refused = sorted(scope for scope in asked if scope in OWN or not person.may(scope))
    if refused:
        raise ForbiddenError(
            f"you cannot let a key do this: {', '.join(refused)}", where="scopes", do="choose what you may do"
        )
    secret, at = PREFIX + tokens.made(), clock.now()
    with store.writing() as connection:
        kept = keys.add(
            connection,
            tokens.digest(secret),
            start=secret[:_START],
            user=person.number,
            name=name,
            scopes=asked,
            at=at,
            expires_at=at + timedelta(days=days),
        )
        told = {"key": kept.number, "scopes": sorted(asked), "days": days}
        audit.note(connection, Event.KEY_MADE, name, person.email, at, **told)
    return Made(secret, kept)


def make_for(store: Store, user: User, name: str, scopes: Iterable[Permission], days: int) -> Made:
    """Makes a key for a user, from the machine itself.

    Raises:
        UserError: see `make`.
    """
    with store.reading() as connection:
        person = person_of(connection, user)
    return make(store, person, name, scopes, days)


def recognise(store: Store, secret: str) -> tuple[Person, Key] | None:
    """Whom a key speaks for; `None` if it does not work, or not any more."""
    if not secret.startswith(PREFIX):
        return None
    at = clock.now()
    with store.reading() as connection:
        found = keys.find(connection, tokens.digest(secret))
        if found is None or not found[0].works(at) or not found[1].active:
            return None
        key, user = found
        known = person_of(connection, user, key.scopes)
    if key.used_at is None or at - key.used_at >= _SEEN_EVERY:
        with store.writing() as connection:
            keys.see(connection, key.number, at)
    return known, key


def mine(store: Store, person: Person) -> tuple[Key, ...]:
    """Somebody's own keys that nobody has revoked, the newest first."""
    with store.reading() as connection:
        return keys.every(connection, person.number)


def every(store: Store) -> tuple[tuple[Key, User], ...]:
    """Everybody's keys that nobody has revoked, the newest first, each with its user."""
    with store.reading() as connection:
        by_number = {user.number: user for user in users.everybody(connection)}
        return tuple((key, by_number[key.user]) for key in keys.every(connection))


def revoke(store: Store, number: int, person: Person) -> None:
    """Ends a key for good: one's own, or as an admin anybody's.

    Raises:
        AbsentError: there is no such key, or it is somebody else's.
    """
    with store.writing() as connection:
        found = keys.get(connection, number)
        if found is None or (found.user != person.number and not person.may(Permission.KEYS_MANAGE)):
            raise AbsentError("there is no such key", do="choose one of those that are listed")
        at = clock.now()
        if keys.revoke(connection, number, at):
            audit.note(connection, Event.KEY_REVOKED, found.name, person.email, at, key=number)
