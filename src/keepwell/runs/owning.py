"""Owners: somebody says whose an account is, where the firm's data do not, or say it wrongly."""

from collections.abc import Mapping

from keepwell import clock
from keepwell.people import Person
from keepwell.runs.reaching import Reached
from keepwell.runs.saying import words
from keepwell.store import owners
from keepwell.store.engine import Store


def assign(store: Store, reached: Reached, owner: str, *, by: Person) -> None:
    """Makes somebody, by the name that accounts call their owner, the owner of an account; nobody (empty): what the firm's data say.

    Raises:
        UserError: the name is too long, or no text.
    """
    named = words(owner, "owner", needed=False, most=200)
    with store.writing() as connection:
        owners.assign(connection, reached.id, named, actor=by.email, at=clock.now())


def assigned(store: Store) -> Mapping[str, str]:
    """The owners that were named here, by account id; where none is, the firm's data say whose an account is."""
    with store.reading() as connection:
        return owners.assigned(connection)
