"""Purchases as SQL: how often, how lately, for how long and for how much each customer has bought, as of given instants."""

from collections.abc import Mapping, Sequence
from zoneinfo import ZoneInfo

from sqlglot import exp

from keepwell.models.purchases import AGE, LAST, REPEATS, SPEND
from keepwell.signals.tables import TABLES, Kind
from keepwell.sql.aggregates import days_between
from keepwell.sql.expressions import double
from keepwell.sql.facts import Seen
from keepwell.sql.moments import POINTS, Moments, Point
from keepwell.sql.naming import described

ORDERS = "orders"


def purchases_statement(kinds: Mapping[str, Kind], points: Sequence[Point], zone: ZoneInfo) -> exp.Select:
    """A row per account that had bought by then and per point, ordered by point and account.

    Its columns are `account`, `point` (the index into `points`) and those of a purchases model, as doubles: days with an order after
    the first such day; calendar days from the first to the last; from the first to the day before the as_of, the last that is seen
    as a whole; and the mean amount of a day after the first (unknown where there is none). `kinds` are those of the columns of orders.
    """
    if not points:
        raise ValueError("a statement needs at least one point")
    moments = Moments(points, zone)
    seen = Seen(TABLES[ORDERS], kinds, moments)
    keys = [exp.column("account")] if moments.single else [exp.column("account"), exp.column("point")]
    day = seen.day(seen.lookup(TABLES[ORDERS].occurred).sql)
    spent = double(seen.lookup("amount").sql) if "amount" in kinds else exp.null()
    today = seen.carried(moments.today())
    days = exp.select(
        *keys,
        exp.alias_(day, "bought_on"),
        exp.alias_(exp.func("ANY_VALUE", today), "now"),
        exp.alias_(exp.Sum(this=double(spent)), "spent"),
    ).from_(seen.name)
    days = described(days.group_by(*keys, day.copy()), "the days on which each customer bought")
    first = exp.Window(this=exp.Min(this=exp.column("bought_on")), partition_by=[key.copy() for key in keys])
    marked = exp.select(*keys, "bought_on", "now", "spent", exp.alias_(first, "began")).from_("bought")
    began, bought = exp.column("began"), exp.column("bought_on")
    again = exp.GT(this=bought, expression=began)
    repeat = exp.case().when(again, exp.column("spent")).else_(exp.null())
    last = exp.Max(this=bought.copy())
    start = exp.Min(this=began.copy())
    age = days_between(exp.func("ANY_VALUE", exp.column("now")), start.copy())
    point = exp.alias_(exp.convert(0), "point") if moments.single else exp.column("point")
    final = exp.select(
        exp.column("account"),
        point,
        exp.alias_(double(exp.Sub(this=exp.Count(this=exp.Star()), expression=exp.convert(1))), REPEATS),
        exp.alias_(double(days_between(last, start)), LAST),
        exp.alias_(double(exp.Sub(this=age, expression=exp.convert(1))), AGE),
        exp.alias_(exp.Avg(this=repeat), SPEND),
    ).from_(described(marked, "with the first of them").subquery("marked"))
    final = final.group_by(*[key.copy() for key in keys]).order_by(exp.column("point"), exp.column("account"))
    final = described(final, "how each customer has bought so far")
    parts = [(seen.name, seen.query()), ("bought", days)]
    if not moments.single:
        parts.insert(0, (POINTS, described(moments.relation(), "the instants")))
    for name, query in parts:
        final = final.with_(name, as_=query, copy=False)
    return final
