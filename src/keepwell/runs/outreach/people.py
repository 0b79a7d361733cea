"""The people at accounts, many accounts at once: who can be written to, where they are, and whose the account is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cache
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlglot import exp

from keepwell.outreach.rules import Sender
from keepwell.outreach.step import Channel
from keepwell.outreach.whom import Person
from keepwell.project.project import Project
from keepwell.runs.accounts import Account
from keepwell.sql.people import attributes_statement, escalated_statement, people_statement, text
from keepwell.store import owners, users
from keepwell.store.engine import Connection
from keepwell.store.users import User
from keepwell.warehouse.protocol import Warehouse
from keepwell.warehouse.schema import table_named
from keepwell.warehouse.selection import column

ADDRESSES: Mapping[str, str] = {
    Channel.SMS: "phone",
    Channel.PUSH: "push",
    Channel.SLACK: "slack",
    Channel.TEAMS: "teams",
    Channel.DIRECT_MAIL: "postal_address",
}
"""Attributes of contacts that hold an address, by channel. E-mail addresses stand in the directory; in the app people go by their ids."""

_NOTHING: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Around:
    """An account, its attributes as they are known, the people who are there, and whether an escalation is open."""

    account: Account
    attributes: Mapping[str, Any] = field(default_factory=lambda: _NOTHING)
    people: tuple[Person, ...] = ()
    escalated: bool = False

    def person(self, id: str) -> Person | None:
        """The contact of that id, if they are there still."""
        return next((each for each in self.people if each.id == id), None)

    def owned_by(self, team: "Team") -> "Around":
        """The account with the owner whom somebody has named here, or else the data, among its attributes."""
        return replace(self, attributes={**self.attributes, "owner": team.owner(self) or None})

    def zone_of(self, person: Person | None, project: ZoneInfo) -> ZoneInfo:
        """The zone that counts for somebody: their own, or else the account's, or else the project's."""
        said = ("" if person is None else person.zone, str(self.attributes.get("zone") or ""))
        return next((found for name in said if (found := known_zone(name)) is not None), project)

    def language_of(self, person: Person | None) -> str:
        """The language in which somebody is written to: their own, or else the account's; empty where nobody has said."""
        account = self.attributes.get("language") or self.attributes.get("locale") or ""
        return (person.language if person is not None else "") or str(account)


@dataclass(frozen=True, slots=True)
class Team:
    """Who of the team looks after accounts: those named here, by account id, and those who can sign in, by what accounts call them."""

    named: Mapping[str, str]
    people: Mapping[str, User]

    @classmethod
    def of(cls, connection: Connection) -> "Team":
        """The team as it is now."""
        people: dict[str, User] = {}
        for user in users.everybody(connection):
            for called in (user.email, user.owner, user.name):
                if user.active and called:
                    people.setdefault(called.casefold(), user)
        return cls(owners.assigned(connection), people)

    def owner(self, around: Around) -> str:
        """What an account's owner is called; empty where nobody is named."""
        return self.named.get(around.account.account_id) or str(around.attributes.get("owner") or "")

    def sender(self, around: Around) -> Sender | None:
        """An account's owner as whom a message can go; `None` where no address of theirs is known."""
        called = self.owner(around)
        user = self.people.get(called.casefold())
        if user is not None:
            return Sender(user.email, user.name)
        return Sender(called) if "@" in called else None

    def person(self, around: Around) -> Person | None:
        """An account's owner as somebody who is written to; `None` where no address of theirs is known."""
        sender = self.sender(around)
        if sender is None:
            return None
        user = self.people.get(sender.email.casefold())
        zone = "" if user is None else user.zone
        language = "" if user is None else user.locale
        addresses = {str(Channel.EMAIL): sender.email}
        return Person("", sender.name, "owner", zone, language, addresses)


@cache
def known_zone(name: str) -> ZoneInfo | None:
    """The zone of an IANA name; `None`: there is none of that name."""
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def around(
    project: Project, warehouse: Warehouse, account_ids: Sequence[str], as_of: datetime
) -> dict[str, Around]:
    """What is known of accounts as of an instant, by their ids; those that the warehouse does not have are absent."""
    found = _accounts(warehouse, account_ids)
    tables = warehouse.tables()
    surrogates = sorted(found)
    if not surrogates:
        return {}
    attributes: dict[int, dict[str, Any]] = {}
    if "accounts" in tables:
        statement = attributes_statement(tables["accounts"], as_of, project.zone)
        rows = warehouse.query(text(statement, surrogates)).to_pylist()
        attributes = {row.pop("account"): {name: aware(value) for name, value in row.items()} for row in rows}
    people = _people(project, warehouse, surrogates, as_of)
    escalated = _escalated(project, warehouse, surrogates, as_of)
    return {
        account.account_id: Around(
            account, attributes.get(number, {}), tuple(people.get(number, ())), number in escalated
        )
        for number, account in found.items()
    }


def _accounts(warehouse: Warehouse, account_ids: Sequence[str]) -> dict[int, Account]:
    if not account_ids:
        return {}
    columns = [column(name) for name in ("account", "account_id", "name")]
    query = exp.select(*columns).from_(table_named("directory.accounts"))
    rows = warehouse.query(query.where(column("account_id").isin(*sorted(set(account_ids))))).to_pylist()
    return {row["account"]: Account(row["account"], row["account_id"], row["name"] or "") for row in rows}


def _people(
    project: Project, warehouse: Warehouse, accounts: Sequence[int], as_of: datetime
) -> dict[int, list[Person]]:
    tables = warehouse.tables()
    if "contact" not in tables.get("contacts", ()):
        return {}
    held = {channel: name for channel, name in ADDRESSES.items() if name in tables["contacts"]}
    statement = people_statement(tables, as_of, project.zone, sorted(held.values()))
    found: dict[int, list[Person]] = {}
    for row in warehouse.query(text(statement, accounts)).to_pylist():
        said = {str(Channel.EMAIL): row["email"], str(Channel.IN_APP): row["contact_id"]}
        said |= {channel: row[name] for channel, name in held.items()}
        person = Person(
            row["contact_id"],
            row["name"] or "",
            row["role"] or "",
            row["zone"] or "",
            row["language"] or "",
            {channel: str(address) for channel, address in said.items() if address},
            row["uses"],
        )
        found.setdefault(row["account"], []).append(person)
    return found


def _escalated(
    project: Project, warehouse: Warehouse, accounts: Sequence[int], as_of: datetime
) -> frozenset[int]:
    kinds = warehouse.tables().get("tickets", {})
    if "closed_at" not in kinds or not {"escalated", "escalated_at"} & set(kinds):
        return frozenset()
    rows = warehouse.query(text(escalated_statement(kinds, as_of, project.zone), accounts))
    return frozenset(rows["account"].to_pylist())


def aware(value: Any) -> Any:
    """A value of the warehouse, an instant as one that knows its zone."""
    return value.replace(tzinfo=UTC) if isinstance(value, datetime) else value
