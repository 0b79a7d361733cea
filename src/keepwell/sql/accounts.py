"""Every account at every point: whether it is a customer then, whom it belongs to, and what is known of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlglot import exp

from keepwell.signals.definition import ACCOUNT
from keepwell.signals.tables import TABLES, Kind
from keepwell.sql.among import Accounts, among
from keepwell.sql.facts import FACTS, Seen
from keepwell.sql.moments import POINTS, Moments
from keepwell.sql.naming import alias, column, described, relation


@dataclass(frozen=True, slots=True)
class Spine:
    """A subquery that has a row for every account and point already, and columns of it to carry along."""

    name: str
    columns: tuple[str, ...]


def accounts_at(
    kinds: Mapping[str, Kind],
    attributes: Sequence[str],
    moments: Moments,
    accounts: Accounts,
    spine: Spine | None = None,
) -> exp.Select:
    """A row per account and point: `population`, `parent` and the attributes as `account.NAME`, unknown before it began.

    With a spine its rows are taken, which saves joining it later; else every account is paired with every point.
    """
    seen = Seen(TABLES["accounts"], kinds, moments)

    def read(name: str) -> exp.Expr:
        stored = "occurred_at" if name == TABLES["accounts"].occurred else name
        return seen.readable(stored, seen.lookup(name))

    population = (
        exp.case()
        .when(_unknown(column("account", "fact")), exp.Literal.string("not begun"))
        .when(_unknown(read("ended_at")), exp.Literal.string("active"))
        .else_(exp.Literal.string("ended"))
    )
    columns = [
        column("account", "everyone"),
        exp.alias_(exp.convert(0) if moments.single else column("point", POINTS), "point"),
        exp.alias_(moments.as_of(), "as_of"),
        exp.alias_(population, "population"),
        column("parent", "fact"),
        *(alias(read(name), ACCOUNT + name) for name in attributes),
    ]
    query = exp.select(*columns)
    if spine is not None:
        query = query.select(*(column(name, "everyone") for name in spine.columns))
        query = query.from_(exp.alias_(exp.to_table(spine.name, quoted=True), "everyone", table=True))
        here = exp.EQ(this=column("point", POINTS), expression=column("point", "everyone"))
        query = query.join(relation(POINTS), on=here, join_type="inner")
    else:
        query = query.from_(everyone(accounts).subquery("everyone"))
        if not moments.single:
            query = query.join(relation(POINTS), join_type="cross")
    same = exp.EQ(this=column("account", "fact"), expression=column("account", "everyone"))
    query = query.join(seen.revisions(), on=exp.and_(same, *seen.visible()), join_type="left")
    return described(query, "every account as it was known at the time")


def everyone(accounts: Accounts) -> exp.Select:
    """Every account that there is any fact of, or those of the given ones."""
    query = exp.select(column("account")).distinct().from_(relation("accounts", FACTS))
    chosen = among(column("account"), accounts)
    return query if chosen is None else query.where(chosen)


def _unknown(value: exp.Expr) -> exp.Expr:
    return exp.Is(this=value, expression=exp.null())


def below_statement(account: int) -> exp.Select:
    """`account`, ascending: an account and all that were ever known to belong to it, directly or not."""
    begin = exp.select(exp.alias_(exp.convert(account), "account"))
    child = exp.select(column("account", "child")).from_(
        exp.alias_(relation("accounts", FACTS), "child", table=True)
    )
    belongs = exp.EQ(this=column("parent", "child"), expression=column("account", "kin"))
    child = child.join(relation("kin"), on=belongs, join_type="inner")
    query = exp.select(column("account")).from_(relation("kin")).order_by(column("account"))
    query = query.with_("kin", as_=exp.union(begin, child), recursive=True)
    return described(query, "an account and all below it")
