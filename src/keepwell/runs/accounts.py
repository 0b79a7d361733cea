"""Accounts found by what people call them, and who belongs to whom."""

import difflib
from collections.abc import Sequence
from dataclasses import dataclass

from sqlglot import exp

from keepwell.errors import UserError
from keepwell.sql.accounts import below_statement
from keepwell.warehouse.protocol import Warehouse
from keepwell.warehouse.schema import table_named


@dataclass(frozen=True, slots=True)
class Account:
    """An account's surrogate, and how it is called."""

    surrogate: int
    account_id: str
    name: str


def find(warehouse: Warehouse, called: str) -> Account:
    """The account with that id or, if no id is the same, with that name.

    Raises:
        UserError: there is none, or the name is that of several; the message names some that are alike.
    """
    columns = [exp.column(name, quoted=True) for name in ("account", "account_id", "name")]
    rows = warehouse.query(exp.select(*columns).from_(table_named("directory.accounts"))).to_pylist()
    everyone = [Account(row["account"], row["account_id"], row["name"] or "") for row in rows]
    by_id = next((account for account in everyone if account.account_id == called), None)
    if by_id is not None:
        return by_id
    by_name = [account for account in everyone if account.name.casefold() == called.casefold()]
    if len(by_name) == 1:
        return by_name[0]
    if by_name:
        ids = ", ".join(account.account_id for account in by_name[:5])
        raise UserError(f"{len(by_name)} accounts are called {called!r}", do=f"name one by its id: {ids}")
    known = [text for account in everyone for text in (account.account_id, account.name) if text]
    alike = difflib.get_close_matches(called, known, 3, 0.6)
    hint = (
        f"did you mean {' or '.join(alike)}?" if alike else "keepwell score --format csv lists the accounts"
    )
    raise UserError(f"there is no account {called!r}", do=hint)


def below(warehouse: Warehouse, account: int) -> list[int]:
    """An account and all that were ever known to belong to it, directly or not; ascending."""
    return [int(each) for each in warehouse.query(below_statement(account))["account"].to_pylist()]


def contacts_called(warehouse: Warehouse, contacts: Sequence[int]) -> dict[int, tuple[str, str]]:
    """The name and the e-mail address of each of the contacts (surrogates) that the directory has; empty where they are not known."""
    if not contacts:
        return {}
    columns = [exp.column(name, quoted=True) for name in ("contact", "name", "email")]
    query = exp.select(*columns).from_(table_named("directory.contacts"))
    rows = warehouse.query(query.where(exp.column("contact", quoted=True).isin(*contacts))).to_pylist()
    return {row["contact"]: (row["name"] or "", row["email"] or "") for row in rows}
