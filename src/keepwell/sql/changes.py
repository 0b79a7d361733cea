"""How scores and bands changed between two runs of the same purpose."""

from sqlglot import exp

from keepwell.sql.naming import alias, column, described

LATER, EARLIER = "later", "earlier"


def changes_statement(run: int, before: int, least: float) -> exp.Select:
    """The accounts of run `run` whose band is another than in run `before`, or whose score differs by `least` points or is there in one only.

    `account_id`, `name`, `owner` (the last that is known), `segment`, `score`, `score_before`, `band`, `band_before` (codes; NULL: none);
    in the order of the accounts. An account that the earlier run did not score is new and no change.
    """
    earlier, later = column("score", EARLIER), column("score", LATER)
    differs = exp.Abs(this=exp.paren(exp.Sub(this=later, expression=earlier)))
    moved = exp.or_(
        exp.NullSafeNEQ(this=column("band", LATER), expression=column("band", EARLIER)),
        exp.GTE(this=differs, expression=exp.convert(least)),
        exp.NEQ(this=_none(later), expression=_none(earlier)),
    )
    same = exp.EQ(this=column("account", LATER), expression=column("account", EARLIER))
    called = exp.EQ(this=column("account", "called"), expression=column("account", LATER))
    owned = exp.EQ(this=column("account", "owned"), expression=column("account", LATER))
    query = (
        exp.select(
            column("account_id", "called"),
            column("name", "called"),
            column("owner", "owned"),
            column("segment", LATER),
            later.copy(),
            alias(earlier.copy(), "score_before"),
            column("band", LATER),
            alias(column("band", EARLIER), "band_before"),
        )
        .from_(_of(run, LATER))
        .join(_of(before, EARLIER), on=same)
        .join(exp.alias_(exp.to_table("directory.accounts"), "called", table=True), on=called)
        .join(_owners(), on=owned, join_type="left")
        .where(moved)
        .order_by(column("account", LATER))
    )
    return described(query, "accounts whose score or band changed")


def _none(score: exp.Expr) -> exp.Expr:
    return exp.paren(exp.Is(this=score.copy(), expression=exp.null()))


def _of(run: int, name: str) -> exp.Expr:
    """The scores of one run."""
    columns = [column(each) for each in ("account", "segment", "score", "band")]
    rows = exp.select(*columns).from_(exp.to_table("scores.scores"))
    return rows.where(exp.EQ(this=column("run"), expression=exp.convert(run))).subquery(name)


def _owners() -> exp.Expr:
    """The last known owner of each account."""
    last = exp.func("ARG_MAX", column("owner"), column("known_at"))
    rows = exp.select(column("account"), alias(last, "owner")).from_(exp.to_table("facts.accounts"))
    return rows.group_by(column("account")).subquery("owned")
