"""What is checked of each row by itself, and why a row that fails is refused, in words."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlglot import exp

from keepwell.signals.tables import Kind, Table
from keepwell.sql.duckdb import call
from keepwell.sql.ingest.field import Field

Policies = Mapping[str, bool | None]
"""By check: whether a row that fails it is rejected (True), kept and counted (False), or nothing is said (None)."""

SURVEYS: Mapping[str, tuple[int, int]] = {"nps": (0, 10), "csat": (1, 5), "ces": (1, 7)}
"""The range of each kind of survey's answers."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing that can be wrong with a row: when it is, of which field, and the reason told."""

    name: str
    field: str
    broken: exp.Expr
    reason: exp.Expr
    rejects: bool

    @property
    def finding(self) -> exp.Expr:
        """The rule as a struct of what is told, NULL where the row is sound."""
        members = {
            "rule": exp.convert(self.name),
            "field": exp.convert(self.field),
            "reason": self.reason,
            "rejects": exp.convert(self.rejects),
        }
        struct = exp.Struct(
            expressions=[
                exp.PropertyEQ(this=exp.to_identifier(name, quoted=True), expression=value)
                for name, value in members.items()
            ]
        )
        return exp.case().when(self.broken.copy(), struct)


def column(name: str) -> exp.Column:
    """A column of the stage, quoted."""
    return exp.column(name, quoted=True)


def present(value: exp.Expr) -> exp.Expr:
    """Whether the value is there."""
    return exp.not_(exp.Is(this=value, expression=exp.null()))


def absent(value: exp.Expr) -> exp.Expr:
    """Whether the value is not there."""
    return exp.Is(this=value, expression=exp.null())


def readable(fields: Sequence[Field], policies: Policies) -> Iterator[Rule]:
    """Values that are there but are not of their column's kind."""
    rejects = policies["unreadable"]
    if rejects is None:
        return
    for each in fields:
        if each.kind in (Kind.TEXT, Kind.CONTACT):
            continue
        broken = exp.and_(present(each.raw.copy()), absent(column(each.name)))
        yield Rule("unreadable", each.label or each.name, broken, each.complaint(), rejects)


def required(fields: Sequence[Field], names: Sequence[str], also_unreadable: bool) -> Iterator[Rule]:
    """Values without which there is no fact: always rejected. One that is there but unreadable is told as that already."""
    for each in fields:
        if each.name in names:
            given = each.raw.copy()
            broken = absent(column(each.name)) if also_unreadable else absent(given)
            reason = exp.convert(f"{each.label or each.name} is empty")
            yield Rule("missing", each.label or each.name, broken, reason, True)


def ranges(table: Table, fields: Mapping[str, Field], policies: Policies) -> Iterator[Rule]:
    """Values below or above what their column can hold; below zero is a rule of its own."""
    for each in table.columns:
        if each.name not in fields:
            continue
        value, label = column(each.name), fields[each.name].label or each.name
        if each.low is not None:
            rule = "negative" if each.low == 0 else "out_of_range"
            below = exp.LT(this=value.copy(), expression=exp.convert(each.low))
            yield from _ranged(rule, label, below, _told(value, f" is below {each.low:g}"), policies)
        if each.high is not None:
            above = exp.GT(this=value.copy(), expression=exp.convert(each.high))
            yield from _ranged(
                "out_of_range", label, above, _told(value, f" is above {each.high:g}"), policies
            )
    if table.name == "surveys" and {"kind", "score"} <= fields.keys():
        yield from _surveys(fields["score"].label or "score", policies)


def _surveys(label: str, policies: Policies) -> Iterator[Rule]:
    score, kind = column("score"), call("lower", column("kind"))
    for name, (low, high) in SURVEYS.items():
        outside = exp.and_(
            exp.EQ(this=kind.copy(), expression=exp.convert(name)),
            exp.Between(this=score.copy(), low=exp.convert(0), high=exp.convert(10)),
            exp.not_(exp.Between(this=score.copy(), low=exp.convert(low), high=exp.convert(high))),
        )
        told = _told(score, f" is outside the {low} to {high} of {name.upper()}")
        yield from _ranged("out_of_range", label, outside, told, policies)


def _ranged(name: str, label: str, broken: exp.Expr, reason: exp.Expr, policies: Policies) -> Iterator[Rule]:
    rejects = policies[name]
    if rejects is not None:
        yield Rule(name, label, broken, reason, rejects)


def _told(value: exp.Expr, words: str) -> exp.Expr:
    return call("concat", exp.cast(value.copy(), "varchar", dialect="duckdb"), words)


def times(table: Table, fields: Mapping[str, Field], now: datetime, policies: Policies) -> Iterator[Rule]:
    """Facts that occurred after `now` (naive UTC), or ended before they began."""
    occurred = column("occurred_at")
    rejects = policies["in_future"]
    if rejects is not None:
        instant = exp.cast(exp.convert(now.isoformat(sep=" ")), "timestamp", dialect="duckdb")
        future = exp.GT(this=occurred.copy(), expression=instant)
        label = fields["occurred_at"].label or table.occurred
        yield Rule("in_future", label, future, _told(occurred, " UTC is still to come"), rejects)
    end, rejects = table.end, policies["ended_before_begun"]
    if end is not None and end in fields and rejects is not None:
        broken = exp.LT(this=column(end), expression=occurred.copy())
        reason = call(
            "concat", _told(column(end), ", the end, is before "), _told(occurred, ", the beginning")
        )
        yield Rule("ended_before_begun", fields[end].label or end, broken, reason, rejects)
