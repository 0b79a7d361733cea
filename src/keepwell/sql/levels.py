"""Levels: what a column adds up to over an account's open facts, from instant to instant."""

from datetime import datetime

from sqlglot import exp

from keepwell.proof.outcome import Moved
from keepwell.signals.tables import TABLES
from keepwell.sql.expressions import double
from keepwell.sql.facts import FACTS
from keepwell.sql.latest import NEVER, Latest, later
from keepwell.sql.moments import instant
from keepwell.sql.naming import column, described, relation


def moves(event: Moved, latest: Latest, through: datetime) -> exp.Select:
    """A row per instant at which the level rose or fell far enough; `amount` is by how much."""
    before, level = exp.column("before", "step"), exp.column("level", "step")
    change = exp.Sub(this=level, expression=before) if event.up else exp.Sub(this=before, expression=level)
    edge = double(exp.convert(1 + event.by if event.up else 1 - event.by))
    bound = exp.Mul(this=before.copy(), expression=edge)
    far = (exp.GTE if event.up else exp.LTE)(this=level.copy(), expression=bound)
    return described(
        exp.Select()
        .with_("stretches", as_=_stretches(event, latest))
        .with_("changes", as_=_changes(event))
        .with_("levels", as_=_levels())
        .with_("steps", as_=_steps(event, latest))
        .select(
            exp.column("account", "step"),
            exp.column("at", "step"),
            exp.alias_(change, "amount"),
            exp.alias_(exp.cast(exp.null(), "boolean"), "voluntary"),
        )
        .from_(exp.alias_(relation("steps"), "step", table=True))
        .where(
            exp.GT(this=before.copy(), expression=exp.convert(0)),
            exp.GT(this=level.copy(), expression=exp.convert(0)),
            exp.GT(this=exp.paren(change.copy()), expression=exp.convert(0)),
            far,
            exp.LTE(this=exp.column("at", "step"), expression=instant(through)),
        ),
        "where the level moved far enough",
    )


def _stretches(event: Moved, latest: Latest) -> exp.Select:
    """From when to when each fact was worth what. A later revision holds from when it was known."""
    end = TABLES[event.table].end
    assert end is not None
    over = exp.func("COALESCE", column(end, "fact"), NEVER.copy())
    same = exp.EQ(this=column("key", "revision"), expression=column("key", "fact"))
    began = exp.Greatest(
        this=column("occurred_at", "fact"),
        expressions=[exp.column("holds_from", "revision")],
        ignore_nulls=True,
    )
    ended = exp.Least(this=over, expressions=[exp.column("replaced", "revision")], ignore_nulls=True)
    value = double(column(event.column, "revision"))
    return described(
        exp.select(
            column("account", "fact"),
            exp.alias_(value, "value"),
            exp.alias_(began, "began"),
            exp.alias_(ended, "ended"),
        )
        .from_(latest.relation())
        .join(_revisions(event).subquery("revision"), on=same, join_type="inner")
        .where(*latest.condition(event.where), exp.LT(this=began.copy(), expression=ended.copy())),
        f"{event.table}: from when to when {event.column} was what",
    )


def _changes(event: Moved) -> exp.Select:
    value, gone = exp.column("value"), exp.alias_(exp.Neg(this=exp.column("value")), "value")
    begins = exp.select("account", exp.alias_(exp.column("began"), "at"), value).from_("stretches")
    ends = exp.select("account", exp.alias_(exp.column("ended"), "at"), gone).from_("stretches")
    both = exp.union(begins, ends, distinct=False)
    return described(
        exp.select("*").from_(both.subquery("change")), f"what {event.column} came and went, and when"
    )


def _revisions(event: Moved) -> exp.Select:
    order = exp.Order(expressions=[column("known_at")])
    first = exp.Window(this=exp.RowNumber(), partition_by=[column("key")], order=order)
    holds_from = (
        exp.case()
        .when(exp.EQ(this=first, expression=exp.convert(1)), column("occurred_at"))
        .else_(column("known_at"))
    )
    replaced = exp.Window(
        this=exp.Lead(this=column("known_at"), offset=exp.convert(1), default=NEVER.copy()),
        partition_by=[column("key")],
        order=order.copy(),
    )
    return exp.select(
        column("key"),
        column(event.column),
        exp.alias_(holds_from, "holds_from"),
        exp.alias_(replaced, "replaced"),
    ).from_(relation(event.table, FACTS))


def _levels() -> exp.Select:
    """The level from each instant on, rounded so that what came and went again leaves nothing."""
    total = exp.Sum(this=exp.func("COALESCE", exp.column("value"), double(exp.convert(0))))
    summed = exp.Window(
        this=exp.Sum(this=total),
        partition_by=[exp.column("account")],
        order=exp.Order(expressions=[exp.column("at")]),
    )
    level = exp.Round(this=summed, decimals=exp.convert(6))
    return described(
        exp.select("account", exp.column("at"), exp.alias_(level, "level"))
        .from_("changes")
        .group_by(exp.column("account"), exp.column("at")),
        "the level from each instant on",
    )


def _steps(event: Moved, latest: Latest) -> exp.Select:
    """Each level with the one before it; a level of 0 that lasts no longer than the grace is passed over."""
    order = exp.Order(expressions=[exp.column("at")])
    following = exp.Window(
        this=exp.Lead(this=exp.column("at")), partition_by=[exp.column("account")], order=order
    )
    followed = exp.select("*", exp.alias_(following, "next_at")).from_("levels")
    brief = exp.func(
        "COALESCE",
        exp.LTE(this=exp.column("next_at"), expression=later(exp.column("at"), event.grace, latest.zone)),
        exp.false(),
    )
    kept = exp.or_(exp.GT(this=exp.column("level"), expression=exp.convert(0)), exp.not_(brief))
    before = exp.Window(
        this=exp.func("LAG", exp.column("level"), dialect="duckdb"),
        partition_by=[exp.column("account")],
        order=order.copy(),
    )
    return described(
        exp.select("account", exp.column("at"), "level", exp.alias_(before, "before"))
        .from_(followed.subquery("level"))
        .where(kept),
        "each level with the one before it",
    )
