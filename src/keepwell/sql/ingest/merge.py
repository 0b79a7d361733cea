"""How a load's resolved rows become facts: one fact per key, or one more revision of it; and the keys that are new."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlglot import exp

from keepwell.sql.ingest.resolve import at

RESOLVED, REPEATS, CHOSEN, FRESH = "resolved", "repeats", "chosen", "fresh"
"""The temporary relations of a merge: all rows, those whose key occurs again, those that stand, those that are new."""


@dataclass(frozen=True, slots=True)
class Merge:
    """How a source's rows become facts.

    `columns` are the fact columns that the source maps (account and parent among them, clocks not), `others` those that
    it does not. `known` says that rows bring their own known_at. `first` that the source was never loaded before;
    `restates` that its files are as they were and only its definition has changed. `frozen`: a key that is there stays.
    """

    table: str
    stage: str
    source: str
    load: int
    now: datetime
    columns: Sequence[str]
    others: Sequence[str]
    known: bool
    first: bool
    restates: bool
    frozen: bool
    keyed: bool
    last: bool
    delay: timedelta

    @property
    def by_clock(self) -> bool:
        """Whether several rows of one key may be told apart by the known_at that they bring."""
        return self.known and not self.frozen

    @property
    def target(self) -> exp.Table:
        """The fact table."""
        return exp.to_table(f'facts."{self.table}"', dialect="duckdb")


def over(function: exp.Expr, parts: Sequence[exp.Expr], order: exp.Order) -> exp.Window:
    """A function over the rows of the same parts, in an order."""
    return exp.Window(this=function, partition_by=[part.copy() for part in parts], order=order.copy())


def content_of(table: str | None, columns: Sequence[str]) -> exp.Expr:
    """What a fact says: its columns in a struct."""
    return exp.Struct(
        expressions=[
            exp.PropertyEQ(
                this=exp.to_identifier(name, quoted=True),
                expression=exp.column(name, table=table, quoted=True),
            )
            for name in ("occurred_at", *columns)
        ]
    )


def first_known(merge: Merge) -> exp.Expr:
    """When a row of this load was first known, before the warehouse is asked."""
    now = _instant(merge.now)
    if merge.known:
        return exp.func("LEAST", at("c", "known_at"), now)
    if merge.first:
        return exp.func("LEAST", _delayed(merge), now)
    return now


def _instant(moment: datetime) -> exp.Expr:
    return exp.cast(exp.convert(moment.isoformat(sep=" ")), "timestamp", dialect="duckdb")


def _delayed(merge: Merge) -> exp.Expr:
    occurred = at("c", "occurred_at")
    if not merge.delay:
        return occurred
    seconds = exp.Interval(this=exp.convert(str(int(merge.delay.total_seconds()))), unit=exp.var("SECOND"))
    return exp.Add(this=occurred, expression=seconds)


def fact_columns(merge: Merge, *, all_columns: bool) -> list[str]:
    """The columns that an insert names."""
    columns = ["key", "occurred_at", "known_at", "occurred_on", "source", "load", *merge.columns]
    return [*columns, *merge.others] if all_columns else columns


def insert(merge: Merge, selected: exp.Select, columns: Sequence[str]) -> exp.Insert:
    """Inserts rows into the fact table, by the names of its columns."""
    named = [exp.to_identifier(name, quoted=True) for name in columns]
    return exp.Insert(this=exp.Schema(this=merge.target, expressions=named), expression=selected)


def insert_new(merge: Merge, *, some_facts: bool) -> exp.Insert:
    """Inserts the chosen rows whose keys the facts do not hold yet."""
    selected = exp.select(
        at("c", "key"),
        at("c", "occurred_at"),
        first_known(merge).as_("known_at", quoted=True),
        at("c", "occurred_on"),
        exp.convert(merge.source).as_("source", quoted=True),
        exp.convert(merge.load).as_("load", quoted=True),
        *(at("c", name) for name in merge.columns),
    ).from_(exp.to_table(CHOSEN).as_("c"))
    if some_facts:
        same = exp.EQ(this=at("f", "key"), expression=at("c", "key"))
        selected = selected.join(merge.target.as_("f"), on=same, join_type="anti")
    return insert(merge, selected, fact_columns(merge, all_columns=False))
