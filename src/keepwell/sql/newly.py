"""Facts that a run of scores knows, and the one before it did not: what sets journeys off."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias
from zoneinfo import ZoneInfo

from sqlglot import exp

from keepwell.signals.expression import Expression
from keepwell.signals.tables import TABLES, Kind
from keepwell.signals.window import Span
from keepwell.sql.facts import FACTS, Seen
from keepwell.sql.moments import Moments, Point, instant
from keepwell.sql.naming import alias, column, described, relation

RENEWALS, MILESTONES = "subscriptions", "milestones"

_Met: TypeAlias = Callable[[Seen, datetime], list[exp.Expr]]
"""The conditions that a fact meets at an instant, over the columns of what is seen."""

_EARLIER, _LATER, _BEFORE, _SEEN = "earlier_facts", "later", "before", "seen"


@dataclass(frozen=True, slots=True)
class Between:
    """Two runs: the instants of which they speak (aware), and the last load that the earlier one knew. Windows are counted in `zone`."""

    earlier: datetime
    later: datetime
    load: int
    zone: ZoneInfo


def facts_statement(
    table: str, kinds: Mapping[str, Kind], between: Between, where: Expression | None
) -> exp.Select:
    """The facts for which a condition holds at the later run, and did not at the earlier one: `account`, `key`, ordered by both.

    Those of a source that was loaded for the first time after the earlier run are new only if they became known after it, so that a history
    that is loaded later sets nothing off.
    """
    if TABLES[table].immutable:
        seen = _seen(table, kinds, between.later, between)
        met = [] if where is None else [seen.translator.condition(where)]
        query = _keys(seen, [*met, _arrived(seen, between)])
        return described(_ordered(query), f"{table}: what became known between two runs")
    return _difference(
        table,
        kinds,
        between,
        lambda seen, _at: [] if where is None else [seen.translator.condition(where)],
    )


def renewals_statement(kinds: Mapping[str, Kind], between: Between, within: Span) -> exp.Select:
    """The renewals of subscriptions that go on which are due within a span of the later run, and were not within that of the earlier one: `account`,
    `key`, `at` (the day of renewal)."""

    def due(seen: Seen, at: datetime) -> list[exp.Expr]:
        renews = seen.lookup("renews_at").sql
        return [
            exp.Is(this=seen.lookup("ended_at").sql, expression=exp.null()),
            exp.GTE(this=renews, expression=instant(at)),
            exp.LTE(this=renews.copy(), expression=instant(within.after(at, between.zone))),
        ]

    return _difference(RENEWALS, kinds, between, due, day="renews_at")


def missed_statement(
    kinds: Mapping[str, Kind], between: Between, name: str | None, after: Span | None
) -> exp.Select:
    """The milestones (of a name, or any) that are overdue at the later run, by a span if one is said, and were not at the earlier one: `account`, `key`."""

    def overdue(seen: Seen, at: datetime) -> list[exp.Expr]:
        limit = at if after is None else after.before(at, between.zone)
        due = seen.lookup("due_at").sql
        said = [] if name is None else [exp.EQ(this=seen.lookup("name").sql, expression=exp.convert(name))]
        return [
            *said,
            exp.Is(this=seen.lookup("reached_at").sql, expression=exp.null()),
            exp.LT(this=due, expression=instant(limit)),
        ]

    return _difference(MILESTONES, kinds, between, overdue)


def _difference(
    table: str, kinds: Mapping[str, Kind], between: Between, met: _Met, day: str | None = None
) -> exp.Select:
    """The facts that meet conditions at the later run, without those that did at the earlier one by what was known then."""
    later = _seen(table, kinds, between.later, between)
    before = _seen(table, kinds, between.earlier, between, _EARLIER)
    now = _keys(later, met(later, between.later), day)
    then = _keys(before, met(before, between.earlier), day)
    same = ["key", "at"] if day is not None else ["key"]
    on = exp.and_(*(exp.EQ(this=column(each, _BEFORE), expression=column(each, _LATER)) for each in same))
    query = (
        exp.select(*(column(each, _LATER) for each in ("account", *same)))
        .from_(now.subquery(_LATER))
        .join(then.subquery(_BEFORE), on=on, join_type="left")
        .where(exp.Is(this=column("key", _BEFORE), expression=exp.null()))
    )
    query = query.with_(_EARLIER, as_=_known_earlier(table, between))
    return described(_ordered(query, _LATER), f"{table}: what has come to meet a condition between two runs")


def _seen(
    table: str, kinds: Mapping[str, Kind], at: datetime, between: Between, facts: str | None = None
) -> Seen:
    return Seen(TABLES[table], kinds, Moments([Point.at(at)], between.zone), facts=facts)


def _keys(seen: Seen, conditions: list[exp.Expr], day: str | None = None) -> exp.Select:
    """The accounts and keys of the facts that meet conditions; `at` is the instant in the column `day`."""
    seen.keep("key")
    chosen: list[exp.Expr] = [column("account", _SEEN), column("key", _SEEN)]
    if day is not None:
        chosen.append(alias(seen.lookup(day).sql, "at"))
    return exp.select(*chosen).from_(seen.query().subquery(_SEEN)).where(*conditions)


def _known_earlier(table: str, between: Between) -> exp.Select:
    """The facts that the earlier run's loads had brought, and those of sources that had not been loaded at all by then."""
    there = exp.LTE(this=column("load"), expression=exp.convert(between.load))
    rows = exp.select("*").from_(relation(table, FACTS)).where(exp.or_(there, _of_new_source(between)))
    return described(rows, f"{table}: what the earlier run could know")


def _arrived(seen: Seen, between: Between) -> exp.Expr:
    """A fact of an immutable table was not visible to the earlier run: by its clocks, or since it was not there yet."""
    for name in ("occurred_at", "known_at", "load", "source"):
        seen.keep(name)
    latest = exp.Greatest(this=column("occurred_at"), expressions=[column("known_at")])
    late = exp.GT(this=column("load"), expression=exp.convert(between.load))
    return exp.or_(
        exp.GTE(this=latest, expression=instant(between.earlier)),
        exp.and_(late, exp.not_(_of_new_source(between))),
    )


def _of_new_source(between: Between) -> exp.Expr:
    """The fact's source was loaded for the first time after the earlier run."""
    first = exp.GT(this=column("first_load"), expression=exp.convert(between.load))
    new = exp.select(column("source")).from_(relation("sources", "ingest")).where(first)
    return column("source").isin(query=new)


def _ordered(query: exp.Select, of: str | None = None) -> exp.Select:
    return query.order_by(column("account", of), column("key", of))
