"""The second factor: codes of six digits from an app (RFC 6238), each taken once, and codes for when the app is lost."""

import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import pyotp

from keepwell import clock
from keepwell.errors import ConflictError, ForbiddenError, UserError
from keepwell.people import Person, Role
from keepwell.runs.people import tokens
from keepwell.runs.people.cipher import Cipher
from keepwell.store import audit, second_factors, users
from keepwell.store.audit import Event
from keepwell.store.engine import Connection, Store
from keepwell.store.second_factors import Totp
from keepwell.store.users import User

STEP_SECONDS, DRIFT = 30, 1
"""A code holds for its step of time, and for the one before and after it."""

COMPULSORY = "KEEPWELL_SECOND_FACTOR"
"""The variable that names the roles whose people must have one."""

CODES = 10
ISSUER = "Keepwell"

_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


@dataclass(frozen=True, slots=True)
class Offered:
    """A secret that somebody may take: in base 32, and as the address that apps read from a picture."""

    secret: str
    uri: str


def compulsory(environment: Mapping[str, str]) -> frozenset[Role]:
    """The roles that must have a second factor, as the environment names them: `admin, analyst`, or `all`. Nobody must, if it says nothing.

    Raises:
        UserError: it names something that is no role.
    """
    said = [name.strip() for name in environment.get(COMPULSORY, "").split(",") if name.strip()]
    if said == ["all"]:
        return frozenset(Role)
    wrong = [name for name in said if name not in set(Role)]
    if wrong:
        raise UserError(
            f"{COMPULSORY} names {wrong[0]!r}, which is no role", do=f"name some of {', '.join(Role)}, or all"
        )
    return frozenset(Role(name) for name in said)


def missing(connection: Connection, user: User, roles: frozenset[Role]) -> bool:
    """Whether a user has no second factor though one of these roles must. Who has no password signs in elsewhere, where it is asked for."""
    if user.role not in roles or users.password(connection, user.number) is None:
        return False
    return not on(connection, user.number)


def give_up(store: Store, person: Person, roles: frozenset[Role]) -> None:
    """Takes somebody's own second factor away.

    Raises:
        ForbiddenError: their role must have one.
        ConflictError: they have none.
    """
    if person.role in roles:
        raise ForbiddenError(
            f"a {person.role} must have a second factor here",
            do="if you have lost it, ask an admin to remove it, and set up another",
        )
    remove(store, person.number, actor=person.email)


def offer(store: Store, person: Person, cipher: Cipher) -> Offered:
    """A new secret, which counts once a code of it is shown.

    Raises:
        UserError: they have a second factor already.
    """
    secret = pyotp.random_base32()
    with store.writing() as connection:
        if on(connection, person.number):
            raise ConflictError("you have a second factor already", do="remove it first")
        second_factors.offer(connection, person.number, cipher.hide(secret), clock.now())
    return _shown(secret, person)


def offered(store: Store, person: Person, cipher: Cipher) -> Offered:
    """The secret that was offered last and does not count yet.

    Raises:
        ConflictError: there is none.
    """
    with store.reading() as connection:
        kept = second_factors.get(connection, person.number)
    if kept is None or kept.confirmed_at is not None:
        raise ConflictError("no second factor was offered", do="begin again")
    return _shown(cipher.show(kept.secret), person)


def _shown(secret: str, person: Person) -> Offered:
    return Offered(secret, pyotp.TOTP(secret).provisioning_uri(name=person.email, issuer_name=ISSUER))


def confirm(store: Store, person: Person, code: str, cipher: Cipher) -> tuple[str, ...]:
    """Lets the secret count that was offered last; the recovery codes, which are shown this once.

    Raises:
        UserError: the code is not the secret's, or nothing was offered.
    """
    at = clock.now()
    codes = tuple(_recovery_code() for _ in range(CODES))
    with store.writing() as connection:
        kept = second_factors.get(connection, person.number)
        waits = kept is not None and kept.confirmed_at is None
        step = _step(kept, code, at, cipher) if kept is not None and waits else None
        if step is None:
            raise UserError(
                "this is not the code", where="code", do="type the six digits that the app shows now"
            )
        second_factors.confirm(connection, person.number, at)
        second_factors.take(connection, person.number, step)
        second_factors.set_codes(connection, person.number, [_kept(each) for each in codes])
        audit.note(connection, Event.SECOND_FACTOR_SET, person.email, person.email, at)
    return codes


def remove(store: Store, user: int, *, actor: str) -> None:
    """Takes a user's second factor away: their own, or that of somebody who lost it.

    Raises:
        UserError: they have none.
    """
    with store.writing() as connection:
        found = users.get(connection, user)
        if found is None or not on(connection, user):
            raise ConflictError("there is no second factor to remove")
        second_factors.remove(connection, user)
        audit.note(connection, Event.SECOND_FACTOR_REMOVED, found.email, actor, clock.now())


def on(connection: Connection, user: int) -> bool:
    """Whether a user has a second factor."""
    kept = second_factors.get(connection, user)
    return kept is not None and kept.confirmed_at is not None


def state(store: Store, person: Person) -> tuple[bool, int]:
    """Whether somebody has a second factor, and how many recovery codes are left."""
    with store.reading() as connection:
        return on(connection, person.number), second_factors.codes_left(connection, person.number)


def take(connection: Connection, user: int, code: str, at: datetime, cipher: Cipher) -> str:
    """Takes a code, of the app or for recovery, once: how it was proved, or nothing if it was not."""
    kept = second_factors.get(connection, user)
    if kept is None or kept.confirmed_at is None:
        return ""
    step = _step(kept, code, at, cipher)
    if step is not None:
        second_factors.take(connection, user, step)
        return "code"
    return "recovery code" if second_factors.use_code(connection, user, _kept(code), at) else ""


def _step(kept: Totp, code: str, at: datetime, cipher: Cipher) -> int | None:
    """The step of time whose code this is, if it is later than the last one taken."""
    digits, last = "".join(code.split()), kept.last_step
    totp, now = pyotp.TOTP(cipher.show(kept.secret)), int(at.timestamp()) // STEP_SECONDS
    for step in range(now - DRIFT, now + DRIFT + 1):
        if step > last and hmac.compare_digest(totp.generate_otp(step).encode(), digits.encode()):
            return step
    return None


def _recovery_code() -> str:
    """Twenty-four letters in groups of four: 118 bits of chance, so that a plain digest keeps it safe."""
    letters = "".join(secrets.choice(_ALPHABET) for _ in range(24))
    return "-".join(letters[place : place + 4] for place in range(0, 24, 4))


def _kept(code: str) -> str:
    return tokens.digest("recovery " + "".join(code.casefold().replace("-", " ").split()))
