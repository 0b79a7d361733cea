"""The statements that merge a load's resolved rows into a fact table: one fact per key, or one more revision of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlglot import exp

from keepwell.sql.duckdb import call, key_of
from keepwell.sql.ingest.resolve import ROW, at
from keepwell.sql.ingest.rules import absent, present
from keepwell.sql.ingest.stage import FILE, REJECTED, TAKEN

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
    content = _content(None, merge.columns)
    ranked = exp.select(
        exp.column(ROW),
        exp.column(FILE),
        exp.column("key", quoted=True),
        _over(exp.RowNumber(), parts, order).as_("place"),
        exp.NullSafeEQ(this=content, expression=_over(exp.FirstValue(this=content.copy()), parts, order)).as_(
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
        ROW, FILE, "key", _over(exp.RowNumber(), [key, exp.column(FILE)], order).as_("place")
    ).from_(good().where(same_key).subquery("g"))
    ranked = exp.select(
        ROW,
        FILE,
        "key",
        "place",
        _over(exp.RowNumber(), [key.copy(), exp.column("place")], order.copy()).as_("again"),
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


def _over(function: exp.Expr, parts: Sequence[exp.Expr], order: exp.Order) -> exp.Window:
    return exp.Window(this=function, partition_by=[part.copy() for part in parts], order=order.copy())


def _content(table: str | None, columns: Sequence[str]) -> exp.Expr:
    return exp.Struct(
        expressions=[
            exp.PropertyEQ(
                this=exp.to_identifier(name, quoted=True),
                expression=exp.column(name, table=table, quoted=True),
            )
            for name in ("occurred_at", *columns)
        ]
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


def _instant(moment: datetime) -> exp.Expr:
    return exp.cast(exp.convert(moment.isoformat(sep=" ")), "timestamp", dialect="duckdb")


def _known(merge: Merge) -> exp.Expr:
    """When a row of this load was first known, before the warehouse is asked."""
    now = _instant(merge.now)
    if merge.known:
        return exp.func("LEAST", at("c", "known_at"), now)
    if merge.first:
        return exp.func("LEAST", _delayed(merge), now)
    return now


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


def insert_new(merge: Merge, *, some_facts: bool) -> exp.Insert:
    """Inserts the chosen rows whose keys the facts do not hold yet."""
    selected = exp.select(
        at("c", "key"),
        at("c", "occurred_at"),
        _known(merge).as_("known_at", quoted=True),
        at("c", "occurred_on"),
        exp.convert(merge.source).as_("source", quoted=True),
        exp.convert(merge.load).as_("load", quoted=True),
        *(at("c", name) for name in merge.columns),
    ).from_(exp.to_table(CHOSEN).as_("c"))
    if some_facts:
        same = exp.EQ(this=at("f", "key"), expression=at("c", "key"))
        selected = selected.join(merge.target.as_("f"), on=same, join_type="anti")
    return _insert(merge, selected, fact_columns(merge, all_columns=False))


def _insert(merge: Merge, selected: exp.Select, columns: Sequence[str]) -> exp.Insert:
    named = [exp.to_identifier(name, quoted=True) for name in columns]
    return exp.Insert(this=exp.Schema(this=merge.target, expressions=named), expression=selected)


def fresh(merge: Merge) -> exp.Select:
    """The chosen rows that are new keys, or differ from the revision known before them.

    What the source does not map is carried over from that revision. `replaces` marks a row that takes the place of the
    revision: another source's of the same instant, or, where only the definition has changed, its own.
    """
    own_content = _content("m", merge.columns)
    earlier = exp.EQ(this=at("e", "key"), expression=at("c", "key"))
    existing = _existing(merge)
    joined = exp.select(
        at("c", "key"),
        at("c", "occurred_at"),
        at("c", "occurred_on"),
        *(at("c", name) for name in merge.columns),
        *(at("e", name) for name in merge.others),
        _known(merge).as_("candidate"),
        at("e", "known_at").as_("before_at"),
        at("e", "source").as_("before_source"),
        present(at("e", "key")).as_("existed"),
        _old(merge).as_("before_content"),
    ).from_(exp.to_table(CHOSEN).as_("c"))
    if merge.by_clock:
        not_later = exp.GTE(this=_known(merge), expression=at("e", "known_at"))
        joined = joined.join(
            exp.Join(
                this=exp.to_table("existing").as_("e"),
                method="ASOF",
                side="LEFT",
                on=exp.and_(earlier, not_later),
            )
        )
    else:
        joined = joined.join(exp.to_table("existing").as_("e"), on=earlier, join_type="left")
    content = own_content
    order = exp.Order(expressions=[exp.Ordered(this=at("m", "candidate"), desc=False, nulls_first=False)])
    parts = [at("m", "key")]
    previous = _over(exp.Lag(this=content.copy()), parts, order)
    previous_at = _over(exp.Lag(this=at("m", "candidate")), parts, order)
    compared = exp.select(
        "m.*", content.as_("content"), previous.as_("lag_content"), previous_at.as_("lag_at")
    ).from_(exp.to_table("merged").as_("m"))
    return (
        exp.select("*", _replaces(merge).as_("replaces"))
        .from_("compared")
        .where(_is_new())
        .with_("existing", existing)
        .with_("merged", joined)
        .with_("compared", compared)
    )


def _existing(merge: Merge) -> exp.Select:
    same_key = exp.EQ(this=at("c", "key"), expression=at("f", "key"))
    existing = exp.select("f.*").from_(merge.target.as_("f"))
    existing = existing.join(exp.to_table(CHOSEN).as_("c"), on=same_key, join_type="semi")
    if merge.by_clock:
        return existing
    order = exp.Order(expressions=[exp.Ordered(this=at("f", "known_at"), desc=True, nulls_first=False)])
    latest = _over(exp.RowNumber(), [at("f", "key")], order)
    return existing.qualify(exp.EQ(this=latest, expression=exp.convert(1)))


def _old(merge: Merge) -> exp.Expr:
    return _content("e", merge.columns)


def _is_new() -> exp.Expr:
    content, before, lag = exp.column("content"), exp.column("before_content"), exp.column("lag_content")
    lagged = exp.and_(
        present(exp.column("lag_at")),
        exp.or_(
            exp.not_(exp.column("existed")),
            exp.GTE(this=exp.column("lag_at"), expression=exp.column("before_at")),
        ),
    )
    differs_from_lag = exp.NullSafeNEQ(this=content, expression=lag)
    differs_from_before = exp.or_(
        exp.not_(exp.column("existed")), exp.NullSafeNEQ(this=content.copy(), expression=before)
    )
    return exp.case().when(lagged, differs_from_lag).else_(differs_from_before)


def _replaces(merge: Merge) -> exp.Expr:
    same_instant = exp.EQ(this=exp.column("candidate"), expression=exp.column("before_at"))
    if merge.restates:
        return exp.and_(exp.column("existed"), same_instant) if merge.by_clock else exp.column("existed")
    other = exp.NEQ(this=exp.column("before_source"), expression=exp.convert(merge.source))
    not_after = exp.LTE(this=exp.column("candidate"), expression=exp.column("before_at"))
    if merge.first:
        return exp.func("COALESCE", exp.and_(exp.column("existed"), other, not_after), exp.false())
    return exp.false()


def delete_replaced(merge: Merge) -> exp.Delete:
    """Deletes the revisions whose place fresh rows take."""
    same = exp.and_(
        exp.EQ(this=at("f", "key"), expression=at("n", "key")),
        exp.EQ(this=at("f", "known_at"), expression=at("n", "before_at")),
        at("n", "replaces"),
    )
    found = exp.Exists(this=exp.select("1").from_(exp.to_table(FRESH).as_("n")).where(same))
    return exp.Delete(this=merge.target.as_("f"), where=exp.Where(this=found))


def insert_fresh(merge: Merge) -> exp.Insert:
    """Inserts the fresh rows. A revision's instant lies after the revision before it, also where the clock stands still."""
    tick = exp.Interval(this=exp.convert("1"), unit=exp.var("MICROSECOND"))
    after = exp.Add(this=at("n", "before_at"), expression=tick)
    unreplaced: exp.Expr = at("n", "candidate")
    if not merge.known:
        unreplaced = (
            exp.case()
            .when(at("n", "existed"), exp.func("GREATEST", at("n", "candidate"), after))
            .else_(unreplaced)
        )
    replacing = at("n", "candidate") if merge.known else at("n", "before_at")
    known = exp.case().when(at("n", "replaces"), replacing).else_(unreplaced)
    selected = exp.select(
        at("n", "key"),
        at("n", "occurred_at"),
        known.as_("known_at", quoted=True),
        at("n", "occurred_on"),
        exp.convert(merge.source).as_("source", quoted=True),
        exp.convert(merge.load).as_("load", quoted=True),
        *(at("n", name) for name in (*merge.columns, *merge.others)),
    ).from_(exp.to_table(FRESH).as_("n"))
    return _insert(merge, selected, fact_columns(merge, all_columns=True))


def delete_dropped(merge: Merge) -> exp.Delete:
    """Deletes the source's facts whose rows are still there, but which its new definition refuses or leaves out."""
    out = exp.or_(
        exp.not_(exp.column(TAKEN, table="s", quoted=True)), exp.column(REJECTED, table="s", quoted=True)
    )
    same = exp.EQ(this=at("s", "key"), expression=at("f", "key"))
    kept = exp.Exists(
        this=exp.select("1")
        .from_(exp.to_table(CHOSEN).as_("c"))
        .where(exp.EQ(this=at("c", "key"), expression=at("f", "key")))
    )
    staged = exp.Exists(this=exp.select("1").from_(exp.to_table(merge.stage).as_("s")).where(same, out))
    own = exp.EQ(this=at("f", "source"), expression=exp.convert(merge.source))
    return exp.Delete(this=merge.target.as_("f"), where=exp.Where(this=exp.and_(own, staged, exp.not_(kept))))
