"""Whether scores are to follow what people have said since they were made."""

from datetime import datetime, timedelta

from sqlglot import exp

from keepwell.warehouse import told
from keepwell.warehouse.protocol import Warehouse
from keepwell.warehouse.schema import table_named
from keepwell.warehouse.selection import aware, column, equals

PER_ACCOUNT = timedelta(milliseconds=10)
"""So long scores rest for each account of theirs: those of 200 accounts two seconds, those of 100,000 a quarter of an hour."""


def due(warehouse: Warehouse, now: datetime) -> bool:
    """Whether people have said something that the last scores do not know, and these are old enough to be made anew.

    Scores that a clock which was set back dates later than `now` are of unknown age, and do not hold up the next ones.
    """
    said = told.last_load(warehouse)
    if not said or not warehouse.has("scores.runs"):
        return False
    names = [column(name) for name in ("run", "load", "at")]
    latest = exp.Ordered(this=column("run"), desc=True)
    query = exp.select(*names).from_(table_named("scores.runs")).order_by(latest).limit(1)
    for run in warehouse.query(query).to_pylist():
        age = now - aware(run["at"])
        return run["load"] < said and not timedelta() <= age < PER_ACCOUNT * _accounts(warehouse, run["run"])
    return False


def _accounts(warehouse: Warehouse, run: int) -> int:
    """How many accounts a run has scored."""
    counted = exp.Count(this=exp.Star()).as_("accounts")
    query = exp.select(counted).from_(table_named("scores.scores")).where(equals("run", run))
    return int(warehouse.query(query)["accounts"][0].as_py())
