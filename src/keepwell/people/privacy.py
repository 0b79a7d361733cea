"""What is hidden from some roles, wherever it would be shown."""

from collections.abc import Mapping
from enum import StrEnum

from keepwell.people.role import Role


class Private(StrEnum):
    """A kind of thing that not everybody sees: what accounts are worth, who their people are, and what these wrote."""

    VALUE = "value"
    CONTACTS = "contacts"
    WORDS = "words"


HIDDEN: Mapping[Role, frozenset[Private]] = {
    Role.VIEWER: frozenset(Private),
    Role.CSM: frozenset(),
    Role.MARKETER: frozenset({Private.WORDS}),
    Role.ANALYST: frozenset({Private.CONTACTS, Private.WORDS}),
    Role.ADMIN: frozenset(),
}
"""What each role does not see."""
