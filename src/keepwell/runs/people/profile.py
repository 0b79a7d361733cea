"""What people say of themselves: name, zone and locale, and their password; and what such things must look like."""

import re
from dataclasses import replace
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from keepwell import clock
from keepwell.errors import UserError
from keepwell.people import Person
from keepwell.runs.people import passwords
from keepwell.store import audit, sessions, users
from keepwell.store.audit import Event
from keepwell.store.engine import Store
from keepwell.store.users import User, normal

NAME, EMAIL = 100, 254
"""The longest names and addresses."""

_EMAIL = re.compile(r"[^\s@\"<>(),:;\\]+@[^\s@.\"<>(),:;\\]+(\.[^\s@.\"<>(),:;\\]+)*")
_LOCALE = re.compile(r"[a-zA-Z]{2,3}(-[a-zA-Z0-9]{2,8})*")


def checked_email(email: str) -> str:
    """An e-mail address as it is kept.

    Raises:
        UserError: it is none.
    """
    found = normal(email)
    if len(found) > EMAIL or not _EMAIL.fullmatch(found) or not found.isprintable():
        raise UserError(
            f"{email[:80]!r} is no e-mail address", where="email", do="type, for example, kim@example.com"
        )
    return found


def checked_name(name: str, where: str = "name") -> str:
    """A name as it is kept: one line, without signs that are not seen.

    Raises:
        UserError: it is empty, too long, or holds such signs.
    """
    found = " ".join(name.split())
    if not found or len(found) > NAME or not found.isprintable():
        raise UserError(
            "a name has one to 100 characters that can be seen",
            where=where,
            do="type the name as people say it",
        )
    return found


def checked_zone(zone: str) -> str:
    """The name of a time zone.

    Raises:
        UserError: there is none of that name.
    """
    try:
        return ZoneInfo(zone).key
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise UserError(
            f"there is no time zone {zone[:80]!r}", where="zone", do="type, for example, Europe/Berlin"
        ) from None


def checked_locale(locale: str) -> str:
    """A BCP 47 tag.

    Raises:
        UserError: it is none.
    """
    if len(locale) > 35 or not _LOCALE.fullmatch(locale):
        raise UserError(f"{locale[:80]!r} is no locale", where="locale", do="type, for example, en-GB or de")
    return locale


def change(store: Store, person: Person, *, name: str, zone: str, locale: str) -> User:
    """Keeps what somebody says of themselves.

    Raises:
        UserError: there is no such zone or locale, or the name is no good.
    """
    name, zone, locale = checked_name(name), checked_zone(zone), checked_locale(locale)
    with store.writing() as connection:
        known = users.get(connection, person.number)
        assert known is not None
        changed = replace(known, name=name, zone=zone, locale=locale)
        if changed != known:
            users.keep(connection, changed)
            said = {"name": name, "zone": zone, "locale": locale}
            audit.note(connection, Event.USER_CHANGED, known.email, person.email, clock.now(), **said)
        return changed


def has_password(store: Store, person: Person) -> bool:
    """Whether somebody has a password; who signs in at a provider may have none."""
    with store.reading() as connection:
        return users.password(connection, person.number) is not None


def set_password(store: Store, person: Person, *, former: str, password: str, session: int | None) -> None:
    """Gives somebody a new password, and ends their other sessions.

    Raises:
        UserError: the former password is another one, or the new one is no good.
    """
    with store.reading() as connection:
        kept = users.password(connection, person.number)
    if kept is not None and not passwords.matches(kept, former):
        raise UserError("this is not your password", where="former", do="type the password you sign in with")
    passwords.check(password, (person.name, person.email))
    hashed, at = passwords.hashed(password), clock.now()
    with store.writing() as connection:
        users.set_password(connection, person.number, hashed)
        sessions.end_all(connection, person.number, at, session)
        audit.note(connection, Event.CREDENTIAL_SET, person.email, person.email, at, by="change")
