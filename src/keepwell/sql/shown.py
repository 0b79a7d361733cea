"""The score of one account that was kept last."""

from sqlglot import exp

from keepwell.sql.naming import column, described


def last_score(account: int, purpose: str) -> exp.Select:
    """`score` and `band` (a code; NULL: none) of the last run of a purpose that scored an account; no row if none did."""
    same = exp.EQ(this=column("run", "kept"), expression=column("run", "asked"))
    query = (
        exp.select(column("score", "kept"), column("band", "kept"))
        .from_(exp.alias_(exp.to_table("scores.scores"), "kept", table=True))
        .join(exp.alias_(exp.to_table("scores.runs"), "asked", table=True), on=same)
        .where(
            exp.EQ(this=column("account", "kept"), expression=exp.convert(account)),
            exp.EQ(this=column("purpose", "asked"), expression=exp.convert(purpose)),
        )
        .order_by(exp.Ordered(this=column("run", "asked"), desc=True))
        .limit(1)
    )
    return described(query, "the account's last score of the purpose")
