"""Teams: users whose accounts each of them sees."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import Connection

from keepwell.store.tables import MEMBERSHIPS, TEAMS, USERS


@dataclass(frozen=True, slots=True)
class Team:
    """A team and the numbers of its members."""

    number: int
    name: str
    members: tuple[int, ...] = ()


def add(connection: Connection, name: str, at: datetime) -> Team:
    """A new team without members."""
    query = sa.insert(TEAMS).values(name=name, made_at=at).returning(TEAMS.c.number)
    return Team(connection.execute(query).scalar_one(), name)


def get(connection: Connection, number: int) -> Team | None:
    """The team of that number, if there is one."""
    return next((team for team in every(connection) if team.number == number), None)


def every(connection: Connection) -> tuple[Team, ...]:
    """All teams, by name."""
    members: dict[int, list[int]] = {}
    for row in connection.execute(sa.select(MEMBERSHIPS).order_by(MEMBERSHIPS.c.user)):
        members.setdefault(row.team, []).append(row.user)
    rows = connection.execute(sa.select(TEAMS.c.number, TEAMS.c.name).order_by(TEAMS.c.name))
    return tuple(Team(row.number, row.name, tuple(members.get(row.number, ()))) for row in rows)


def rename(connection: Connection, number: int, name: str) -> None:
    """Gives a team another name."""
    connection.execute(sa.update(TEAMS).where(TEAMS.c.number == number).values(name=name))


def set_members(connection: Connection, number: int, members: Iterable[int]) -> None:
    """Makes these users, and no others, the members of a team."""
    connection.execute(sa.delete(MEMBERSHIPS).where(MEMBERSHIPS.c.team == number))
    rows = [{"team": number, "user": user} for user in sorted(set(members))]
    if rows:
        connection.execute(sa.insert(MEMBERSHIPS), rows)


def set_teams(connection: Connection, user: int, teams: Iterable[int]) -> None:
    """Makes a user a member of these teams, and of no others."""
    connection.execute(sa.delete(MEMBERSHIPS).where(MEMBERSHIPS.c.user == user))
    rows = [{"team": team, "user": user} for team in sorted(set(teams))]
    if rows:
        connection.execute(sa.insert(MEMBERSHIPS), rows)


def remove(connection: Connection, number: int) -> None:
    """Removes a team; its members stay users."""
    connection.execute(sa.delete(MEMBERSHIPS).where(MEMBERSHIPS.c.team == number))
    connection.execute(sa.delete(TEAMS).where(TEAMS.c.number == number))


def owners(connection: Connection, user: int) -> frozenset[str]:
    """What accounts call their owners, of everybody who shares a team with a user, themselves included."""
    mine = sa.select(MEMBERSHIPS.c.team).where(MEMBERSHIPS.c.user == user)
    shares = USERS.c.number.in_(sa.select(MEMBERSHIPS.c.user).where(MEMBERSHIPS.c.team.in_(mine)))
    rows = connection.execute(sa.select(USERS.c.owner, USERS.c.email).where(shares))
    return frozenset(row.owner or row.email for row in rows)
