"""What differs between two projects, in words."""

from pathlib import Path

import pytest

from keepwell.project import load
from keepwell.project.changes import KINDS, Change, How, changes
from tests.project import rescues
from tests.project.samples import FILES, spoilt, write

CASES = [
    ("default", "weight: 40", "weight: 41", "scorecard default: weight of dimension adoption: 40 → 41"),
    ("default", "{weight: 3, scale", "{weight: 4, scale", "scorecard default: weight of active_days: 3 → 4"),
    ("default", "6: 30", "7: 30", "scorecard default: scale of nps: 0: 0, 6: 30, 10: 100 → 0: 0, 7: 30, 10: 100"),
    ("default", "percentile_within: segment", "percentile_within: all",
     "scorecard default: scale of seat_use: percentile within segment → percentile within all"),
    ("default", "green: 70", "green: 75", "scorecard default: green from: 70 → 75"),
    ("default", "min_coverage: 60%", "min_coverage: 55%", "scorecard default: min_coverage: 60% → 55%"),
    ("default", "at_most: 40", "at_most: 45",
     "scorecard default: cap escalated: at most 40 when open_escalations >= 1 → at most 45 when open_escalations >= 1"),
    ("default", ", advice: Call them", "", "scorecard default: advice of nps: no longer Call them"),
    ("default", "missing: redistribute", "roll_up: worst", "scorecard default: roll_up: worst, new"),
    ("signals", "window: 28 days", "window: 4 weeks", "signal active_days: window: 28 days → 4 weeks"),
    ("signals", "label: Active days", "label: Days of use", "signal active_days: label: Active days → Days of use"),
    ("signals", "[login, session_started]", "[login]",
     "signal active_days: where: name in ['login', 'session_started'] → name == 'login'"),
    ("segments", ">= 200", ">= 250",
     "segment enterprise: condition: account.seats >= 200 → account.seats >= 250"),
    ("sources", "occurred_at: ts", "occurred_at: at", "source product: columns.occurred_at.column: ts → at"),
    ("sources", "data/accounts.csv", "data/a.csv", "source customers: globs: data/accounts.csv → data/a.csv"),
    ("keepwell", "mrr * 12", "(mrr + 1) * 12", "setting value: mrr * 12 → (mrr + 1) * 12"),
    ("keepwell", "USD: 0.92", "USD: 0.93", "setting rates: fixed.USD: 0.92 → 0.93"),
    ("keepwell", "as_of: 2025-06-30\n", "", "setting as_of removed"),
    ("outcomes", "gap: 7 days", "gap: 5 days", "outcome churn: gap: 7 days → 5 days"),
    ("outcomes", "grace: 30 days", "grace: 31 days", "outcome churn: grace: 30 days → 31 days"),
    ("outcomes", "capacity: 40", "capacity: 50", "setting capacity: 40 → 50"),
]  # fmt: skip


def told(change: Change) -> str:
    name = f"{change.kind} {change.name}"
    return f"{name}: {'; '.join(change.words)}" if change.how is How.CHANGED else f"{name} {change.how}"


@pytest.mark.parametrize(("stem", "right", "other", "words"), CASES)
def test_a_change_is_told_in_words(tmp_path: Path, stem: str, right: str, other: str, words: str) -> None:
    before = load(write(tmp_path / "before"))
    after = load(spoilt(tmp_path / "after", stem, right, other))
    assert [told(change) for change in changes(before, after)] == [words]


def test_what_only_looks_different_is_no_change(tmp_path: Path) -> None:
    before = load(write(tmp_path / "before"))
    after = load(write(tmp_path / "after", signals="# new words\n" + FILES["signals.yml"]))
    assert changes(before, after) == ()


def test_what_comes_and_goes(tmp_path: Path) -> None:
    before = load(write(tmp_path / "before"))
    more = FILES["signals.yml"] + "  clicks: {from: events, aggregate: count, window: 7 days}\n"
    folder = write(tmp_path / "after", signals=more.replace("  last_plan: ", "  plan_now: "))
    (folder / "governance.yml").write_text("approvals: {needed: 1}\n", encoding="utf-8")
    found = [told(change) for change in changes(before, load(folder))]
    assert found == [
        "signal plan_now added",
        "signal clicks added",
        "signal last_plan removed",
        "governance rules added",
    ]
    assert [told(change) for change in changes(load(folder), before)][-1] == "governance rules removed"


def test_the_order_of_segments_is_told(tmp_path: Path) -> None:
    stages = FILES["segments.yml"].splitlines()[1]
    three = (
        f"segments: {{enterprise: account.seats >= 9, smb: account.seats >= 5, tiny: otherwise}}\n{stages}\n"
    )
    swapped = (
        f"segments: {{smb: account.seats >= 5, enterprise: account.seats >= 9, tiny: otherwise}}\n{stages}\n"
    )
    before = load(write(tmp_path / "before", segments=three))
    after = load(write(tmp_path / "after", segments=swapped))
    assert [told(change) for change in changes(before, after)] == [
        "segment smb: place: 2 → 1",
        "segment enterprise: place: 1 → 2",
    ]


def test_from_nothing_everything_is_added(tmp_path: Path) -> None:
    found = changes(None, load(write(tmp_path)))
    assert {change.how for change in found} == {How.ADDED}
    assert {change.kind for change in found} == set(KINDS) - {"governance", "journey", "outreach", "template"}


def test_journeys_and_texts_are_compared_step_by_step(tmp_path: Path) -> None:
    before = load(rescues.write(tmp_path))
    rescues.put(tmp_path, "templates/call/call_script.liquid", "Ask what has changed,\nand since when.\n")
    told = rescues.JOURNEY.replace("due: 2 business days", "due: 3 days").replace(
        "holdout: 10%", "holdout: 20%"
    )
    rescues.put(tmp_path, rescues.FILE, told + "  - exit: Done\n")
    journey, text = changes(before, load(tmp_path))
    assert (journey.kind, journey.name, journey.how) == ("journey", "adoption_rescue", How.CHANGED)
    assert [word.partition(":")[0] for word in journey.words] == [
        "holdout",
        "order of steps",
        "step task.call_the_champion",
        "step exit.done",
    ]
    assert journey.words[0] == "holdout: 0.1 → 0.2"
    assert "due 2 days" in journey.words[2]
    assert "due 3 days" in journey.words[2]
    assert (text.kind, text.name) == ("template", "call/call_script")
    assert text.words[0].startswith("text: 1 lines")
