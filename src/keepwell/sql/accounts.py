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
    seen = Seen(TABLES["accounts"], kinds, moments, accounts=accounts)
    ended = seen.lookup("ended_at").sql
    seen.keep("parent")
    for name in attributes:
        seen.lookup(name)
    visible = seen.query().subquery("seen")
    everyone = exp.select(column("account")).distinct().from_(relation("accounts", FACTS))
    if accounts is not None:
        everyone = everyone.where(column("account").isin(*map(int, accounts)))
    population = (
        exp.case()
        .when(exp.Is(this=column("account", "seen"), expression=exp.null()), exp.Literal.string("not begun"))
        .when(exp.Is(this=ended, expression=exp.null()), exp.Literal.string("active"))
        .else_(exp.Literal.string("ended"))
    )
    point = exp.convert(0) if moments.single else column("point", POINTS)
    columns = [
        column("account", "everyone"),
        exp.alias_(point, "point"),
        exp.alias_(moments.as_of(), "as_of"),
        exp.alias_(population, "population"),
        column("parent", "seen"),
    ]
    for name in attributes:
        stored = "occurred_at" if name == TABLES["accounts"].occurred else name
        columns.append(alias(column(stored, "seen"), ACCOUNT + name))
    query = exp.select(*columns).from_(everyone.subquery("everyone"))
    same = [exp.EQ(this=column("account", "seen"), expression=column("account", "everyone"))]
    if not moments.single:
        query = query.join(relation(POINTS), join_type="cross")
        same.append(exp.EQ(this=column("point", "seen"), expression=column("point", POINTS)))
    query = query.join(visible, on=exp.and_(*same), join_type="left")
    return described(query, "every account as it was known at the time")
