"""What the last runs say of one account."""

from sqlglot import exp

from keepwell.sql.naming import column, described


def last_score(account: int, purpose: str) -> exp.Select:
    """`score` and `band` (a code; NULL: none) of an account in the last run of a purpose; no row if that did not score it."""
    last = exp.select(exp.Max(this=column("run"))).from_(exp.to_table("scores.runs"))
    last = last.where(exp.EQ(this=column("purpose"), expression=exp.convert(purpose)))
    query = exp.select(column("score"), column("band")).from_(exp.to_table("scores.scores"))
    query = query.where(exp.EQ(this=column("run"), expression=last.subquery()), _of(account))
    return described(query, "the account's last score of the purpose")


def last_segment(account: int) -> exp.Select:
    """`segment` of an account in the last run that scored it, of the last run of each purpose; no row if none did."""
    last = (
        exp.select(exp.Max(this=column("run"))).from_(exp.to_table("scores.runs")).group_by(column("purpose"))
    )
    query = exp.select(column("segment")).from_(exp.to_table("scores.scores"))
    query = query.where(exp.In(this=column("run"), query=last.subquery()), _of(account))
    query = query.order_by(exp.Ordered(this=column("run"), desc=True)).limit(1)
    return described(query, "the segment that the account was last in")


def _of(account: int) -> exp.Expr:
    return exp.EQ(this=column("account"), expression=exp.convert(account))
