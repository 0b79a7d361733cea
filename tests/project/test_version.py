"""Versions change with the meaning, and only with it."""

from pathlib import Path

import pytest

from keepwell.project import Project, load
from keepwell.scoring.scorecard import Fitted
from tests.project.samples import FILES, spoilt, write


def version(project: Project) -> str:
    return project.version(project.scorecards[0])


@pytest.fixture
def original(tmp_path: Path) -> Project:
    return load(write(tmp_path / "original"))


def test_a_version_is_twelve_hexadecimal_digits(original: Project) -> None:
    assert len(version(original)) == 12
    assert int(version(original), 16) >= 0
    assert version(original) != original.version()


def test_where_the_folder_lies_does_not_matter(tmp_path: Path, original: Project) -> None:
    assert version(load(write(tmp_path / "elsewhere"))) == version(original)


MEANINGLESS = [
    ("signals", "signals:\n", "# a comment\nsignals:\n\n"),
    ("signals", "label: Active days", "label: Days of use"),
    ("signals", "    from: events\n    where: {name: [login, session_started]}", "    where: {name: [login, session_started]}\n    from: events"),
    ("signals", "where: {name: [login, session_started]}", "where: name in ['login', 'session_started']"),
    ("signals", "window: 28 days", "window: {from: 28 days ago}"),
    ("signals", "missing: zero\n", "missing: 0\n"),
    ("default", "{-60%: 0, 0%: 70, +20%: 100}", "{-0.6: 0, 0: 70, 0.2: 100}"),
    ("default", "advice: Call them", "advice: Write to them"),
    ("default", "advice: Call them", "advice: Call them, actionable: false"),
    ("default", "for: {segment: any, stage: any}\n", ""),
    ("default", "min_coverage: 60%", "min_coverage: 0.6"),
    ("default", "bands: {green: 70, yellow: 40, hysteresis: 3}\n", ""),
    ("sources", "files: data/accounts.csv", "files: exports/accounts.csv"),
    ("keepwell", "as_of: 2025-06-30\n", ""),
    ("keepwell", "project: acme", "project: acme\nwarehouse: w.duckdb"),
]  # fmt: skip


@pytest.mark.parametrize(("file", "right", "other"), MEANINGLESS)
def test_what_has_no_meaning_changes_no_version(
    tmp_path: Path, original: Project, file: str, right: str, other: str
) -> None:
    changed = load(spoilt(tmp_path / "changed", file, right, other))
    assert version(changed) == version(original)
    assert changed.version() == original.version()


def test_the_order_of_signals_changes_no_version(tmp_path: Path, original: Project) -> None:
    lines = FILES["signals.yml"].splitlines(keepends=True)
    mrr = next(line for line in lines if line.startswith("  mrr:"))
    moved = "".join(["signals:\n", mrr, *(line for line in lines[1:] if line != mrr)])
    assert version(load(write(tmp_path / "moved", signals=moved))) == version(original)


MEANINGFUL = [
    ("signals", "window: 28 days", "window: 29 days"),
    ("signals", "where: {name: [login, session_started]}", "where: {name: [login]}"),
    ("signals", "where: {name: core}\n    aggregate: rate", "where: {name: score}\n    aggregate: rate"),
    ("signals", "missing: zero\n", "missing: unknown\n"),
    ("signals", "column: amount, state: open", "column: amount"),
    ("default", "weight: 40", "weight: 41"),
    ("default", "12: 80", "12: 81"),
    ("default", "at_most: 40", "at_most: 41"),
    ("default", "green: 70", "green: 71"),
    ("default", "missing: redistribute", "missing: worst"),
    ("segments", ">= 200", ">= 201"),
    ("segments", "< 90", "< 91"),
    ("sources", "occurred_at: ts", "occurred_at: happened"),
    ("sources", "dates: day-month-year", "dates: month-day-year"),
    ("sources", "fresh_within: 3 days", "fresh_within: 4 days"),
    ("sources", "select * from subscriptions", "select * from contracts"),
    ("keepwell", "zone: Europe/Berlin", "zone: Europe/London"),
    ("keepwell", "mrr * 12", "mrr * 6"),
    ("keepwell", "USD: 0.92", "USD: 0.93"),
]


@pytest.mark.parametrize(("file", "right", "other"), MEANINGFUL)
def test_what_has_a_meaning_changes_the_version(
    tmp_path: Path, original: Project, file: str, right: str, other: str
) -> None:
    changed = load(spoilt(tmp_path / "changed", file, right, other))
    assert version(changed) != version(original)
    assert changed.version() != original.version()


def test_an_unrelated_signal_changes_the_projects_version_alone(tmp_path: Path, original: Project) -> None:
    more = FILES["signals.yml"] + "  clicks: {from: events, aggregate: count, window: 7 days}\n"
    changed = load(write(tmp_path / "more", signals=more))
    assert version(changed) == version(original)
    assert changed.version() != original.version()


def test_an_unrelated_source_changes_the_projects_version_alone(tmp_path: Path, original: Project) -> None:
    more = FILES["sources.yml"] + (
        "  calls:\n    files: calls.csv\n    table: interactions\n"
        "    columns: {account_id: a, interaction_id: i, held_at: d}\n"
    )
    changed = load(write(tmp_path / "more", sources=more))
    assert version(changed) == version(original)
    assert changed.version() != original.version()


def test_where_a_fit_came_from_changes_no_version(tmp_path: Path, original: Project) -> None:
    said = "fitted: {outcome: churn, from: 2024-01-01, to: 2025-01-01, on: 2025-06-30}\n"
    changed = load(write(tmp_path / "fitted", default=FILES["scorecards/default.yml"] + said))
    assert changed.scorecards[0].fitted == Fitted("churn", "2024-01-01", "2025-01-01", "2025-06-30")
    assert version(changed) == version(original)
    assert changed.version() == original.version()


OUTCOMES = """\
outcomes:
  churn:
    label: Lost
    kind: churned
    event: {from: events, where: {name: left}}
    at_risk: {where: active_days > 0}
    horizon: 90 days
"""


def of_outcome(folder: Path, outcomes: str = OUTCOMES, **files: str) -> str:
    write(folder, **files)
    (folder / "outcomes.yml").write_text(outcomes, encoding="utf-8")
    project = load(folder)
    return project.outcome_version(project.outcome("churn"))


def test_the_version_of_an_outcome_is_that_of_all_that_decides_to_whom_it_happens(tmp_path: Path) -> None:
    original = of_outcome(tmp_path / "original")
    assert len(original) == 12
    same = {
        "label": of_outcome(tmp_path / "label", OUTCOMES.replace("Lost", "Gone")),
        "complete": of_outcome(
            tmp_path / "until", OUTCOMES.replace("horizon:", "until: 2025-06-01\n    horizon:")
        ),
        "scorecard": of_outcome(
            tmp_path / "card",
            default=FILES["scorecards/default.yml"].replace("weight: 40", "weight: 41"),
        ),
    }
    assert same == dict.fromkeys(same, original)
    other = {
        "event": of_outcome(tmp_path / "event", OUTCOMES.replace("name: left", "name: gone")),
        "horizon": of_outcome(tmp_path / "horizon", OUTCOMES.replace("90 days", "91 days")),
        "gap": of_outcome(tmp_path / "gap", OUTCOMES.replace("horizon:", "gap: 7 days\n    horizon:")),
        "population": of_outcome(tmp_path / "risk", OUTCOMES.replace("> 0", "> 1")),
        "its signal": of_outcome(
            tmp_path / "signal", signals=FILES["signals.yml"].replace("window: 28 days", "window: 29 days")
        ),
    }
    assert original not in other.values()
    assert len(set(other.values())) == len(other)
