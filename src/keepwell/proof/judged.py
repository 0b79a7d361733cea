"""The rows that can be judged, sorted once: from the highest risk to the lowest."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from keepwell.scoring.observed import Bools, Floats, Ints

Codes = npt.NDArray[np.int32]


def coded(account: Ints) -> tuple[Codes, int]:
    """Numbers 0, 1, ... in place of surrogate ids, and how many there are."""
    least = int(account.min()) if len(account) else 0
    span = int(account.max()) - least + 1 if len(account) else 0
    if span > _WIDEST * len(account):
        ids, codes = np.unique(account, return_inverse=True)
        return codes.astype(np.int32), len(ids)
    there = np.zeros(span, dtype=np.bool_)
    there[account - least] = True
    number = np.cumsum(there, dtype=np.int32) - np.int32(1)
    return number[account - least], int(np.count_nonzero(there))


_WIDEST = 8
"""Ids that spread no wider than so many times their number are looked up in a table instead of sorted."""


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """Rows from the highest risk to the lowest. All that is asked of a slice is answered from a subset in this order.

    `account` holds numbers below `accounts`, of which some may not occur. Rows of equal risk form a tie: `ends` is the
    position after each tie's last row, ascending; `upto` how many rows up to there the outcome happened to. `columns`
    are further arrays, in the same order.
    """

    happened: Bools
    risk: Floats
    account: Codes
    accounts: int
    ends: Ints
    upto: Ints
    columns: Mapping[str, npt.NDArray[Any]] = field(default_factory=dict)

    @classmethod
    def of(cls, happened: Bools, risk: Floats, account: Ints) -> "Judged":
        """Rows in any order; no risk may be NaN.

        Raises:
            ValueError: a risk is NaN, or the arrays' lengths differ.
        """
        codes, accounts = coded(account)
        return cls.sorted(happened, risk, codes, accounts)[0]

    @classmethod
    def sorted(cls, happened: Bools, risk: Floats, account: Codes, accounts: int) -> tuple["Judged", Ints]:
        """The same of accounts that have numbers already; and the order, by which other columns follow."""
        if not len(happened) == len(risk) == len(account):
            raise ValueError(
                f"as many outcomes, risks and accounts: {len(happened)}, {len(risk)}, {len(account)}"
            )
        if np.isnan(risk).any():
            raise ValueError("a risk is NaN: leave such rows out")
        order = np.argsort(-risk)
        return _tied(happened[order], risk[order], account[order], accounts, {}), order

    def __len__(self) -> int:
        return len(self.risk)

    def rows(self, which: Bools) -> "Judged":
        """Some of the rows only, in the same order."""
        places = np.flatnonzero(which)
        return _tied(
            self.happened[places],
            self.risk[places],
            self.account[places],
            self.accounts,
            {name: column[places] for name, column in self.columns.items()},
        )

    def with_columns(self, **columns: npt.NDArray[Any]) -> "Judged":
        """The same rows with further columns, in the same order."""
        return replace(self, columns={**self.columns, **columns})

    def by_account(self, weights: Floats | None = None, where: Bools | slice | None = None) -> Floats:
        """Sums of weights (`None`: the number of rows) by account, over some rows or all."""
        account = self.account if where is None else self.account[where]
        return np.bincount(account, weights, minlength=self.accounts).astype(np.float64, copy=False)


def _tied(
    happened: Bools, risk: Floats, account: Codes, accounts: int, columns: Mapping[str, npt.NDArray[Any]]
) -> Judged:
    ends = _ends(risk)
    upto = np.cumsum(happened, dtype=np.int64)[ends - 1] if len(ends) else ends
    return Judged(happened, risk, account, accounts, ends, upto, columns)


def _ends(risk: Floats) -> Ints:
    if not len(risk):
        return np.empty(0, dtype=np.int64)
    return np.append(np.flatnonzero(risk[1:] != risk[:-1]) + 1, len(risk))
