"""Covers: an account's subscriptions that overlap, or follow one another closely enough, taken together."""

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlglot import exp

from keepwell.proof.outcome import Gap, Renewal
from keepwell.signals.expression import Expression
from keepwell.signals.tables import TABLES, Kind
from keepwell.signals.window import Span
from keepwell.sql.expressions import double
from keepwell.sql.facts import FACTS
from keepwell.sql.latest import NEVER, Latest, later
from keepwell.sql.moments import instant
from keepwell.sql.naming import column, described, relation

_AMOUNT = "amount"


def gaps(event: Gap, latest: Latest, through: datetime) -> exp.Select:
    """A row per cover that ended, and for which it is known by `through` that it was not taken up again within the grace.

    `amount` is that of the subscriptions that ended last.
    """
    ended = later(exp.column("ended", "cover"), event.grace, latest.zone)
    return described(
        _covers(event.table, event.where, event.grace, latest)
        .select(
            exp.column("account", "cover"),
            exp.alias_(exp.column("ended", "cover"), "at"),
            exp.column("amount", "cover"),
            exp.alias_(exp.cast(exp.null(), "boolean"), "voluntary"),
        )
        .from_(exp.alias_(relation("covers"), "cover", table=True))
        .where(
            exp.LT(this=exp.column("ended", "cover"), expression=NEVER.copy()),
            exp.LTE(this=ended, expression=instant(through)),
        ),
        "where covers ended",
    )


def renewals(event: Renewal, latest: Latest, through: datetime) -> exp.Select:
    """A row per subscription that fell due and beyond whose due date the account's cover went on by more than the grace.

    It fell due if it had not ended by then (but for the grace), and no later revision had moved the date in time.
    """
    due, end = exp.column("renews_at", "due"), exp.column("ended", "due")
    over = later(due, event.grace, latest.zone)
    within = exp.and_(
        exp.EQ(this=exp.column("account", "cover"), expression=exp.column("account", "due")),
        exp.LTE(this=exp.column("began", "cover"), expression=due.copy()),
        exp.GT(this=exp.column("ended", "cover"), expression=over),
    )
    return described(
        _covers(event.table, event.where, event.grace, latest)
        .with_("dues", as_=_dues(event, latest))
        .select(
            exp.column("account", "due"),
            exp.alias_(due.copy(), "at"),
            exp.column("amount", "due"),
            exp.alias_(exp.cast(exp.null(), "boolean"), "voluntary"),
        )
        .from_(exp.alias_(relation("dues"), "due", table=True))
        .join(exp.alias_(relation("covers"), "cover", table=True), on=within, join_type="inner")
        .where(
            exp.GTE(this=later(end, event.grace, latest.zone), expression=due.copy()),
            exp.LTE(this=over.copy(), expression=instant(through)),
        ),
        "what fell due and was renewed",
    )


def _dues(event: Renewal, latest: Latest) -> exp.Select:
    """Every date on which a subscription fell due, also where a later revision names the next one."""
    replaced = exp.Window(
        this=exp.Lead(this=column("known_at"), offset=exp.convert(1), default=NEVER.copy()),
        partition_by=[column("key")],
        order=exp.Order(expressions=[column("known_at")]),
    )
    revisions = exp.select(column("key"), column("renews_at"), exp.alias_(replaced, "replaced")).from_(
        relation(event.table, FACTS)
    )
    dated = exp.select("*").from_(revisions.subquery("revision"))
    dated = dated.where(exp.LT(this=column("renews_at"), expression=exp.column("replaced")))
    same = exp.EQ(this=column("key", "revision"), expression=column("key", "fact"))
    return described(
        exp.select(
            column("account", "fact"),
            column("key", "fact"),
            column("renews_at", "revision"),
            exp.alias_(_end(event.table), "ended"),
            exp.alias_(_amount(latest.kinds), _AMOUNT),
        )
        .distinct()
        .from_(latest.relation())
        .join(dated.subquery("revision"), on=same, join_type="inner")
        .where(*latest.condition(event.where)),
        f"{event.table}: the days on which each fell due",
    )


def _covers(table: str, where: Expression | None, grace: Span, latest: Latest) -> exp.Select:
    """A statement that knows `covers`: account, `began`, `ended` (`NEVER`: still open) and `amount`."""
    facts = described(
        exp.select(
            column("account", "fact"),
            exp.alias_(column("occurred_at", "fact"), "began"),
            exp.alias_(_end(table), "ended"),
            exp.alias_(_amount(latest.kinds), _AMOUNT),
        )
        .from_(latest.relation())
        .where(*latest.condition(where)),
        f"{table}: what each covered, at its latest revision",
    )
    order = exp.Order(expressions=[exp.column("began"), exp.column("ended")])
    before = exp.Window(
        this=exp.Max(this=exp.column("ended")),
        partition_by=[exp.column("account")],
        order=order,
        spec=exp.WindowSpec(
            kind="ROWS", start="UNBOUNDED", start_side="PRECEDING", end=exp.convert(1), end_side="PRECEDING"
        ),
    )
    reached = exp.select("*", exp.alias_(before, "reached")).from_("cover_parts")
    anew = exp.or_(
        exp.Is(this=exp.column("reached"), expression=exp.null()),
        exp.GT(this=exp.column("began"), expression=_reach(grace, latest.zone)),
    )
    number = exp.Window(
        this=exp.Sum(this=exp.case().when(anew, exp.convert(1)).else_(exp.convert(0))),
        partition_by=[exp.column("account")],
        order=order.copy(),
        spec=exp.WindowSpec(
            kind="ROWS", start="UNBOUNDED", start_side="PRECEDING", end="CURRENT ROW", end_side=""
        ),
    )
    numbered = exp.select("*", exp.alias_(number, "cover")).from_(reached.subquery("part"))
    ended = exp.Max(this=exp.column("ended"))
    last = exp.Window(this=ended.copy(), partition_by=[exp.column("account"), exp.column("cover")])
    parts = exp.select("*", exp.alias_(last, "last")).from_(numbered.subquery("part"))
    worth = exp.Filter(
        this=exp.Sum(this=exp.column(_AMOUNT)),
        expression=exp.Where(this=exp.EQ(this=exp.column("ended"), expression=exp.column("last"))),
    )
    covers = described(
        exp.select(
            exp.column("account"),
            exp.alias_(exp.Min(this=exp.column("began")), "began"),
            exp.alias_(ended, "ended"),
            exp.alias_(worth, _AMOUNT),
        )
        .from_(parts.subquery("part"))
        .group_by(exp.column("account"), exp.column("cover")),
        "covers: from when to when, and what the last part of each was worth",
    )
    return exp.Select().with_("cover_parts", as_=facts).with_("covers", as_=covers)


def _reach(grace: Span, zone: ZoneInfo) -> exp.Expr:
    """Until when a cover that has reached so far may be taken up again. `NEVER` has no later instant."""
    reached = exp.column("reached")
    open_ended = exp.GTE(this=reached, expression=NEVER.copy())
    return exp.case().when(open_ended, NEVER.copy()).else_(later(reached.copy(), grace, zone))


def _end(table: str) -> exp.Expr:
    end = TABLES[table].end
    assert end is not None
    lasting = exp.func("COALESCE", column(end, "fact"), NEVER.copy())
    return exp.Greatest(this=lasting, expressions=[column("occurred_at", "fact")], ignore_nulls=True)


def _amount(kinds: Mapping[str, Kind]) -> exp.Expr:
    return double(column(_AMOUNT, "fact") if _AMOUNT in kinds else exp.null())
