"""Gap ratios: how long ago the last fact was, against how far apart the account's facts usually lie."""

from sqlglot import exp

from keepwell.sql.aggregates import days_between
from keepwell.sql.counting import Counting
from keepwell.sql.expressions import double
from keepwell.sql.naming import described


def gap_ratio(name: str, counting: Counting, source: str, keys: list[exp.Expr]) -> exp.Select:
    """A gap ratio: from the distinct days, the gaps between them; then days since the last day over the median gap."""
    today = counting.seen.carried(counting.seen.moments.today())
    days = (
        exp.select(*keys, exp.alias_(counting.seen.day(counting.at), "happened"), exp.alias_(today, "now"))
        .distinct()
        .from_(source)
        .where(counting.condition())
    )
    order = exp.Order(expressions=[exp.Ordered(this=exp.column("happened"), desc=False)])
    before = exp.Window(
        this=exp.func("LAG", exp.column("happened"), dialect="duckdb"),
        partition_by=[key.copy() for key in keys],
        order=order,
    )
    gaps = exp.select(
        *keys, "happened", "now", exp.alias_(days_between(exp.column("happened"), before), "gap")
    ).from_(days.subquery("days"))
    since = days_between(exp.func("ANY_VALUE", exp.column("now")), exp.Max(this=exp.column("happened")))
    ratio = exp.Div(this=double(since), expression=double(exp.Median(this=double(exp.column("gap")))))
    result = exp.select(*keys, exp.alias_(ratio, exp.to_identifier(name, quoted=True))).from_(
        gaps.subquery("gaps")
    )
    return described(result.group_by(*keys), "days since the last, over the account's own median gap")
