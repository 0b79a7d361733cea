"""Conditions by which kept rows are chosen, and instants as the warehouse keeps them: UTC without a zone."""

from datetime import UTC, datetime

from sqlglot import exp


def column(name: str) -> exp.Column:
    """A column by its exact name."""
    return exp.column(name, quoted=True)


def equals(name: str, value: str | int) -> exp.Expr:
    """A column holds the value."""
    return exp.EQ(this=column(name), expression=exp.convert(value))


def speaks_of(as_of: datetime) -> exp.Expr:
    """The row speaks of the instant."""
    return exp.EQ(this=column("as_of"), expression=_instant(as_of))


def speaks_by(as_of: datetime) -> exp.Expr:
    """The row speaks of the instant or an earlier one."""
    return exp.LTE(this=column("as_of"), expression=_instant(as_of))


def of_run(run: int, day: datetime) -> exp.Expr:
    """The row speaks of the day and belongs to the run."""
    return exp.and_(equals("run", run), speaks_of(day))


def naive(value: datetime) -> datetime:
    """An aware instant as the warehouse keeps it."""
    return value.astimezone(UTC).replace(tzinfo=None)


def aware(value: datetime) -> datetime:
    """A kept instant as an aware one."""
    return value.replace(tzinfo=UTC)


def _instant(value: datetime) -> exp.Expr:
    return exp.cast(exp.Literal.string(naive(value).isoformat(sep=" ")), "timestamp")
