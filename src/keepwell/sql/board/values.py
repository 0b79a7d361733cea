"""The signals that runs of scores kept."""

from collections.abc import Sequence

from sqlglot import exp

from keepwell.sql.board.sheet import SCORES
from keepwell.sql.naming import column, described, relation


def values_statement(run: int) -> exp.Select:
    """The signals of every account of a run, a list per account, in the order of its version."""
    query = exp.select(column("account"), exp.column("signals", quoted=True)).from_(
        relation("scores", SCORES)
    )
    return described(query.where(column("run").eq(run)), "the signals that a run kept")


def found_statement(run: int, accounts: Sequence[int] | None = None) -> exp.Select:
    """What a run kept of some accounts, or of all, a row per account; warehouses of an earlier Keepwell have fewer columns."""
    query = exp.select("*").from_(relation("scores", SCORES)).where(column("run").eq(run))
    if accounts is not None:
        query = query.where(column("account").isin(*accounts) if accounts else exp.false())
    return described(query, "what a run kept of accounts")


def runs_statement(purpose: str) -> exp.Select:
    """Every run of a purpose that was asked for, by instant and number: `run`, `version`, `as_of`."""
    names = ("run", "version", "as_of")
    query = exp.select(*(exp.column(name, quoted=True) for name in names)).from_(relation("runs", SCORES))
    query = query.where(exp.column("purpose").eq(purpose)).order_by(exp.column("as_of"), exp.column("run"))
    return described(query, "the runs of a purpose")
