"""People for tests: the first admin, and others whom they invite."""

from typing import Any

from keepwell.people import Person, Role
from keepwell.runs.people import links
from keepwell.runs.people.links import Offer
from keepwell.runs.people.persons import person
from keepwell.runs.people.signing_in import From, SignedIn, by_password
from keepwell.store import audit, users
from keepwell.store.engine import Store
from keepwell.store.links import Kind
from keepwell.store.users import User

PASSWORD = "tuesday-otter-lamp"
OTHER = "velvet anchor gazette"
ADMIN = "ada@example.com"
HOME = From("203.0.113.7", "Firefox")


def token(path: str | None) -> str:
    """The token of a link."""
    assert path is not None
    return path.rpartition("/")[2]


def admin(store: Store) -> User:
    """The first admin, who came in by the set-up link."""
    at = token(links.set_up(store))
    return links.accept(store, Kind.SET_UP, at, name="Ada", password=PASSWORD, email=ADMIN)


def joined(store: Store, email: str, role: Role = Role.CSM, **offer: Any) -> User:
    """Somebody who was invited, and came."""
    at = token(links.invite(store, email, Offer(role, **offer), actor=ADMIN))
    return links.accept(store, Kind.INVITATION, at, name=email.partition("@")[0].title(), password=PASSWORD)


def signed_in(store: Store, email: str = ADMIN, password: str = PASSWORD) -> str:
    """The token of the session of somebody who signed in."""
    found = by_password(store, email, password, HOME)
    assert isinstance(found, SignedIn)
    return found.token


def person_of(store: Store, email: str = ADMIN) -> Person:
    """Somebody as a request knows them."""
    with store.reading() as connection:
        user = users.by_email(connection, email)
        assert user is not None
        return person(connection, user)


def events(store: Store) -> list[str]:
    """What the audit tells of, in order."""
    with store.reading() as connection:
        assert list(audit.flaws(connection)) == []
        return [entry.event for entry in audit.entries(connection)]
