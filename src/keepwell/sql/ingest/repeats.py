"""The statements that find rows of one load with the same key, and choose those that stand."""

from sqlglot import exp

from keepwell.sql.duckdb import call, key_of
from keepwell.sql.ingest.merge import REPEATS, RESOLVED, Merge, content_of, over
from keepwell.sql.ingest.resolve import ROW, at
from keepwell.sql.ingest.rules import absent, present
from keepwell.sql.ingest.stage import FILE, REJECTED, TAKEN


def good() -> exp.Select:
    """The resolved rows that are not refused."""
    return exp.select("*").from_(RESOLVED).where(exp.not_(exp.column(REJECTED, quoted=True)))


def doubled(merge: Merge) -> exp.Select:
    """The keys that the stage holds more than once."""
    refused = exp.not_(exp.column(REJECTED, quoted=True))
    grouped = exp.select(exp.column("key", quoted=True)).from_(merge.stage)
    grouped = grouped.where(exp.column(TAKEN, quoted=True), refused).group_by(exp.column("key", quoted=True))
    return grouped.having(exp.GT(this=exp.Count(this=exp.Star()), expression=exp.convert(1)))


def repeats(merge: Merge) -> exp.Select:
    """The rows whose key an earlier row of this load has, and whether they say the same as it.

    Of a source without keys, equal rows of one file are facts of their own, told apart by their ordinal (`new_key`);
    equal ones of other files are the same facts again.
    """
    same_key = exp.In(
        this=exp.column("key", quoted=True), query=exp.select("key").from_("doubled").subquery()
    )
    if not merge.keyed:
        return _ordinals(merge, same_key)
    parts: list[exp.Expr] = [exp.column("key", quoted=True)]
    if merge.by_clock:
        parts.append(exp.column("known_at", quoted=True))
    order = exp.Order(expressions=[exp.Ordered(this=exp.column(ROW), desc=merge.last, nulls_first=False)])
    content = content_of(None, merge.columns)
    ranked = exp.select(
        exp.column(ROW),
        exp.column(FILE),
        exp.column("key", quoted=True),
        over(exp.RowNumber(), parts, order).as_("place"),
        exp.NullSafeEQ(this=content, expression=over(exp.FirstValue(this=content.copy()), parts, order)).as_(
            "same"
        ),
    ).from_(good().where(same_key).subquery("g"))
    return (
        exp.select(ROW, FILE, "key", "same", exp.cast(exp.null(), "uuid", dialect="duckdb").as_("new_key"))
        .from_("ranked")
        .where("place > 1")
        .with_("doubled", doubled(merge))
        .with_("ranked", ranked)
    )


def _ordinals(merge: Merge, same_key: exp.Expr) -> exp.Select:
    order = exp.Order(expressions=[exp.Ordered(this=exp.column(ROW), desc=False, nulls_first=False)])
    key = exp.column("key", quoted=True)
    placed = exp.select(
        ROW, FILE, "key", over(exp.RowNumber(), [key, exp.column(FILE)], order).as_("place")
    ).from_(good().where(same_key).subquery("g"))
    ranked = exp.select(
        ROW,
        FILE,
        "key",
        "place",
        over(exp.RowNumber(), [key.copy(), exp.column("place")], order.copy()).as_("again"),
    ).from_("placed")
    ordinal = key_of(
        call("concat", exp.cast(key.copy(), "varchar", dialect="duckdb"), " ", exp.column("place"))
    )
    new_key = exp.case().when("again = 1", ordinal)
    return (
        exp.select(ROW, FILE, "key", exp.true().as_("same"), new_key.as_("new_key"))
        .from_("ranked")
        .where("place > 1 OR again > 1")
        .with_("doubled", doubled(merge))
        .with_("placed", placed)
        .with_("ranked", ranked)
    )


def chosen(merge: Merge, some_repeat: bool) -> exp.Select:
    """The rows that stand: the good ones without those whose key another row has."""
    if not some_repeat:
        return good()
    replaced = exp.select(
        at("g", ROW),
        at("g", FILE),
        at("g", "occurred_at"),
        at("g", "occurred_on"),
        *([at("g", "known_at")] if merge.known else []),
        *(at("g", name) for name in merge.columns),
        exp.func("COALESCE", at("r", "new_key"), at("g", "key")).as_("key", quoted=True),
    )
    return (
        replaced.from_(good().subquery("g"))
        .join(
            exp.to_table(REPEATS).as_("r"),
            on=exp.EQ(this=at("r", ROW), expression=at("g", ROW)),
            join_type="left",
        )
        .where(exp.or_(absent(at("r", ROW)), present(at("r", "new_key"))))
    )
