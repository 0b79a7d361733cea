"""Whom a message goes to: of the people at an account those that a step means, each once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from keepwell.outreach.recipient import normalised
from keepwell.outreach.step import Message, Whom

ROLES: Mapping[Whom, frozenset[str]] = {
    Whom.CHAMPION: frozenset({"champion"}),
    Whom.BILLING: frozenset({"billing", "billing contact", "finance", "accounting", "accounts payable"}),
    Whom.ADMIN: frozenset({"admin", "administrator"}),
}
"""Which roles of contacts, in small letters, are meant by a word of a step."""

_NO_ADDRESSES: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who can be written to: a contact, or somebody of the team (`id` is then empty).

    `zone` and `language` are empty where nobody has said them. `addresses` are by channel, as the data have them. `uses`: how often they
    have used the product of late.
    """

    id: str
    name: str = ""
    role: str = ""
    zone: str = ""
    language: str = ""
    addresses: Mapping[str, str] = field(default_factory=lambda: _NO_ADDRESSES)
    uses: int = 0


@dataclass(frozen=True, slots=True)
class To:
    """A person, and their address on the channel in its one form."""

    person: Person
    recipient: str


@dataclass(frozen=True, slots=True)
class Chosen:
    """Who gets a message, and who would if they had an address on its channel."""

    to: tuple[To, ...] = ()
    without: tuple[Person, ...] = ()


def chosen(step: Message, people: Sequence[Person], picked: str = "", owner: Person | None = None) -> Chosen:
    """Whom a step means of the people at an account: nobody, if none of them is meant.

    Of several champions, admins or billing contacts it is the one who uses the product most, and of equals the one whose id is least.
    `picked` is the id of the contact whom the account's owner has picked. Several records of one person make one recipient.
    """
    to: dict[str, To] = {}
    without = []
    for person in _meant(step, people, picked, owner):
        recipient = _recipient(step.channel, person)
        if recipient is None:
            without.append(person)
        else:
            to.setdefault(recipient, To(person, recipient))
    return Chosen(tuple(to.values()), tuple(without))


def _meant(step: Message, people: Sequence[Person], picked: str, owner: Person | None) -> Sequence[Person]:
    ranked = sorted(people, key=lambda each: (-each.uses, each.id))
    match step.to:
        case Whom.OWNER:
            return () if owner is None else (owner,)
        case Whom.EVERYONE:
            return ranked
        case Whom.PICKED:
            return [each for each in people if each.id == picked]
        case Whom.MOST_ACTIVE:
            return [each for each in ranked if each.uses][:1]
        case Whom.ROLE:
            return [each for each in ranked if each.role.casefold() == step.role.casefold()]
        case _:
            meant = [each for each in ranked if each.role.casefold() in ROLES[step.to]]
            reachable = [each for each in meant if _recipient(step.channel, each) is not None]
            return (reachable or meant)[:1]


def _recipient(channel: str, person: Person) -> str | None:
    """The person's address on a channel in its one form; `None`: there is none that could be one."""
    try:
        return normalised(channel, person.addresses.get(channel, ""))
    except ValueError:
        return None
