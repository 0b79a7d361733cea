"""What admins do with teams: users who see each other's accounts."""

from collections.abc import Iterable
from dataclasses import replace

from keepwell import clock
from keepwell.errors import AbsentError, ConflictError, UserError
from keepwell.runs.people.profile import checked_name
from keepwell.store import audit, teams, users
from keepwell.store.audit import Event
from keepwell.store.engine import Connection, Store
from keepwell.store.teams import Team


def make(store: Store, name: str, members: Iterable[int] = (), *, actor: str) -> Team:
    """Makes a team.

    Raises:
        ConflictError: the name is taken.
        UserError: there is no such user.
    """
    with store.writing() as connection:
        name = _free(connection, name)
        at = clock.now()
        made = teams.add(connection, name, at)
        chosen = _members(connection, members)
        teams.set_members(connection, made.number, chosen)
        audit.note(connection, Event.TEAM_MADE, name, actor, at, members=_emails(connection, chosen))
        return replace(made, members=chosen)


def change(
    store: Store, number: int, *, actor: str, name: str | None = None, members: Iterable[int] | None = None
) -> Team:
    """Changes a team's name or members; what is not said stays.

    Raises:
        AbsentError: there is no such team.
        ConflictError: the name is taken.
        UserError: there is no such user.
    """
    with store.writing() as connection:
        known = _team(connection, number)
        if name is not None and name != known.name:
            teams.rename(connection, number, _free(connection, name))
        if members is not None:
            teams.set_members(connection, number, _members(connection, members))
        changed = _team(connection, number)
        if changed != known:
            emails = _emails(connection, changed.members)
            told = {"name": changed.name, "members": emails}
            audit.note(connection, Event.TEAM_CHANGED, known.name, actor, clock.now(), **told)
        return changed


def remove(store: Store, number: int, *, actor: str) -> None:
    """Removes a team; its members stay users.

    Raises:
        AbsentError: there is no such team.
    """
    with store.writing() as connection:
        known = _team(connection, number)
        teams.remove(connection, number)
        audit.note(connection, Event.TEAM_REMOVED, known.name, actor, clock.now())


def _team(connection: Connection, number: int) -> Team:
    found = teams.get(connection, number)
    if found is None:
        raise AbsentError("there is no such team", do="choose one of those that are listed")
    return found


def _free(connection: Connection, name: str) -> str:
    name = checked_name(name)
    if name.casefold() in {team.name.casefold() for team in teams.every(connection)}:
        raise ConflictError(f"there is a team {name!r} already", where="name", do="choose another name")
    return name


def _members(connection: Connection, asked: Iterable[int]) -> tuple[int, ...]:
    chosen = tuple(sorted(set(asked)))
    if not {user.number for user in users.everybody(connection)}.issuperset(chosen):
        raise UserError("there is no such user", where="members", do="choose users that are listed")
    return chosen


def _emails(connection: Connection, numbers: Iterable[int]) -> list[str]:
    asked = set(numbers)
    return [user.email for user in users.everybody(connection) if user.number in asked]
