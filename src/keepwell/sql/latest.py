"""The facts of a table as they are known today: of each, its latest revision."""

from collections.abc import Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sqlglot import exp

from keepwell.signals.expression import Expression
from keepwell.signals.tables import TABLES, Kind
from keepwell.signals.window import Span, Unit
from keepwell.sql.expressions import Translator, Typed, double
from keepwell.sql.facts import FACTS, calendar_day
from keepwell.sql.naming import column, relation

NEVER = exp.cast(exp.Literal.string("9999-12-31"), "timestamp")
"""An instant that no fact reaches: the end of what has none."""


@dataclass(frozen=True, slots=True)
class Latest:
    """A table's facts, as `fact`, at their latest revision. `kinds` are those of its columns."""

    table: str
    kinds: Mapping[str, Kind]
    zone: ZoneInfo

    def lookup(self, path: str) -> Typed:
        """A column of a fact."""
        name = "occurred_at" if path == TABLES[self.table].occurred else path
        kind = Kind.INSTANT if name in ("occurred_at", "known_at") else self.kinds[name]
        return Typed(column(name, "fact"), kind)

    def condition(self, where: Expression | None) -> list[exp.Expr]:
        """A condition over the columns, if there is one."""
        return [] if where is None else [self.translator.condition(where)]

    def number(self, amount: Expression | None) -> exp.Expr:
        """An expression over the columns as a double; unknown if there is none."""
        return double(exp.null() if amount is None else self.translator.typed(amount).sql)

    @property
    def translator(self) -> Translator:
        """How expressions over the columns become SQL."""
        return Translator(self.lookup, lambda value: calendar_day(value, str(self.zone)))

    def relation(self) -> exp.Expr:
        """The facts, a row each. In an immutable table they are so already."""
        table = relation(self.table, FACTS)
        if TABLES[self.table].immutable:
            return exp.alias_(table, "fact", table=True)
        newest = exp.Window(
            this=exp.RowNumber(),
            partition_by=[column("key")],
            order=exp.Order(expressions=[exp.Ordered(this=column("known_at"), desc=True)]),
        )
        revisions = exp.select("*", exp.alias_(newest, "age")).from_(table).subquery("revision")
        return exp.select("*").from_(revisions).where(exp.column("age").eq(1)).subquery("fact")


def later(instant: exp.Expr, span: Span, zone: ZoneInfo) -> exp.Expr:
    """The instant a span after a naive UTC one, counted on the calendar of the zone.

    A local time that daylight saving skips is read as `Span.after` reads it; one that occurs twice is the second.
    """
    if span.count == 0:
        return instant
    length = exp.Interval(this=exp.Literal.string(str(span.count)), unit=exp.var(str(span.unit)[:-1].upper()))
    if span.unit is Unit.HOURS or str(zone) == "UTC":
        return exp.paren(exp.Add(this=instant, expression=length))
    utc, own = exp.Literal.string("UTC"), exp.Literal.string(str(zone))
    aware = exp.AtTimeZone(this=exp.paren(instant), zone=utc)
    local = exp.AtTimeZone(this=aware, zone=own)
    moved = exp.paren(exp.Add(this=exp.paren(local), expression=length))
    return exp.paren(exp.AtTimeZone(this=exp.AtTimeZone(this=moved, zone=own.copy()), zone=utc.copy()))
