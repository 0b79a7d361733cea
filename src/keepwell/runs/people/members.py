"""What admins do with users."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from keepwell import clock
from keepwell.errors import AbsentError, ConflictError, UserError
from keepwell.people import Role, Scope
from keepwell.store import audit, links, second_factors, sessions, teams, users
from keepwell.store.audit import Event
from keepwell.store.engine import Connection, Store
from keepwell.store.links import Link
from keepwell.store.teams import Team
from keepwell.store.users import User


@dataclass(frozen=True, slots=True)
class Member:
    """A user with their teams; `second_factor`: whether they have one; `seen_at`: their last request, if they are signed in."""

    user: User
    teams: tuple[Team, ...]
    second_factor: bool
    seen_at: datetime | None


@dataclass(frozen=True, slots=True)
class Everybody:
    """All users by e-mail address, all teams by name, and the links that wait."""

    members: tuple[Member, ...]
    teams: tuple[Team, ...]
    waiting: tuple[Link, ...]

    def member(self, number: int) -> Member:
        """The member of that number.

        Raises:
            UserError: there is none.
        """
        found = next((each for each in self.members if each.user.number == number), None)
        if found is None:
            raise _no_user()
        return found


def found(store: Store, email: str) -> User:
    """The user of an e-mail address.

    Raises:
        AbsentError: there is none.
    """
    with store.reading() as connection:
        user = users.by_email(connection, email)
    if user is None:
        raise _no_user()
    return user


def everybody(store: Store) -> Everybody:
    """Everybody there is."""
    with store.reading() as connection:
        groups = teams.every(connection)
        members = [_member(connection, user, groups) for user in users.everybody(connection)]
        return Everybody(tuple(members), groups, links.waiting(connection, clock.now()))


def change(
    store: Store,
    number: int,
    *,
    actor: str,
    role: Role | None = None,
    scope: Scope | None = None,
    segments: Iterable[str] | None = None,
    owner: str | None = None,
    in_teams: Iterable[int] | None = None,
) -> User:
    """Changes what a user is and sees; what is not said stays.

    Raises:
        AbsentError: there is no such user.
        ConflictError: nobody would be left who can manage people.
        UserError: there is no such team.
    """
    with store.writing() as connection:
        known = _known(connection, number)
        changed = replace(
            known,
            role=role or known.role,
            scope=scope or known.scope,
            segments=known.segments if segments is None else tuple(sorted(set(segments))),
            owner=known.owner if owner is None else " ".join(owner.split()),
        )
        if known.role is Role.ADMIN and changed.role is not Role.ADMIN:
            _others_left(connection, known)
        differing = _differing(known, changed)
        if differing:
            users.keep(connection, changed)
        if in_teams is not None:
            differing |= _moved(connection, number, tuple(in_teams))
        if differing:
            audit.note(connection, Event.USER_CHANGED, known.email, actor, clock.now(), **differing)
        return changed


def disable(store: Store, number: int, *, actor: str) -> None:
    """Ends a user's sessions, keys and links, and lets them sign in no more.

    Raises:
        AbsentError: there is no such user.
        ConflictError: nobody would be left who can manage people.
    """
    with store.writing() as connection:
        known = _known(connection, number)
        if not known.active:
            return
        if known.role is Role.ADMIN:
            _others_left(connection, known)
        at = clock.now()
        users.keep(connection, replace(known, disabled_at=at))
        sessions.end_all(connection, number, at)
        links.withdraw_of(connection, number, at)
        audit.note(connection, Event.USER_DISABLED, known.email, actor, at)


def enable(store: Store, number: int, *, actor: str) -> None:
    """Lets a user sign in again.

    Raises:
        AbsentError: there is no such user.
    """
    with store.writing() as connection:
        known = _known(connection, number)
        if not known.active:
            users.keep(connection, replace(known, disabled_at=None))
            audit.note(connection, Event.USER_ENABLED, known.email, actor, clock.now())


def sign_out(store: Store, number: int, *, actor: str) -> int:
    """Ends every session of a user; how many there were.

    Raises:
        AbsentError: there is no such user.
    """
    with store.writing() as connection:
        known = _known(connection, number)
        at = clock.now()
        count = sessions.end_all(connection, number, at)
        if count:
            audit.note(
                connection, Event.SESSION_ENDED, known.email, actor, at, count=count, why="by an admin"
            )
        return count


def _member(connection: Connection, user: User, groups: Iterable[Team]) -> Member:
    factor = second_factors.get(connection, user.number)
    seen = max((each.seen_at for each in sessions.of(connection, user.number)), default=None)
    mine = tuple(team for team in groups if user.number in team.members)
    return Member(user, mine, factor is not None and factor.confirmed_at is not None, seen)


def _known(connection: Connection, number: int) -> User:
    found = users.get(connection, number)
    if found is None:
        raise _no_user()
    return found


def _no_user() -> UserError:
    return AbsentError(
        "there is no such user", do="choose one of those that are listed: keepwell people list"
    )


def _others_left(connection: Connection, user: User) -> None:
    if user.active and users.admins(connection) <= 1:
        raise ConflictError(
            f"{user.email} is the only admin, and somebody has to be", do="make somebody else an admin first"
        )


def _differing(known: User, changed: User) -> dict[str, object]:
    names = ("role", "scope", "segments", "owner")
    return {name: getattr(changed, name) for name in names if getattr(changed, name) != getattr(known, name)}


def _moved(connection: Connection, number: int, asked: tuple[int, ...]) -> dict[str, object]:
    there = teams.every(connection)
    if not {team.number for team in there}.issuperset(asked):
        raise UserError("there is no such team", where="teams", do="make the team first")
    if {team.number for team in there if number in team.members} == set(asked):
        return {}
    teams.set_teams(connection, number, asked)
    return {"teams": [team.name for team in there if team.number in asked]}
