"""Scores that have fallen: against the highest of the days of the grid, and of the runs, within a span before."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlglot import exp

from keepwell.sql.moments import instant
from keepwell.sql.naming import alias, column, described, relation

SCORES = "scores"


@dataclass(frozen=True, slots=True)
class Stretch:
    """Days of a grid, from the first to the last, as one run of it counts for them."""

    run: int
    first: datetime
    last: datetime


def drops_statement(run: int, by: float, days: Sequence[Stretch], runs: Sequence[int]) -> exp.Select:
    """The accounts whose score in a run is at least `by` points below that of one of the days or of the earlier runs: `account`, in order."""
    higher: list[exp.Query] = [_of_runs(runs), *(_of_days(each) for each in days)]
    before = higher[0] if len(higher) == 1 else exp.union(*higher, distinct=False)
    peak = exp.select(column("account"), alias(exp.Max(this=column("score")), "highest"))
    peaks = peak.from_(before.subquery("scored")).group_by(column("account"))
    fallen = exp.Sub(this=column("highest", "peak"), expression=column("score", "now"))
    query = (
        exp.select(column("account", "now"))
        .from_(_rows(exp.EQ(this=column("run"), expression=exp.convert(run))).subquery("now"))
        .join(
            peaks.subquery("peak"),
            on=exp.EQ(this=column("account", "peak"), expression=column("account", "now")),
        )
        .where(exp.GTE(this=exp.paren(fallen), expression=exp.convert(by)))
        .order_by(column("account", "now"))
    )
    return described(query, "accounts whose score has fallen")


def _rows(where: exp.Expr) -> exp.Select:
    return exp.select(column("account"), column("score")).from_(relation(SCORES, SCORES)).where(where)


def _of_runs(runs: Sequence[int]) -> exp.Select:
    return _rows(column("run").isin(*runs) if runs else exp.false())


def _of_days(stretch: Stretch) -> exp.Select:
    at = column("as_of")
    return (
        exp.select(column("account"), column("score"))
        .from_(relation("days", SCORES))
        .where(
            exp.EQ(this=column("run"), expression=exp.convert(stretch.run)),
            exp.GTE(this=at, expression=instant(stretch.first)),
            exp.LTE(this=at.copy(), expression=instant(stretch.last)),
        )
    )
