"""What is known of one account: the facts of a table, and what it does in the product by day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from sqlglot import exp

from keepwell.signals.tables import TABLES, Kind
from keepwell.sql.facts import FACTS, Seen
from keepwell.sql.moments import Moments, Point, instant
from keepwell.sql.naming import alias, column, described, relation


@dataclass(frozen=True, slots=True)
class Known:
    """A table's facts as they could be read at an instant; `kinds` are those of the table's columns."""

    table: str
    kinds: tuple[tuple[str, Kind], ...]
    as_of: datetime
    zone: ZoneInfo

    def statement(self, columns: Sequence[str], most: int) -> exp.Select:
        """The newest `most` facts of the account `$account`, the newest first: `at` (when each occurred, naive UTC) and the columns.

        A column that tells the future is NULL until then; one that the table does not have always.
        """
        kinds = dict(self.kinds)
        seen = Seen(TABLES[self.table], kinds, Moments([Point.at(self.as_of)], self.zone))
        chosen = [
            alias(seen.readable(name, seen.lookup(name)) if name in kinds else exp.null(), name)
            for name in columns
        ]
        at = column("occurred_at", "fact")
        query = exp.select(alias(at, "at"), *chosen).from_(self._latest().subquery("fact"))
        query = query.where(exp.LT(this=at.copy(), expression=instant(self.as_of)), _mine("fact"))
        order = [exp.Ordered(this=at.copy(), desc=True), exp.Ordered(this=column("key", "fact"), desc=True)]
        return described(
            query.order_by(*order).limit(most), f"{self.table} of one account, as they were known"
        )

    def _latest(self) -> exp.Select:
        """The facts at their latest revision known in time; only the keys that were ever the account's are looked at."""
        table = relation(self.table, FACTS)
        known = exp.LT(this=column("known_at"), expression=instant(self.as_of))
        if TABLES[self.table].immutable:
            return exp.select("*").from_(table).where(_mine(), known)
        keys = exp.select(column("key")).from_(table.copy()).where(_mine())
        newest = exp.Window(
            this=exp.RowNumber(),
            partition_by=[column("key")],
            order=exp.Order(expressions=[exp.Ordered(this=column("known_at"), desc=True)]),
        )
        revisions = exp.select("*", exp.alias_(newest, "age")).from_(table)
        revisions = revisions.where(known, column("key").isin(query=keys))
        return exp.select("*").from_(revisions.subquery("revision")).where(exp.column("age").eq(1))


ACCOUNT = "$account"


def _mine(of: str | None = None) -> exp.Expr:
    return exp.EQ(this=column("account", of), expression=exp.var(ACCOUNT))


def facts_text(known: Known, columns: tuple[str, ...], most: int, account: int) -> str:
    """The statement for one account. It is the same for all accounts, and so written once."""
    return _text(known, columns, most).replace(ACCOUNT, str(account))


@lru_cache(maxsize=256)
def _text(known: Known, columns: tuple[str, ...], most: int) -> str:
    return known.statement(columns, most).sql("duckdb")


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
