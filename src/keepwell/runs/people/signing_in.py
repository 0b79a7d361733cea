"""Signing in: by password, and by a code where somebody has a second factor. It never tells which part was wrong."""

from dataclasses import dataclass
from datetime import timedelta

from keepwell import clock
from keepwell.errors import UserError
from keepwell.runs.people import passwords, second_factor, sessions, throttle, tokens
from keepwell.runs.people.cipher import Cipher
from keepwell.store import audit, sign_ins, users
from keepwell.store.audit import Event
from keepwell.store.engine import Connection, Store
from keepwell.store.sign_ins import Kind
from keepwell.store.users import User, normal

CODE_WAITS = timedelta(minutes=10)
"""How long a sign-in waits for its code."""


@dataclass(frozen=True, slots=True)
class From:
    """Where a request comes from: the network address, and what the browser says of itself."""

    address: str
    agent: str = ""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Somebody has signed in; `token` is their session's."""

    user: User
    token: str


@dataclass(frozen=True, slots=True)
class CodeNeeded:
    """The password was right, and a code is asked for; `token` is the sign-in's."""

    token: str


def by_password(store: Store, email: str, password: str, asker: From) -> SignedIn | CodeNeeded:
    """Signs a user in, or asks for their code.

    Raises:
        UserError: the address or password is wrong.
        Held: too many attempts have failed.
    """
    by, last = _reserved(store, normal(email), asker)
    with store.reading() as connection:
        user = users.by_email(connection, email)
        kept = None if user is None else users.password(connection, user.number)
    right = passwords.matches(kept, password)
    if not right or user is None or kept is None or not user.active:
        raise _refused(store, user, last, "the e-mail address or the password is wrong")
    with store.writing() as connection:
        throttle.succeeded(connection, by)
        if passwords.outdated(kept):
            users.set_password(connection, user.number, passwords.hashed(password))
        if not second_factor.on(connection, user.number):
            return SignedIn(user, _begun(connection, user, asker, "password"))
        token, at = tokens.made(), clock.now()
        content = {"user": user.number}
        sign_ins.begin(connection, Kind.CODE, tokens.digest(token), content, at=at, until=at + CODE_WAITS)
        return CodeNeeded(token)


def by_code(store: Store, token: str, code: str, asker: From, cipher: Cipher) -> SignedIn:
    """Signs in a user whose password was right.

    Raises:
        UserError: the code is wrong, or it came too late.
        Held: too many attempts have failed.
    """
    digest = tokens.digest(token)
    with store.reading() as connection:
        waiting = sign_ins.find(connection, Kind.CODE, digest, clock.now())
    if waiting is None:
        raise UserError("this sign-in has waited for too long", do="begin again with your password")
    by, last = _reserved(store, f"code of {waiting['user']}", asker)
    with store.writing() as connection:
        user = users.get(connection, waiting["user"])
        at = clock.now()
        how = (
            second_factor.take(connection, user.number, code, at, cipher)
            if user is not None and user.active
            else ""
        )
        if user is not None and how:
            throttle.succeeded(connection, by)
            sign_ins.end(connection, digest)
            if how == "recovery code":
                audit.note(connection, Event.RECOVERY_CODE_USED, user.email, user.email, at)
            return SignedIn(user, _begun(connection, user, asker, f"password and {how}"))
    raise _refused(store, user, last, "the code is wrong")


def by_link(store: Store, user: User, asker: From, link: str) -> SignedIn:
    """Signs in somebody whom a link has just made a user; `link` is its kind."""
    with store.writing() as connection:
        return SignedIn(user, _begun(connection, user, asker, link))


def _begun(connection: Connection, user: User, asker: From, by: str) -> str:
    return sessions.begin(connection, user, address=asker.address, agent=asker.agent, by=by)


def _reserved(store: Store, subject: str, asker: From) -> tuple[dict[str, str], bool]:
    by = throttle.subjects(subject, asker.address)
    with store.writing() as connection:
        return dict(by), throttle.reserve(connection, by, clock.now())


def _refused(store: Store, user: User | None, last: bool, what: str) -> UserError:
    """What somebody is told who was refused; the audit says so where they now have to wait."""
    if last and user is not None:
        with store.writing() as connection:
            audit.note(connection, Event.SIGN_IN_HELD, user.email, user.email, clock.now())
    return UserError(what, do="try again")
