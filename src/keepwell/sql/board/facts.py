"""What is known of one account: the facts of a table, and what it does in the product by day."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlglot import exp

from keepwell.signals.tables import TABLES, Kind
from keepwell.sql.facts import FACTS, Seen
from keepwell.sql.moments import Moments, Point, instant
from keepwell.sql.naming import alias, column, described, relation


@dataclass(frozen=True, slots=True)
class Known:
    """A table's facts of one account as they could be read at an instant; `kinds` are those of the table's columns."""

    table: str
    kinds: Mapping[str, Kind]
    account: int
    as_of: datetime
    zone: ZoneInfo

    @property
    def seen(self) -> Seen:
        """How a column that tells the future is hidden."""
        return Seen(TABLES[self.table], self.kinds, Moments([Point.at(self.as_of)], self.zone))

    def statement(self, columns: Sequence[str], most: int) -> exp.Select:
        """The newest `most` facts, the newest first: `at` (when each occurred, naive UTC) and the columns, NULL where the table has none of that name."""
        seen = self.seen
        chosen = [
            alias(seen.readable(name, seen.lookup(name)), name)
            if name in self.kinds
            else alias(exp.null(), name)
            for name in columns
        ]
        at = column("occurred_at", "fact")
        query = exp.select(alias(at, "at"), *chosen).from_(self._latest().subquery("fact"))
        query = query.where(exp.LT(this=at.copy(), expression=instant(self.as_of)), self._mine("fact"))
        order = [exp.Ordered(this=at.copy(), desc=True), exp.Ordered(this=column("key", "fact"), desc=True)]
        return described(
            query.order_by(*order).limit(most), f"{self.table} of one account, as they were known"
        )

    def _mine(self, of: str | None = None) -> exp.Expr:
        return column("account", of).eq(self.account)

    def _latest(self) -> exp.Select:
        """The facts at their latest revision known in time; only the keys that were ever the account's are looked at."""
        table, known = (
            relation(self.table, FACTS),
            exp.LT(this=column("known_at"), expression=instant(self.as_of)),
        )
        if TABLES[self.table].immutable:
            return exp.select("*").from_(table).where(self._mine(), known)
        keys = exp.select(column("key")).from_(table.copy()).where(self._mine())
        newest = exp.Window(
            this=exp.RowNumber(),
            partition_by=[column("key")],
            order=exp.Order(expressions=[exp.Ordered(this=column("known_at"), desc=True)]),
        )
        revisions = exp.select("*", exp.alias_(newest, "age")).from_(table)
        revisions = revisions.where(known, column("key").isin(query=keys))
        return exp.select("*").from_(revisions.subquery("revision")).where(exp.column("age").eq(1))


def use_statement(account: int, since: datetime, until: datetime, *, counted: bool) -> exp.Select:
    """What an account did in the product, by day in the project's zone and by name: `day`, `at` (the last time), `name`, `times`.

    `counted`: the events say how many they stand for.
    """
    at = column("occurred_at")
    one = exp.func("COALESCE", column("quantity"), exp.convert(1)) if counted else exp.convert(1)
    query = exp.select(
        alias(column("occurred_on"), "day"),
        alias(exp.Max(this=at), "at"),
        column("name"),
        exp.alias_(exp.Sum(this=one), "times"),
    )
    query = query.from_(relation("events", FACTS)).where(
        column("account").eq(account),
        exp.GTE(this=at.copy(), expression=instant(since)),
        exp.LT(this=at.copy(), expression=instant(until)),
        exp.LT(this=column("known_at"), expression=instant(until)),
    )
    query = query.group_by(column("occurred_on"), column("name"))
    return described(query.order_by(column("occurred_on"), column("name")), "what an account did, by day")
