"""Which accounts a statement speaks of: all, some that are named, or one in so many."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from sqlglot import exp


@dataclass(frozen=True, slots=True)
class OneIn:
    """Every `count`-th account by its surrogate: a sample that is the same each time and follows no attribute."""

    count: int


Accounts: TypeAlias = Sequence[int] | OneIn | None
"""Surrogates, a sample, or (`None`) all accounts."""


def among(account: exp.Column, accounts: Accounts) -> exp.Expr | None:
    """The condition that an account is one of those; `None` where all are."""
    if accounts is None:
        return None
    if isinstance(accounts, OneIn):
        return exp.EQ(
            this=exp.Mod(this=account, expression=exp.convert(accounts.count)), expression=exp.convert(0)
        )
    return account.isin(*map(int, accounts))
