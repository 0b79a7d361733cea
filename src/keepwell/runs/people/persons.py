"""A user as a request knows them: their role, and the accounts that they reach."""

from keepwell.people import EVERYTHING, Permission, Person, Reach, Scope
from keepwell.store import teams
from keepwell.store.engine import Connection
from keepwell.store.users import User


def person(connection: Connection, user: User, scopes: frozenset[Permission] | None = None) -> Person:
    """The person that a user is; `scopes` are those of the key that asks for them."""
    return Person(
        number=user.number,
        email=user.email,
        name=user.name,
        role=user.role,
        reach=_reach(connection, user),
        owner=user.owner_name,
        zone=user.zone,
        locale=user.locale,
        scopes=scopes,
    )


def _reach(connection: Connection, user: User) -> Reach:
    if user.scope is Scope.ALL:
        return EVERYTHING
    if user.scope is Scope.SEGMENT:
        return Reach(Scope.SEGMENT, segments=frozenset(user.segments))
    own = frozenset({user.owner_name})
    if user.scope is Scope.OWN:
        return Reach(Scope.OWN, owners=own)
    return Reach(Scope.TEAM, owners=own | teams.owners(connection, user.number))
