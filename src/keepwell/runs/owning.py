"""Owners: somebody says whose an account is, where the firm's data do not, or say it wrongly."""

from collections.abc import Iterable, Mapping

from keepwell import clock
from keepwell.people import Person
from keepwell.runs.reaching import Reached
from keepwell.runs.saying import words
from keepwell.store import handing, owners, users
from keepwell.store.engine import Store
from keepwell.store.users import User


def assign(store: Store, reached: Reached, owner: str, *, by: Person) -> None:
    """Makes somebody, by the name that accounts call their owner, the owner of an account; nobody (empty): what the firm's data say.

    What journeys have given the one before to do there, and told them, goes to the new one, if they can sign in.

    Raises:
        UserError: the name is too long, or no text.
    """
    named = words(owner, "owner", needed=False, most=200)
    now = clock.now()
    with store.writing() as connection:
        owners.assign(connection, reached.id, named, actor=by.email, at=now)
        people = users.everybody(connection)
        after = _signs_in(people, named)
        if named and after and after.casefold() != reached.owner.casefold():
            for before in {reached.owner, _signs_in(people, reached.owner)} - {"", after}:
                handing.hand_over(
                    connection,
                    before,
                    after,
                    actor=by.email,
                    at=now,
                    account_id=reached.id,
                    of_journeys=True,
                )


def _signs_in(people: Iterable[User], owner: str) -> str:
    """The e-mail address of whom accounts call so; empty where nobody of that name signs in."""
    wanted = owner.casefold()
    names = (
        (user.email, {user.email.casefold(), user.owner_name.casefold(), user.name.casefold()})
        for user in people
        if user.active
    )
    return next((email for email, mine in names if wanted and wanted in mine), "")


def assigned(store: Store) -> Mapping[str, str]:
    """The owners that were named here, by account id; where none is, the firm's data say whose an account is."""
    with store.reading() as connection:
        return owners.assigned(connection)
