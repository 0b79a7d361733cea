"""Every rule for journeys with what it finds, and where; the worked journey passes them all."""

from pathlib import Path

import pytest

from keepwell.project import lint, load
from keepwell.project.lint import RULES, journeys
from tests.project import rescues
from tests.project.rescues import steps

SOUND = rescues.JOURNEY.replace("approval: required\n", "approval: required\nexpires: 60 days\n")
EXIT = "branch: {if: active_days > 3, then: [{exit: Well}], else: [{exit: Not well}]}"


def with_steps(*lines: str) -> str:
    return steps(*lines).replace("approval: required\n", "approval: required\nexpires: 60 days\n")


# rule, the journey, the step or key where it is found (its line), what is said
FOUND = [
    ("no_goal", SOUND.replace("goal: {band: green, within: 45 days}\n", ""), 1, "does not say what it is to reach"),
    ("no_holdout", SOUND.replace("holdout: 10%\n", ""), 1, "leaves nobody alone"),
    ("no_holdout", SOUND.replace("holdout: 10%", "holdout: 0%"), 6, "leaves nobody alone"),
    ("no_category", SOUND.replace("category: product_education", ""), 1, "of no category"),
    ("no_expiry", rescues.JOURNEY, 1, "never expires"),
    ("no_timeout", SOUND.replace("for: 3 days, business_days: true, ", ""), 13, "wait.guide_opened may wait for ever"),
    ("dead_end", with_steps("note: Here", "wait: 3 days"), 13, "nothing comes after the wait wait.3_days"),
    ("dead_end", with_steps("branch: {if: active_days > 3, then: [{wait: 3 days}]}"), 12, "wait.3_days"),
    ("unreachable_step", with_steps("exit: Done", "note: Never"), 13, "the note note.never"),
    ("unreachable_step", with_steps(EXIT, "note: Never"), 13, "note.never"),
    ("unreachable_step", with_steps("branch: {if: active_days > 3, then: [{exit: Well}, {note: Never}]}"), 12, "note.never"),
    ("starts_itself", with_steps("start: adoption_rescue"), 12, "adoption_rescue starts adoption_rescue"),
    ("asked_too_early", with_steps("branch: {if: clicked(check_in), else: [{message: {template: check_in, channel: email}}]}"), 12, "from check_in, which goes later"),
    ("nobody_enters", SOUND.replace("band_enters: yellow", "segment_enters: enterprise"), 3, "the segment enterprise"),
    ("nobody_enters", SOUND.replace("band_enters: yellow", "stage_enters: onboarding"), 3, "the stage onboarding"),
]  # fmt: skip


def found(folder: Path) -> list[tuple[str, str, str]]:
    of_journeys = {rule.name() for rule in RULES if rule.__module__ == journeys.__name__}
    return [(one.rule, one.where, one.what) for one in lint.check(load(folder)) if one.rule in of_journeys]


def test_every_rule_is_tried() -> None:
    assert {rule for rule, *_ in FOUND} == {
        rule.name() for rule in RULES if rule.__module__ == journeys.__name__
    }


def test_a_sound_journey_passes(tmp_path: Path) -> None:
    assert found(rescues.write(tmp_path, SOUND)) == []


@pytest.mark.parametrize(
    ("rule", "journey", "line", "what"), FOUND, ids=[f"{one[0]}-{one[2]}" for one in FOUND]
)
def test_a_rule_finds_it(tmp_path: Path, rule: str, journey: str, line: int, what: str) -> None:
    ((named, where, said),) = found(rescues.write(tmp_path, journey))
    assert named == rule
    assert where.startswith(f"{rescues.FILE}:{line}:")
    assert what in said


ASKED = "branch: {if: clicked(check_in), then: [{note: Seen}]}"
SENT = "message: {template: check_in, channel: email}"
SPARED = [
    with_steps(
        "branch: {if: active_days > 3, then: [{message: {template: check_in, channel: email}}]}", ASKED
    ),
    with_steps(
        SENT,
        "branch: {if: active_days > 3, then: [{wait: {until: {when: replied(check_in)}, for: 1 day}}]}",
        ASKED,
    ),
    with_steps("wait: 3 days", "exit: Done"),
    with_steps("branch: {if: active_days > 3, then: [{exit: Well}]}", "note: For the others"),
    with_steps("branch: {if: active_days > 3, then: [{wait: 3 days}]}", "note: For all"),
    with_steps("task: {title: Call}").replace("category: product_education", ""),
    SOUND.replace("band_enters: yellow", "stage_enters: mature"),
]


@pytest.mark.parametrize("journey", SPARED)
def test_what_is_well_is_let_pass(tmp_path: Path, journey: str) -> None:
    assert found(rescues.write(tmp_path, journey)) == []


def test_a_circle_through_others_is_found_at_each(tmp_path: Path) -> None:
    other = with_steps("start: adoption_rescue").replace("journey: adoption_rescue", "journey: other", 1)
    aside = with_steps("start: other").replace("journey: adoption_rescue", "journey: aside", 1)
    rescues.write(tmp_path, with_steps("start: other"), journeys__other=other, journeys__aside=aside)
    assert [(where.partition(":")[0], what) for _, where, what in found(tmp_path)] == [
        (rescues.FILE, "adoption_rescue starts other starts adoption_rescue"),
        ("journeys/other.yml", "other starts adoption_rescue starts other"),
    ]
