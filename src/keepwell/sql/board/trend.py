"""The scores of accounts over days of a grid."""

from collections.abc import Sequence
from datetime import datetime

from sqlglot import exp

from keepwell.sql.board.sheet import SCORES, GridDay
from keepwell.sql.moments import instant
from keepwell.sql.naming import column, described, relation


def days_statement(days: Sequence[GridDay]) -> exp.Query:
    """The kept scores of some days, a row per account and day: `day` (the index into `days`), `account`, `score`, `band`.

    Each day is asked for by itself: the engine then reads no more of the table than that day's part.
    """
    each: list[exp.Query] = [_of_day(place, day) for place, day in enumerate(days)]
    return each[0] if len(each) == 1 else exp.union(*each, distinct=False)


def _of_day(place: int, day: GridDay) -> exp.Select:
    query = exp.select(
        exp.alias_(exp.cast(exp.convert(place), "smallint"), "day"),
        column("account"),
        *(exp.column(name, quoted=True) for name in ("score", "band")),
    )
    query = query.from_(relation("days", SCORES))
    on_day = exp.EQ(this=exp.column("as_of"), expression=instant(day.as_of))
    return described(query.where(on_day, column("run").eq(day.run)), "scores on a day of the grid")


def account_statement(account: int, runs: Sequence[int], since: datetime, until: datetime) -> exp.Select:
    """An account's kept scores on the grid's days from `since` to `until`, both included: `run`, `as_of`, `score`, `band`, by day."""
    at = exp.column("as_of")
    query = exp.select(*(exp.column(name, quoted=True) for name in ("run", "as_of", "score", "band")))
    query = query.from_(relation("days", SCORES)).where(
        exp.GTE(this=at, expression=instant(since)),
        exp.LTE(this=at.copy(), expression=instant(until)),
        column("account").eq(account),
        column("run").isin(*runs),
    )
    return described(query.order_by(at.copy()), "an account's scores on the days of the grid")
