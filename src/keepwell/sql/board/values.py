"""The signals that runs of scores kept."""

from sqlglot import exp

from keepwell.sql.board.sheet import SCORES
from keepwell.sql.naming import column, described, relation


def values_statement(run: int) -> exp.Select:
    """The signals of every account of a run, a list per account, in the order of its version."""
    query = exp.select(column("account"), exp.column("signals", quoted=True)).from_(
        relation("scores", SCORES)
    )
    return described(query.where(column("run").eq(run)), "the signals that a run kept")


def runs_statement(purpose: str) -> exp.Select:
    """Every run of a purpose that was asked for, by instant and number: `run`, `version`, `as_of`."""
    names = ("run", "version", "as_of")
    query = exp.select(*(exp.column(name, quoted=True) for name in names)).from_(relation("runs", SCORES))
    query = query.where(exp.column("purpose").eq(purpose)).order_by(exp.column("as_of"), exp.column("run"))
    return described(query, "the runs of a purpose")
