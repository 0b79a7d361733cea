"""Accounts within somebody's reach: what they may see and act on."""

from dataclasses import dataclass

from sqlglot import exp

from keepwell.errors import AbsentError
from keepwell.people import Person
from keepwell.runs.accounts import Account
from keepwell.store import owners
from keepwell.store.engine import Store
from keepwell.warehouse.protocol import Warehouse
from keepwell.warehouse.schema import table_named
from keepwell.warehouse.selection import column, equals


@dataclass(frozen=True, slots=True)
class Reached:
    """An account that somebody may act on; owner and segment are empty where nobody knows them."""

    account: Account
    owner: str
    segment: str

    @property
    def id(self) -> str:
        """The account's id, as the firm calls it."""
        return self.account.account_id


def reached(warehouse: Warehouse, store: Store, person: Person, account_id: str) -> Reached:
    """The account of that id, if it is within a person's reach.

    Its owner is whom somebody named here or else whom the firm's data name; its segment that of the last scores.

    Raises:
        AbsentError: there is none, or not for them; they are not told which.
    """
    columns = [column(name) for name in ("account", "account_id", "name")]
    query = (
        exp.select(*columns).from_(table_named("directory.accounts")).where(equals("account_id", account_id))
    )
    for row in warehouse.query(query).to_pylist():
        account = Account(row["account"], row["account_id"], row["name"] or "")
        owner = owner_of(warehouse, store, account)
        segment = _last(warehouse, "scores.scores", "segment", "run", row["account"])
        if person.reach.covers(owner, segment):
            return Reached(account, owner, segment)
    raise AbsentError(
        f"there is no account {account_id!r} among yours", do="GET /api/accounts lists those that you see"
    )


def owner_of(warehouse: Warehouse, store: Store, account: Account) -> str:
    """Whose an account is: whom somebody named here, or else whom the firm's data name; empty where nobody does."""
    with store.reading() as connection:
        named = owners.of(connection, account.account_id)
    return named or _last(warehouse, "facts.accounts", "owner", "known_at", account.surrogate)


def _last(warehouse: Warehouse, table: str, wanted: str, order: str, account: int) -> str:
    """The last text of an account in a column; empty where there is none."""
    if not warehouse.has(table):
        return ""
    latest = exp.Ordered(this=column(order), desc=True)
    query = exp.select(column(wanted)).from_(table_named(table)).where(equals("account", account))
    rows = warehouse.query(query.order_by(latest).limit(1))
    found = rows[wanted].to_pylist()
    return (found[0] or "") if found else ""
