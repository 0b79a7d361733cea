"""The statements that tell what is new among the chosen rows, and bring it in: new keys and revisions of those there are."""

from sqlglot import exp

from keepwell.sql.ingest.merge import (
    CHOSEN,
    FRESH,
    Merge,
    content_of,
    fact_columns,
    first_known,
    insert,
    over,
)
from keepwell.sql.ingest.resolve import at
from keepwell.sql.ingest.rules import present
from keepwell.sql.ingest.stage import REJECTED, TAKEN


def fresh(merge: Merge) -> exp.Select:
    """The chosen rows that are new keys, or differ from the revision known before them.

    What the source does not map is carried over from that revision. `replaces` marks a row that takes the place of the
    revision: another source's of the same instant, or, where only the definition has changed, its own.
    """
    own_content = content_of("m", merge.columns)
    earlier = exp.EQ(this=at("e", "key"), expression=at("c", "key"))
    existing = _existing(merge)
    joined = exp.select(
        at("c", "key"),
        at("c", "occurred_at"),
        at("c", "occurred_on"),
        *(at("c", name) for name in merge.columns),
        *(at("e", name) for name in merge.others),
        first_known(merge).as_("candidate"),
        at("e", "known_at").as_("before_at"),
        at("e", "source").as_("before_source"),
        present(at("e", "key")).as_("existed"),
        _old(merge).as_("before_content"),
    ).from_(exp.to_table(CHOSEN).as_("c"))
    if merge.by_clock:
        not_later = exp.GTE(this=first_known(merge), expression=at("e", "known_at"))
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
    previous = over(exp.Lag(this=content.copy()), parts, order)
    previous_at = over(exp.Lag(this=at("m", "candidate")), parts, order)
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
    latest = over(exp.RowNumber(), [at("f", "key")], order)
    return existing.qualify(exp.EQ(this=latest, expression=exp.convert(1)))


def _old(merge: Merge) -> exp.Expr:
    return content_of("e", merge.columns)


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
    return insert(merge, selected, fact_columns(merge, all_columns=True))


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
