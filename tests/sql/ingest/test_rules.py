"""What is checked of a row by itself."""

from datetime import datetime

from sqlglot import exp

from keepwell.signals.tables import TABLES, Kind
from keepwell.sources.plan import policies
from keepwell.sources.source import Check, Files, Policy, Source
from keepwell.sql.ingest.field import Field
from keepwell.sql.ingest.rules import ranges, readable, times

SURVEYS = TABLES["surveys"]


def _field(name: str, kind: Kind) -> Field:
    return Field(name, kind, exp.column(f"raw {name}", quoted=True), label=name.upper())


FIELDS = {
    "occurred_at": _field("occurred_at", Kind.INSTANT),
    "score": _field("score", Kind.NUMBER),
    "kind": _field("kind", Kind.TEXT),
}


def _policies(**checks: Policy) -> dict[str, bool | None]:
    return policies(
        Source("s", "surveys", Files(("x",)), {}, checks={Check(name): each for name, each in checks.items()})
    )


def test_each_survey_has_its_range() -> None:
    rules = list(ranges(SURVEYS, FIELDS, _policies()))
    assert {(rule.name, rule.field, rule.rejects) for rule in rules} >= {("out_of_range", "SCORE", True)}
    reasons = " ".join(rule.reason.sql("duckdb") for rule in rules)
    assert all(words in reasons for words in ("0 to 10 of NPS", "1 to 5 of CSAT", "1 to 7 of CES"))


def test_a_check_that_is_ignored_is_no_rule_and_one_that_warns_does_not_reject() -> None:
    assert not list(ranges(SURVEYS, FIELDS, _policies(out_of_range=Policy.IGNORE, negative=Policy.IGNORE)))
    [rule] = times(SURVEYS, FIELDS, datetime(2025, 7, 1), _policies(in_future=Policy.WARN))  # noqa: DTZ001 - naive UTC
    assert (rule.name, rule.rejects) == ("in_future", False)


def test_texts_are_always_readable() -> None:
    told = [rule.field for rule in readable(list(FIELDS.values()), _policies())]
    assert told == ["OCCURRED_AT", "SCORE"]
