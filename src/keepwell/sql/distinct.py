"""Counting different values: the facts are first reduced to one row per value, which costs less than a set per account."""

from collections.abc import Iterator, Sequence

from sqlglot import exp

from keepwell.signals.definition import How
from keepwell.sql.aggregates import spanned
from keepwell.sql.counting import Counting
from keepwell.sql.facts import Seen
from keepwell.sql.naming import alias, column, described


def counts_different(counting: Counting) -> bool:
    """Whether an aggregate counts different values: `distinct`, and active days over more days than masks hold."""
    how = counting.how.how
    return how is How.DISTINCT or (how is How.ACTIVE_DAYS and spanned(counting) is None)


def counted_once(counting: Counting) -> exp.Expr:
    """What is counted once: the value, or the calendar day."""
    value = counting.value
    if counting.how.how is How.ACTIVE_DAYS or value is None:
        return counting.seen.day(counting.at)
    return value.sql


def distinct(
    signals: Sequence[tuple[str, Counting]], seen: Seen, keys: list[exp.Expr]
) -> Iterator[tuple[str, list[str], exp.Select]]:
    """A subquery for each column that different values are counted of, with its name and the signals that it holds."""
    groups: dict[str, list[tuple[str, Counting]]] = {}
    for name, counting in signals:
        groups.setdefault(counted_once(counting).sql(), []).append((name, counting))
    for number, group in enumerate(groups.values(), start=1):
        part = f"{seen.table.name}_different" + (f"_{number}" if number > 1 else "")
        yield part, [name for name, _ in group], _group(group, seen, keys)


def _group(group: Sequence[tuple[str, Counting]], seen: Seen, keys: list[exp.Expr]) -> exp.Select:
    value = counted_once(group[0][1])
    conditions = [counting.condition() for _, counting in group]
    flags = [
        alias(exp.LogicalOr(this=condition), name)
        for condition, (name, _) in zip(conditions, group, strict=True)
    ]
    values = (
        exp.select(*keys, exp.alias_(value, "different"), *flags)
        .from_(seen.name)
        .where(exp.or_(*(exp.paren(condition.copy()) for condition in conditions)))
        .group_by(*keys, exp.column("different"))
    )
    counts = [
        alias(
            exp.func(
                "NULLIF",
                exp.Filter(this=exp.Count(this=exp.Star()), expression=exp.Where(this=column(name))),
                exp.convert(0),
            ),
            name,
        )
        for name, _ in group
    ]
    query = exp.select(*keys, *counts).from_(values.subquery("each")).group_by(*keys)
    return described(query, f"how many different {value.sql()}, per account")
