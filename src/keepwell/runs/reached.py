"""Outreach that happened: which accounts were reached between an instant and what became of them."""

from collections.abc import Sequence
from datetime import datetime

import numpy as np

from keepwell.scoring.observed import Bools, Floats, Ints
from keepwell.sql.contacts import contacts_statement
from keepwell.warehouse.protocol import Warehouse
from keepwell.warehouse.selection import naive

_DAY = np.timedelta64(1, "D") / np.timedelta64(1, "us")


def contacted(
    warehouse: Warehouse,
    as_ofs: Sequence[datetime],
    ends: Sequence[datetime],
    *,
    point: Ints,
    account: Ints,
    days: Floats,
) -> Bools:
    """Whether each row's account was reached in `[as_of, end)`, or before the outcome if that came first (`days` after the as_of).

    `ends` are the horizons' ends, by point. Where nothing can tell, nobody was.
    """
    statement = contacts_statement(warehouse.tables())
    if statement is None or not len(account):
        return np.zeros(len(account), dtype=np.bool_)
    rows = warehouse.query(statement)
    at = rows["at"].to_numpy().astype("datetime64[us]").astype(np.int64)
    order, instants = np.unique(at), np.array([_micros(one) for one in as_ofs])
    reached = np.sort(
        _keys(rows["account"].to_numpy().astype(np.int64), np.searchsorted(order, at), len(order))
    )
    began = instants[point]
    ended = np.array([_micros(one) for one in ends])[point]
    until = np.fmin(ended, began + np.where(np.isnan(days), np.inf, days) * _DAY)
    first = _keys(account, np.searchsorted(order, began), len(order))
    last = _keys(account, np.searchsorted(order, until), len(order))
    return np.asarray(np.searchsorted(reached, last) > np.searchsorted(reached, first))


def _micros(at: datetime) -> int:
    return int(np.datetime64(naive(at), "us").astype(np.int64))


def _keys(account: Ints, rank: Ints, ranks: int) -> Ints:
    """Account and rank of an instant as one number, in the order of both."""
    return account * np.int64(ranks + 1) + rank
