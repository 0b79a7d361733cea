"""Links that work once: the first admin's, an invitation's, a new password's. A link is shown once, when it is made."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from keepwell import clock
from keepwell.errors import AbsentError, ConflictError, UserError
from keepwell.people import Role, Scope
from keepwell.runs.people import passwords, tokens
from keepwell.runs.people.profile import checked_email, checked_locale, checked_name, checked_zone
from keepwell.store import audit, links, sessions, teams, users
from keepwell.store.audit import Event
from keepwell.store.engine import Connection, Store
from keepwell.store.links import Kind, Link
from keepwell.store.users import User

SET_UP_LASTS, INVITATION_LASTS, RESET_LASTS = timedelta(days=1), timedelta(days=7), timedelta(hours=24)

_SERVER = "keepwell"


@dataclass(frozen=True, slots=True)
class Offer:
    """What an invited user will be."""

    role: Role
    scope: Scope = Scope.ALL
    segments: tuple[str, ...] = ()
    owner: str = ""
    teams: tuple[int, ...] = ()

    def kept(self) -> dict[str, Any]:
        """As the store keeps it."""
        return {
            "role": str(self.role),
            "scope": str(self.scope),
            "segments": list(self.segments),
            "owner": self.owner,
            "teams": list(self.teams),
        }


def of(link: Link) -> Offer:
    """What an invitation offers."""
    kept = link.offer
    return Offer(
        Role(kept["role"]),
        Scope(kept["scope"]),
        tuple(kept["segments"]),
        kept["owner"],
        tuple(kept["teams"]),
    )


def path(kind: Kind, token: str) -> str:
    """Where a link leads, on the server."""
    return f"/{kind}/{token}"


def set_up(store: Store) -> str | None:
    """The path of a new link by which the first admin comes in; `None` if there are users already."""
    at, token = clock.now(), tokens.made()
    with store.writing() as connection:
        if not users.nobody(connection):
            return None
        until = at + SET_UP_LASTS
        links.add(connection, Kind.SET_UP, tokens.digest(token), made_by=_SERVER, at=at, expires_at=until)
    return path(Kind.SET_UP, token)


def invite(store: Store, email: str, offer: Offer, *, actor: str) -> str:
    """The path of a new invitation; one that the same address had before no longer works.

    Raises:
        UserError: it is no e-mail address, somebody has it already, or there is no such team.
    """
    address, at, token = checked_email(email), clock.now(), tokens.made()
    with store.writing() as connection:
        if users.by_email(connection, address) is not None:
            raise ConflictError(f"{address} is a user already", where="email", do="change their role instead")
        _known_teams(connection, offer.teams)
        links.add(
            connection,
            Kind.INVITATION,
            tokens.digest(token),
            made_by=actor,
            at=at,
            expires_at=at + INVITATION_LASTS,
            email=address,
            offer=offer.kept(),
        )
        audit.note(connection, Event.USER_INVITED, address, actor, at, **offer.kept())
    return path(Kind.INVITATION, token)


def offer_reset(store: Store, user: int, *, actor: str) -> str:
    """The path of a new link by which a user chooses a new password.

    Raises:
        AbsentError: there is no such user, or they are disabled.
    """
    at, token = clock.now(), tokens.made()
    with store.writing() as connection:
        found = users.get(connection, user)
        if found is None or not found.active:
            raise AbsentError("there is no such user, or they are disabled", do="keepwell people lists them")
        links.add(
            connection,
            Kind.RESET,
            tokens.digest(token),
            made_by=actor,
            at=at,
            expires_at=at + RESET_LASTS,
            email=found.email,
            user=found.number,
        )
        audit.note(connection, Event.RESET_OFFERED, found.email, actor, at)
    return path(Kind.RESET, token)


def opened(store: Store, kind: Kind, token: str) -> Link:
    """The link of a token, without using it.

    Raises:
        UserError: it does not work, or not any more.
    """
    with store.reading() as connection:
        return _open(connection, kind, token)


def accept(
    store: Store,
    kind: Kind,
    token: str,
    *,
    name: str,
    password: str,
    email: str = "",
    zone: str = "UTC",
    locale: str = "en",
) -> User:
    """Makes the first admin, or the invited user, who reads days in a zone and numbers in a locale; the link no longer works.

    Raises:
        UserError: the link does not work; the name, address, password, zone or locale is no good.
    """
    name, zone, locale = checked_name(name), checked_zone(zone), checked_locale(locale)
    link = opened(store, kind, token)
    address = link.email or checked_email(email)
    passwords.check(password, (name, address))
    hashed, at = passwords.hashed(password), clock.now()
    with store.writing() as connection:
        link = _open(connection, kind, token)
        offer = of(link) if kind is Kind.INVITATION else Offer(Role.ADMIN)
        if kind is Kind.SET_UP and not users.nobody(connection):
            raise ConflictError("the server has been set up already", do="sign in, or ask for an invitation")
        if users.by_email(connection, address) is not None:
            raise ConflictError(f"{address} is a user already", do="sign in")
        user = join(connection, address, name, offer, zone=zone, locale=locale)
        users.set_password(connection, user.number, hashed)
        links.use(connection, link, at)
        if kind is Kind.SET_UP:
            audit.note(connection, Event.SERVER_SET_UP, user.email, user.email, at)
    return user


def join(
    connection: Connection, email: str, name: str, offer: Offer, *, zone: str = "UTC", locale: str = "en"
) -> User:
    """Makes a user of what was offered to them."""
    at = clock.now()
    user = users.add(
        connection,
        email=email,
        name=name,
        role=offer.role,
        at=at,
        scope=offer.scope,
        segments=offer.segments,
        owner=offer.owner,
        zone=zone,
        locale=locale,
    )
    there = {team.number for team in teams.every(connection)}
    teams.set_teams(connection, user.number, there.intersection(offer.teams))
    audit.note(connection, Event.USER_JOINED, user.email, user.email, at, **offer.kept())
    return user


def reset(store: Store, token: str, password: str) -> User:
    """Gives a user the password that they chose, and ends all of their sessions; the link no longer works.

    Raises:
        UserError: the link does not work, or the password is no good.
    """
    link = opened(store, Kind.RESET, token)
    passwords.check(password, (link.email,))
    hashed, at = passwords.hashed(password), clock.now()
    with store.writing() as connection:
        link = _open(connection, Kind.RESET, token)
        user = users.get(connection, link.user or 0)
        if user is None or not user.active:
            raise _does_not_work()
        users.set_password(connection, user.number, hashed)
        links.use(connection, link, at)
        sessions.end_all(connection, user.number, at)
        audit.note(connection, Event.CREDENTIAL_SET, user.email, user.email, at, by="reset")
    return user


def withdraw(store: Store, number: int, *, actor: str) -> None:
    """Ends a link that waits.

    Raises:
        AbsentError: there is no such link.
    """
    at = clock.now()
    with store.writing() as connection:
        found = next((each for each in links.waiting(connection, at) if each.number == number), None)
        if found is None:
            raise AbsentError("there is no such link that still works", do="look at those that are listed")
        links.withdraw(connection, number, at)
        audit.note(connection, Event.LINK_WITHDRAWN, found.email, actor, at, kind=str(found.kind))


def waiting(store: Store) -> tuple[Link, ...]:
    """The links that still work, the newest first."""
    with store.reading() as connection:
        return links.waiting(connection, clock.now())


def _open(connection: Connection, kind: Kind, token: str) -> Link:
    found = links.find(connection, tokens.digest(token))
    if found is None or found.kind is not kind or not found.open(clock.now()):
        raise _does_not_work()
    return found


def _does_not_work() -> UserError:
    return AbsentError(
        "this link does not work: it was used, replaced or withdrawn, or it is too old",
        do="ask an admin for a new one; for the first admin: keepwell people set-up",
    )


def _known_teams(connection: Connection, asked: Iterable[int]) -> None:
    there = {team.number for team in teams.every(connection)}
    if not there.issuperset(asked):
        raise UserError("there is no such team", where="teams", do="make the team first")
