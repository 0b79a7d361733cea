"""Every rule with what it finds and what it lets pass."""

import inspect
from pathlib import Path

import pytest

from keepwell.project import lint, load
from keepwell.project.lint import RULES, Rule, inputs, journeys, measures, registry, scorecards, templates
from tests.project.samples import FILES, spoilt, write

CARD = FILES["scorecards/default.yml"]
NARROW = CARD.replace("segment: any", "segment: enterprise")
MANY = "\n".join(f"      s{n}: {{weight: 1, scale: {{0: 0, 9: 100}}}}" for n in range(12))
MANY_SIGNALS = "".join(f"  s{n}: {{from: events, aggregate: count, window: 7 days}}\n" for n in range(12))

# rule → for each case: file, what stands there, what is typed instead
INVALID: dict[str, list[tuple[str, str, str]]] = {
    "outcome_as_input": [
        ("signals", "open_escalations: {from: tickets, where: {escalated: true}, aggregate: open",
         "open_escalations: {from: outcomes, aggregate: count"),
        ("default", "when: open_escalations >= 1", "when: account.churn_risk == 'high'"),
    ],
    "attribute_without_history": [("default", "when: open_escalations >= 1", "when: account.plan == 'Free'")],
    "scale_contradicts_direction": [("default", "{0: 0, 6: 30, 10: 100}", "{0: 100, 10: 0}")],
    "missing_left_to_chance": [
        ("signals", "    missing: unknown\n    expression", "    expression"),
        ("default", "missing: redistribute\n", ""),
    ],
    "no_freshness": [("sources", "    fresh_within: 3 days\n", "")],
    "one_measure_dominates": [("default", "weight: 30\n    measures:\n      nps", "weight: 300\n    measures:\n      nps")],
    "too_many_measures": [("default", "      seat_use:", MANY + "\n      seat_use:")],
    "no_customer_voice": [("signals", "from: surveys\n    aggregate: last\n    column: score",
                           "from: events\n    aggregate: count")],
    "no_cap": [("default", "caps:\n  escalated: {when: open_escalations >= 1, at_most: 40, because: An escalation is open}\n", "")],
    "unbounded": [("signals", "aggregate: last\n    column: score\n    window: 180 days", "aggregate: mean\n    column: score")],
    "no_direction": [("signals", "    direction: higher_is_better\n    missing: unknown\n    expression",
                      "    missing: unknown\n    expression")],
    "low_coverage": [("default", "min_coverage: 60%", "min_coverage: 20%")],
    "no_label": [("signals", "    label: Seats in use\n", "")],
    "no_unit": [("signals", "    unit: share\n", "")],
    "no_value": [("keepwell", "value: {expression: mrr * 12, currency: EUR}\n", "")],
    "unknown_rule_ignored": [("keepwell", "project: acme", "project: acme\nlint: {ignore: no_lable}")],
    "no_catch_all": [("default", "segment: any", "segment: enterprise")],
}  # fmt: skip
OF_OUTREACH = {rule.name() for rule in RULES if rule.__module__ in (journeys.__name__, templates.__name__)}
"""Rules whose cases are in test_journeys.py and test_templates.py."""
ELSEWHERE = {"no_scorecard", "never_reached", "no_recency", *OF_OUTREACH}
"""Rules whose cases need more than one file; they have tests of their own."""


def found(folder: Path) -> set[str]:
    return {finding.rule for finding in lint.check(load(folder))}


def prepared(folder: Path, file: str, right: str, wrong: str) -> Path:
    """The sample with one mistake, and with the sources and signals that the cases need."""
    spoilt(folder, file, right, wrong)
    sources = folder / "sources.yml"
    text = sources.read_text(encoding="utf-8").replace("trial: boolean", "trial: boolean, churn_risk: text")
    sources.write_text(
        text + "  left:\n    files: left.csv\n    table: outcomes\n"
        "    columns: {account_id: a, outcome_id: o, occurred_at: d}\n",
        encoding="utf-8",
    )
    signals = folder / "signals.yml"
    signals.write_text(signals.read_text(encoding="utf-8") + MANY_SIGNALS, encoding="utf-8")
    return folder


def test_every_rule_is_registered() -> None:
    defined = {
        one
        for module in (inputs, journeys, measures, scorecards, templates, registry)
        for _, one in inspect.getmembers(module, inspect.isclass)
        if issubclass(one, Rule) and one is not Rule and one.__module__ == module.__name__
    }
    assert set(RULES) == defined


def test_every_rule_has_cases_and_a_message() -> None:
    assert {rule.name() for rule in RULES} == set(INVALID) | ELSEWHERE
    for rule in RULES:
        assert rule.message().endswith("."), rule
        assert len(rule.message()) > 40, rule


def test_the_sample_passes_every_rule_but_those_of_its_segments(tmp_path: Path) -> None:
    findings = lint.check(load(write(tmp_path)))
    assert [(one.rule, one.what) for one in findings] == [
        ("attribute_without_history", "account.seats has no history, and a score depends on it"),
        ("attribute_without_history", "account.seats has no history, and a score depends on it"),
    ]


CASES = [(rule, case) for rule, cases in INVALID.items() for case in cases]


@pytest.mark.parametrize(("rule", "case"), CASES, ids=[f"{rule}-{case[0]}" for rule, case in CASES])
def test_the_rule_finds_it(tmp_path: Path, rule: str, case: tuple[str, str, str]) -> None:
    findings = [one for one in lint.check(load(prepared(tmp_path, *case))) if one.rule == rule]
    assert findings
    for one in findings:
        assert one.where.partition(":")[0].endswith(".yml")
        assert one.do
        assert one.message in str(one)


def test_an_ignored_rule_finds_nothing(tmp_path: Path) -> None:
    folder = prepared(tmp_path, "signals", "    label: Seats in use\n", "")
    assert "no_label" in found(folder)
    settings = folder / "keepwell.yml"
    settings.write_text(
        settings.read_text(encoding="utf-8") + "lint: {ignore: [no_label]}\n", encoding="utf-8"
    )
    assert "no_label" not in found(folder)


def test_a_project_without_scorecards_is_told(tmp_path: Path) -> None:
    (write(tmp_path) / "scorecards/default.yml").unlink()
    assert "no_scorecard" in found(tmp_path)


def test_scorecards_that_cover_every_segment_need_no_catch_all(tmp_path: Path) -> None:
    write(tmp_path, default=NARROW)
    other = NARROW.replace("enterprise", "smb").replace("scorecard: default", "scorecard: small")
    (tmp_path / "scorecards/small.yml").write_text(other, encoding="utf-8")
    assert "no_catch_all" not in found(tmp_path)


def test_a_scorecard_behind_a_catch_all_is_never_reached(tmp_path: Path) -> None:
    write(tmp_path)
    narrow = NARROW.replace("scorecard: default", "scorecard: large")
    (tmp_path / "scorecards/large.yml").write_text(narrow, encoding="utf-8")
    project = load(tmp_path)
    (finding,) = [one for one in lint.check(project) if one.rule == "never_reached"]
    assert finding.where == "scorecards/large.yml:1:scorecard"
    lint.write(project.folder, finding.edits)
    assert [card.name for card in load(tmp_path).scorecards] == ["large", "default"]
    assert "never_reached" not in found(tmp_path)


def test_a_scorecard_of_another_purpose_hides_nothing(tmp_path: Path) -> None:
    write(tmp_path)
    other = CARD.replace("scorecard: default", "scorecard: more\npurpose: expansion")
    (tmp_path / "scorecards/more.yml").write_text(other, encoding="utf-8")
    assert "never_reached" not in found(tmp_path)


def test_a_scale_with_its_best_in_the_middle_needs_no_direction(tmp_path: Path) -> None:
    write(
        tmp_path,
        signals=FILES["signals.yml"].replace("    direction: higher_is_better\n    missing: unknown\n    expression",
                                             "    missing: unknown\n    expression"),
        default=CARD.replace("{percentile_within: segment}", "{0: 0, 5: 100, 9: 0}"),
    )  # fmt: skip
    assert "no_direction" not in found(tmp_path)


def test_a_scorecard_that_looks_only_far_back_is_told(tmp_path: Path) -> None:
    card = "scorecard: default\ndimensions:\n  voice: {weight: 1, measures: {nps: {weight: 1, scale: {0: 0, 10: 100}}}}\n"
    assert "no_recency" in found(write(tmp_path, default=card))
    recent = FILES["signals.yml"].replace("window: 180 days", "window: 90 days")
    assert "no_recency" not in found(write(tmp_path, default=card, signals=recent))
