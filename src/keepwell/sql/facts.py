"""The facts of a table as they could be read at each point: visible, at their latest revision, what is to come hidden."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlglot import exp

from keepwell.signals.definition import Aggregate, How
from keepwell.signals.kinds import AS_OF
from keepwell.signals.tables import Kind, Table
from keepwell.signals.window import Span, Window
from keepwell.sql.among import Accounts, among
from keepwell.sql.expressions import Translator, Typed
from keepwell.sql.moments import POINTS, Moments
from keepwell.sql.naming import alias, column, described, relation

FACTS = "facts"

_NEVER = exp.cast(exp.Literal.string("9999-12-31"), "timestamp")


@dataclass(slots=True)
class Seen:
    """A table's facts as they could be read at each point, with the columns that were asked for so far.

    `aggregates` are those that will be counted, so that no fact before their windows is read; `sector` gives each fact
    to the accounts of its sector; `accounts` restricts to these; `facts` names a subquery to read in the table's stead.
    """

    table: Table
    kinds: Mapping[str, Kind]
    moments: Moments
    aggregates: Sequence[Aggregate] = ()
    sector: bool = False
    accounts: Accounts = None
    facts: str | None = None
    _used: dict[str, Typed] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The name of the subquery."""
        return f"{self.table.name}_seen" if self.facts is None else f"{self.facts}_seen"

    def lookup(self, path: str) -> Typed:
        """A column of a fact, or `as_of`."""
        if path == AS_OF:
            return Typed(self.carried(self.moments.as_of()), Kind.INSTANT)
        name = "occurred_at" if path == self.table.occurred else path
        kind = Kind.INSTANT if name in ("occurred_at", "known_at") else self.kinds[name]
        self._used[name] = Typed(column(name), kind)
        return self._used[name]

    def day(self, value: exp.Expr) -> exp.Expr:
        """The calendar day of an instant in the project's zone; of `occurred_at` it is kept with the fact."""
        if isinstance(value, exp.Column) and value.name == "occurred_at":
            self._used["occurred_on"] = Typed(column("occurred_on"), Kind.INSTANT)
            return column("occurred_on")
        return calendar_day(value, str(self.moments.zone))

    def keep(self, name: str) -> exp.Expr:
        """A bookkeeping column, such as `key`."""
        self._used[name] = Typed(column(name), Kind.TEXT)
        return column(name)

    def within(self, at: exp.Expr, window: Window | None) -> list[exp.Expr]:
        """The conditions under which an instant lies in a window.

        What occurred was visible only if it did so before D, so that need not be said again.
        """
        conditions = self.moments.within(at, window)
        if (window is None or window.end is None) and at.name == "occurred_at":
            conditions = conditions[:-1]
        if self.reach is not None and window is not None and window.start == self.reach:
            conditions = [each for each in conditions if not isinstance(each, exp.GTE)]
        return [self.carried(condition) for condition in conditions]

    def carried(self, expression: exp.Expr) -> exp.Expr:
        """An expression in which what belongs to the point is read from this subquery, which carries it."""
        for found in list(expression.find_all(exp.Column)):
            if found.table == POINTS:
                self._used[found.name] = Typed(found.copy(), Kind.INSTANT)
                found.set("table", None)
        return expression

    def used(self) -> list[str]:
        """The columns that were asked for so far."""
        return sorted(self._used)

    @property
    def reach(self) -> Span | None:
        """How far back any of the aggregates looks; `None` if one looks at all the past, or at another instant."""
        starts = [
            how.window.start for how in self.aggregates if how.window is not None and self._by_occurred(how)
        ]
        if not starts or len(starts) < len(self.aggregates):
            return None
        furthest = max(starts, key=lambda span: span.days)
        zone, instants = self.moments.zone, [point.as_of for point in self.moments.points]
        certain = all(
            furthest.before(at, zone) <= span.before(at, zone) for span in starts for at in instants
        )
        return furthest if certain else None

    def _by_occurred(self, how: Aggregate) -> bool:
        """Whether the aggregate's window looks at when facts occurred."""
        if how.at is not None:
            return how.at == self.table.occurred
        return how.how is not How.DURATION or self.table.end is None

    @property
    def translator(self) -> Translator:
        """How expressions over the table's columns become SQL."""
        return Translator(self.lookup, self.day)

    def query(self) -> exp.Select:
        """The subquery: a row per visible fact and point, with the columns that were used."""
        fact = "fact"
        chosen: list[exp.Expr] = []
        if self.sector or self.table.name != "context":
            chosen.append(column("account", "owner" if self.sector else fact))
        if not self.moments.single:
            chosen.append(column("point", POINTS))
        chosen += [alias(self.readable(name, typed), name) for name, typed in sorted(self._used.items())]
        query = exp.select(*chosen).from_(self.revisions())
        visible = self.visible()
        if not self.moments.single:
            query = query.join(relation(POINTS), on=exp.and_(*visible), join_type="inner")
        else:
            query = query.where(*visible)
        if self.sector:
            query = self._owners(query)
        return described(query, f"{self.table.name}: {self.table.about}, as they could be read at the time")

    def readable(self, name: str, typed: Typed) -> exp.Expr:
        """A column of `fact`, unknown while the instant it becomes visible from is still to come."""
        if isinstance(typed.sql, exp.Column) and typed.sql.table == POINTS:
            return typed.sql
        value = column(name, "fact")
        canonical = self.table.column(name)
        if canonical is None or canonical.visible_from is None:
            return value
        to_come = exp.GTE(this=column(canonical.visible_from, "fact"), expression=self.moments.horizon())
        return exp.case().when(to_come, exp.null()).else_(value)

    def visible(self) -> list[exp.Expr]:
        """The conditions under which a row of `revisions` counts."""
        horizon = self.moments.horizon()
        conditions: list[exp.Expr] = [
            exp.LT(this=column("occurred_at", "fact"), expression=horizon),
        ]
        if self.table.immutable or not self.moments.single:
            conditions.append(exp.LT(this=column("known_at", "fact"), expression=horizon.copy()))
        if not self.table.immutable and not self.moments.single:
            replaced = column("known_until", "fact")
            conditions.append(exp.GTE(this=replaced, expression=horizon.copy()))
        chosen = among(column("account", "fact"), self.accounts)
        if chosen is not None and not self.sector:
            conditions.append(chosen)
        if self.reach is not None:
            since = self.moments.before(self.reach)
            conditions.append(exp.GTE(this=column("occurred_at", "fact"), expression=since))
        return conditions

    def revisions(self) -> exp.Expr:
        """The table itself; of one with revisions the latest known in time, or each with the time it was replaced."""
        table = relation(self.table.name, FACTS) if self.facts is None else relation(self.facts)
        if self.table.immutable:
            return exp.alias_(table, "fact", table=True)
        rows = exp.select("*").from_(table)
        by_time = exp.Ordered(this=column("known_at"), desc=self.moments.single)
        if not self.moments.single:
            replaced = exp.Window(
                this=exp.Lead(this=column("known_at"), offset=exp.convert(1), default=_NEVER.copy()),
                partition_by=[column("key")],
                order=exp.Order(expressions=[by_time]),
            )
            return rows.select(exp.alias_(replaced, "known_until")).subquery("fact")
        newest = exp.Window(
            this=exp.RowNumber(), partition_by=[column("key")], order=exp.Order(expressions=[by_time])
        )
        known = rows.select(exp.alias_(newest, "age")).where(
            exp.LT(this=column("known_at"), expression=self.moments.horizon())
        )
        latest = exp.select("*").from_(known.subquery("revision")).where(exp.column("age").eq(1))
        return latest.subquery("fact")

    def _owners(self, query: exp.Select) -> exp.Select:
        """Joins the accounts whose sector the fact speaks of."""
        same = [exp.EQ(this=column("account.sector", "owner"), expression=column("sector", "fact"))]
        if not self.moments.single:
            same.append(exp.EQ(this=column("point", "owner"), expression=column("point", POINTS)))
        return query.join(
            exp.alias_(relation("accounts_at"), "owner", table=True), on=exp.and_(*same), join_type="inner"
        )


def calendar_day(value: exp.Expr, zone: str) -> exp.Expr:
    """The calendar day, in an IANA zone, of a naive UTC timestamp."""
    if zone == "UTC":
        return exp.cast(value, "date")
    aware = exp.AtTimeZone(this=exp.paren(value), zone=exp.Literal.string("UTC"))
    return exp.cast(exp.paren(exp.AtTimeZone(this=aware, zone=exp.Literal.string(zone))), "date")
