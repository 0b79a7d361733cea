"""Every account at every point: whether it is a customer then, whom it belongs to, and what is known of it."""

from collections.abc import Mapping, Sequence

from sqlglot import exp

from keepwell.signals.definition import ACCOUNT
from keepwell.signals.tables import TABLES, Kind
from keepwell.sql.facts import FACTS, Seen
from keepwell.sql.moments import POINTS, Moments
from keepwell.sql.naming import alias, column, described, relation


def accounts_at(
    kinds: Mapping[str, Kind], attributes: Sequence[str], moments: Moments, accounts: Sequence[int] | None
) -> exp.Select:
    """A row per account and point: `population`, `parent` and the attributes as `account.NAME`, unknown before it began."""
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
    everyone = exp.select(column("account")).distinct().from_(relation("accounts", FACTS))
    if accounts is not None:
        everyone = everyone.where(column("account").isin(*map(int, accounts)))
    query = exp.select(*columns).from_(everyone.subquery("everyone"))
    if not moments.single:
        query = query.join(relation(POINTS), join_type="cross")
    same = exp.EQ(this=column("account", "fact"), expression=column("account", "everyone"))
    query = query.join(seen.revisions(), on=exp.and_(same, *seen.visible()), join_type="left")
    return described(query, "every account as it was known at the time")


def _unknown(value: exp.Expr) -> exp.Expr:
    return exp.Is(this=value, expression=exp.null())
