"""Whether the feeds are alive at each point: an empty window means something only while facts still arrive."""

from collections.abc import Mapping, Sequence

from sqlglot import exp

from keepwell.signals.definition import Feed
from keepwell.signals.tables import TABLES, Kind
from keepwell.sql.facts import Seen
from keepwell.sql.moments import Moments, Point, instant
from keepwell.sql.naming import described

FEEDS = "feeds"
ALIVE = "alive."
"""How a subquery carries whether a table's feeds are alive."""


def alive(
    feeds: Sequence[Feed], tables: Mapping[str, Mapping[str, Kind]], moments: Moments
) -> list[tuple[str, exp.Select, bool]]:
    """A row per point with a truth value per table that has a declared feed: whether all its feeds are alive."""
    by_table: dict[str, list[Feed]] = {}
    for feed in feeds:
        by_table.setdefault(feed.table, []).append(feed)
    if not by_table:
        return []
    rows = [
        exp.select(
            exp.alias_(exp.convert(number), "point"),
            *(
                exp.alias_(
                    exp.and_(*(_fresh(feed, tables, point, moments) for feed in fed)),
                    exp.to_identifier(ALIVE + table, quoted=True),
                )
                for table, fed in by_table.items()
            ),
        )
        for number, point in enumerate(moments.points)
    ]
    query: exp.Select = rows[0]
    if len(rows) > 1:
        union = exp.union(*rows, distinct=False)
        query = exp.select("*").from_(union.subquery("each"))
    return [(FEEDS, described(query, "whether each feed was alive"), True)]


def _fresh(feed: Feed, tables: Mapping[str, Mapping[str, Kind]], point: Point, moments: Moments) -> exp.Expr:
    if feed.table not in tables:
        return exp.false()
    seen = Seen(TABLES[feed.table], tables[feed.table], Moments([point], moments.zone))
    at, source = seen.lookup(TABLES[feed.table].occurred).sql, seen.keep("source")
    since = feed.fresh_within.before(point.horizon, moments.zone)
    found = (
        exp.select(exp.convert(1))
        .from_(seen.query().subquery("fact"))
        .where(
            exp.EQ(this=source, expression=exp.Literal.string(feed.source)),
            exp.GTE(this=at, expression=instant(since)),
        )
    )
    return exp.Exists(this=found)
