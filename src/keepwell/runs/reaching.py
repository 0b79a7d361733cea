"""Accounts within somebody's reach: what they may see and act on."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlglot import exp

from keepwell.errors import AbsentError
from keepwell.people import Person
from keepwell.runs.accounts import Account
from keepwell.sql.shown import last_segment
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
    for each in called(warehouse, store, account_id):
        if person.reach.covers(each.owner, each.segment):
            return each
    raise AbsentError(
        f"there is no account {account_id!r} among yours",
        do="look for it in the portfolio by its name",
        by_api="GET /api/accounts lists those that you see",
    )


def called(warehouse: Warehouse, store: Store, account_id: str) -> Iterator[Reached]:
    """The account of that id, whoever reaches it; nothing if there is none."""
    columns = [column(name) for name in ("account", "account_id", "name")]
    query = (
        exp.select(*columns).from_(table_named("directory.accounts")).where(equals("account_id", account_id))
    )
    for row in warehouse.query(query).to_pylist():
        account = Account(row["account"], row["account_id"], row["name"] or "")
        yield Reached(account, owner_of(warehouse, store, account), _segment(warehouse, account))


def owner_of(warehouse: Warehouse, store: Store, account: Account) -> str:
    """Whose an account is: whom somebody named here, or else whom the firm's data name; empty where nobody does."""
    with store.reading() as connection:
        named = owners.of(connection, account.account_id)
    return named or _owner(warehouse, account)


def _owner(warehouse: Warehouse, account: Account) -> str:
    """The owner that the firm's data name last."""
    if not warehouse.has("facts.accounts"):
        return ""
    latest = exp.Ordered(this=column("known_at"), desc=True)
    query = exp.select(column("owner")).from_(table_named("facts.accounts"))
    query = query.where(equals("account", account.surrogate)).order_by(latest).limit(1)
    return _only(warehouse.query(query)["owner"].to_pylist())


def _segment(warehouse: Warehouse, account: Account) -> str:
    """The segment that the account was in when it was last scored."""
    if not warehouse.has("scores.scores"):
        return ""
    return _only(warehouse.query(last_segment(account.surrogate))["segment"].to_pylist())


def _only(found: list[str | None]) -> str:
    return (found[0] or "") if found else ""
