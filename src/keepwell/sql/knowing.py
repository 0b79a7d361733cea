"""Whether facts can have been known when they are said to have been: counts by source."""

from collections.abc import Mapping, Sequence
from zoneinfo import ZoneInfo

from sqlglot import exp

from keepwell.signals.tables import Kind, Table
from keepwell.sql.facts import FACTS
from keepwell.sql.latest import Latest
from keepwell.sql.naming import alias, column, described, relation

MOMENTS = frozenset(("events", "orders", "messages", "surveys", "tickets", "pulses"))
"""Tables whose facts nobody knows before they occur. Others may well be: a contract is signed before it runs."""

OPEN, ENDED = "open_rows", "ended_rows"
OPEN_KNOWN, ENDED_KNOWN = "open: ", "ended: "
"""How the counts of a column's known values are called, before its name."""


def knowing_statement(table: str, sources: Sequence[str]) -> exp.Select:
    """By source, of the given ones, from all revisions: `facts`, how many are known before they occurred (`early`), from the first to the last
    occurrence (`first`, `last`), the middle instant at which they became known (`at`), and how many did at just that instant (`at_once`).
    """
    mine = exp.column("source", "fact").isin(*sources)
    facts = exp.alias_(relation(table, FACTS), "fact", table=True)
    middles = (
        exp.select(
            exp.column("source", "fact"), exp.alias_(exp.Median(this=column("known_at", "fact")), "at")
        )
        .from_(facts)
        .where(mine)
        .group_by(exp.column("source", "fact"))
    )
    described(middles, f"{table}: the middle instant at which facts became known")
    occurred, known, middle = (
        column("occurred_at", "fact"),
        column("known_at", "fact"),
        exp.column("at", "middles"),
    )
    return (
        exp.select(
            exp.column("source", "fact"),
            exp.alias_(exp.Count(this=exp.Star()), "facts"),
            exp.alias_(_counted(exp.LT(this=known, expression=occurred)), "early"),
            exp.alias_(exp.Min(this=occurred.copy()), "first"),
            exp.alias_(exp.Max(this=occurred.copy()), "last"),
            exp.alias_(exp.Max(this=middle), "at"),
            exp.alias_(_counted(exp.EQ(this=known.copy(), expression=middle.copy())), "at_once"),
        )
        .with_("middles", as_=middles)
        .from_(facts.copy())
        .join(
            "middles",
            on=exp.EQ(this=exp.column("source", "fact"), expression=exp.column("source", "middles")),
        )
        .group_by(exp.column("source", "fact"))
        .order_by(exp.column("source", "fact"))
    )


def endings_statement(table: Table, kinds: Mapping[str, Kind], columns: Sequence[str]) -> exp.Select:
    """By source, from the latest revisions: how many facts are open (`open_rows`) and how many ended of which the end was said to be known before it came
    (`ended_rows`), and of both how many have a value in each of the columns.

    Raises:
        ValueError: facts of the table have no end.
    """
    if table.end is None or table.end not in kinds:
        raise ValueError(f"facts of {table.name} have no end")
    end = column(table.end, "fact")
    is_open = exp.Is(this=end, expression=exp.null())
    ended = exp.LT(this=column("known_at", "fact"), expression=end.copy())
    parts = [alias(_counted(is_open), OPEN), alias(_counted(ended), ENDED)]
    for name in columns:
        there = exp.not_(exp.Is(this=column(name, "fact"), expression=exp.null()))
        parts.append(alias(_counted(exp.and_(is_open.copy(), there)), OPEN_KNOWN + name))
        parts.append(alias(_counted(exp.and_(ended.copy(), there.copy())), ENDED_KNOWN + name))
    query = (
        exp.select(exp.column("source", "fact"), *parts)
        .from_(_latest(table.name, kinds))
        .group_by(exp.column("source", "fact"))
        .order_by(exp.column("source", "fact"))
    )
    return described(query, f"{table.name}: what is filled in while a fact is open, and once it has ended")


def _latest(table: str, kinds: Mapping[str, Kind]) -> exp.Expr:
    return Latest(table, kinds, ZoneInfo("UTC")).relation()


def _counted(condition: exp.Expr) -> exp.Expr:
    return exp.Filter(this=exp.Count(this=exp.Star()), expression=exp.Where(this=condition))
