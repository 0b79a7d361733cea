"""The statements that make lookup tables, rates and the accounts that facts may belong to."""

from collections.abc import Mapping

from sqlglot import exp

from keepwell.sql.duckdb import call, try_cast
from keepwell.sql.ingest.field import Field
from keepwell.sql.ingest.rules import column, present


def lookup_rows(relation: exp.Expr, raw: Mapping[str, exp.Expr], match: exp.Expr, take: Field) -> exp.Select:
    """The rows (match, take) of one file of the source that is looked up, in the file's order."""
    taken = exp.select(*(value.copy().as_(name, quoted=True) for name, value in raw.items())).from_(relation)
    parsed = [value.as_(name, quoted=True) for name, value in take.parsed()]
    return (
        exp.select(column("match"), take.typed().as_("take"))
        .from_("parsed")
        .with_("raw", taken)
        .with_("parsed", exp.select(match.as_("match"), *parsed).from_("raw"))
    )


def first_of_each(rows: str) -> exp.Select:
    """The first value that each text to match has, in the order of the rows table."""
    first = call("arg_min", exp.column("take"), exp.column("rowid"))
    return (
        exp.select("match", first.as_("take")).from_(rows).where(present(column("match"))).group_by("match")
    )


def rate_rows(relation: exp.Expr, day: exp.Expr, currency: exp.Expr, rate: exp.Expr) -> exp.Select:
    """The rows (currency, from_day, rate) of a file of rates; those that cannot be read have NULLs."""
    return exp.select(
        call("upper", call("trim", currency)).as_("currency"),
        try_cast(day, "date").as_("from_day"),
        try_cast(rate, "decimal(18, 10)").as_("rate"),
    ).from_(relation)


KNOWN_ACCOUNTS = """
CREATE OR REPLACE TEMP TABLE known_accounts AS
SELECT account_id, account, began, began IS NOT NULL AS is_known
FROM directory.accounts LEFT JOIN (
    SELECT account, arg_max(occurred_at, known_at) AS began FROM facts.accounts GROUP BY account
) USING (account)
"""
"""Every account with its surrogate, and since when it is one; those without an account fact are not known."""
