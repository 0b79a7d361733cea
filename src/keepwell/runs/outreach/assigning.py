"""Who of the team does what a journey wants done for an account."""

from collections.abc import Callable, Iterable, Mapping

from keepwell.outreach.journey import Journey
from keepwell.runs.outreach.sighting import Sighting
from keepwell.store import owners, users
from keepwell.store.engine import Connection
from keepwell.store.users import User

Assignee = Callable[[str, Journey], str]
"""Who it is, for an account (its id) and a journey: an e-mail address, the name by which accounts call their owner, or empty: nobody."""


def assignees(connection: Connection, sighting: Sighting) -> Assignee:
    """Who looks after accounts: their owner, as named in Keepwell or by the firm's data, or else who answers for the journey.

    Whoever can sign in is named by the e-mail address; others as accounts or the journey call them.
    """
    named, people = owners.assigned(connection), _people(users.everybody(connection))

    def assignee(account: str, journey: Journey) -> str:
        owner = named.get(account) or _owner(sighting, account)
        known = (people.get(each.casefold()) for each in (owner, journey.owner) if each)
        return next((each for each in known if each), owner or journey.owner)

    return assignee


def _owner(sighting: Sighting, account: str) -> str:
    place = sighting.places.get(account)
    return "" if place is None else sighting.owners[place]


def _people(everybody: Iterable[User]) -> Mapping[str, str]:
    """The e-mail addresses of those who can sign in, by what accounts may call them."""
    found: dict[str, str] = {}
    for user in everybody:
        if user.active:
            found.setdefault(user.email.casefold(), user.email)
            found.setdefault(user.owner_name.casefold(), user.email)
            found.setdefault(user.name.casefold(), user.email)
    return found
