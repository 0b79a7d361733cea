"""Who may see and do what: roles, permissions, and the accounts that a person's work reaches."""

from keepwell.people.permission import GRANTS, OWN, Permission, granted
from keepwell.people.person import Person
from keepwell.people.privacy import HIDDEN, Private
from keepwell.people.reach import EVERYTHING, Reach, Scope
from keepwell.people.role import Role

__all__ = [
    "EVERYTHING",
    "GRANTS",
    "HIDDEN",
    "OWN",
    "Permission",
    "Person",
    "Private",
    "Reach",
    "Role",
    "Scope",
    "granted",
]
