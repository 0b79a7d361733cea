"""Somebody who asks: what they may do, how far they see, and how they read dates and numbers."""

from dataclasses import dataclass

from keepwell.people.permission import OWN, Permission, granted
from keepwell.people.privacy import HIDDEN, Private
from keepwell.people.reach import Reach
from keepwell.people.role import Role


@dataclass(frozen=True, slots=True)
class Person:
    """A user of Keepwell, as a request knows them.

    `number` is the store's; `email` signs in and names them in the audit; `owner` is the name by which accounts call their
    owner (often the e-mail). `scopes`: what the key allows where a key asks, `None` for a person who signed in themselves.
    `zone` is an IANA name, `locale` a BCP 47 tag.
    """

    number: int
    email: str
    name: str
    role: Role
    reach: Reach
    owner: str = ""
    zone: str = "UTC"
    locale: str = "en"
    scopes: frozenset[Permission] | None = None

    def may(self, permission: Permission) -> bool:
        """Whether they may do something: their role must, and their key, if one asks."""
        allowed = self.scopes is None or (permission in self.scopes and permission not in OWN)
        return allowed and granted(self.role, permission)

    def sees(self, private: Private) -> bool:
        """Whether something private is shown to them."""
        return private not in HIDDEN[self.role]
