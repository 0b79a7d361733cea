"""Outreach that happened: which accounts were reached shortly before an instant, or before it was too late to act."""

from collections.abc import Sequence
from datetime import datetime

import numpy as np

from keepwell.errors import UserError
from keepwell.project.project import Project
from keepwell.proof import outreach
from keepwell.proof.outcome import Outcome
from keepwell.proof.outreach import Outreach
from keepwell.scoring.observed import Bools, Ints
from keepwell.signals.expression import names
from keepwell.signals.tables import TABLES
from keepwell.sql.contacts import contacts_statement
from keepwell.warehouse.protocol import Warehouse
from keepwell.warehouse.selection import naive


def counted(project: Project, warehouse: Warehouse) -> Outreach:
    """What counts as outreach: what the project declares, or else what usually does in the tables that have been loaded.

    Raises:
        UserError: a table or column that the project declares has not been loaded.
    """
    tables = warehouse.tables()
    if project.reached_by is None:
        return outreach.usual(tables)
    for each in project.reached_by.facts:
        read = set() if each.where is None else set(names(each.where))
        missing = sorted(read - {*tables.get(each.table, ()), TABLES[each.table].occurred})
        if each.table not in tables or missing:
            what = f"the table {each.table}" if each.table not in tables else f"{each.table}.{missing[0]}"
            raise UserError(
                f"what counts as outreach needs {what}, which has not been loaded",
                where=str(project.folder / "outcomes.yml"),
                do="load the data first: keepwell load",
            )
    return project.reached_by


def counted_in_words(project: Project, warehouse: Warehouse, outcome: Outcome) -> str:
    """What counts as outreach and when, in words; empty if nothing does."""
    found = counted(project, warehouse)
    return outreach.told(found, outcome.gap, said=project.reached_by is not None)


def contacted(
    project: Project,
    warehouse: Warehouse,
    outcome: Outcome,
    as_ofs: Sequence[datetime],
    *,
    point: Ints,
    account: Ints,
) -> Bools:
    """Whether each row's account was reached in `[as_of - within, as_of + gap)`. Where nothing counts as outreach, nobody was.

    Raises:
        UserError: a table or column that the project declares has not been loaded.
    """
    found = counted(project, warehouse)
    statement = contacts_statement(found, warehouse.tables(), project.zone)
    if statement is None or not len(account):
        return np.zeros(len(account), dtype=np.bool_)
    rows = warehouse.query(statement)
    at = rows["at"].to_numpy().astype("datetime64[us]").astype(np.int64)
    order = np.unique(at)
    reached = np.sort(
        _keys(rows["account"].to_numpy().astype(np.int64), np.searchsorted(order, at), len(order))
    )
    begun = np.array([_micros(found.within.before(each, project.zone)) for each in as_ofs])[point]
    over = np.array([_micros(outcome.gap.after(each, project.zone)) for each in as_ofs])[point]
    first = _keys(account, np.searchsorted(order, begun), len(order))
    last = _keys(account, np.searchsorted(order, over), len(order))
    return np.asarray(np.searchsorted(reached, last) > np.searchsorted(reached, first))


def _micros(at: datetime) -> int:
    return int(np.datetime64(naive(at), "us").astype(np.int64))


def _keys(account: Ints, rank: Ints, ranks: int) -> Ints:
    """Account and rank of an instant as one number, in the order of both."""
    return account * np.int64(ranks + 1) + rank
