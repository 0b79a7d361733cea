"""Ids that steps get from what they are."""

from datetime import time

import pytest

from keepwell.outreach.naming import KINDS, derived, kind
from keepwell.outreach.step import (
    Alert,
    Arm,
    Branch,
    Exit,
    Experiment,
    Message,
    Note,
    SetField,
    Start,
    Step,
    Task,
    Wait,
    Webhook,
)
from keepwell.signals.expression import parse
from keepwell.signals.window import Span

DAY = Span.parse("1 day")
NAMES: list[tuple[Step, str]] = [
    (Message("", "micro-guide", "in_app"), "message.micro_guide"),
    (Wait("", DAY), "wait.1_day"),
    (Wait("", DAY, business_days=True, hour=time(9, 30)), "wait.1_business_day_09_30"),
    (Wait("", event="Guide opened", timeout=DAY), "wait.guide_opened"),
    (Wait("", when=parse("x < -1.5"), timeout=DAY), "wait.x_below_less_1_5"),
    (Branch("", parse("x > 1.5")), "branch.x_above_1_5"),
    (Experiment("", (Arm("short", 0.5), Arm("long", 0.5))), "experiment.short_or_long"),
    (Task("", "Call the champion!"), "task.call_the_champion"),
    (Alert("", "Öffnen"), "alert.ffnen"),
    (Webhook("", "crm"), "webhook.crm"),
    (SetField("", "tier", 1), "update.tier"),
    (Note("", "a " * 60), "note." + "a_" * 29 + "a"),
    (Start("", "win_back"), "start.win_back"),
    (Exit(""), "exit"),
]


@pytest.mark.parametrize(("step", "name"), NAMES, ids=[name for _, name in NAMES])
def test_a_name_is_made_from_the_content(step: Step, name: str) -> None:
    assert derived(step) == name


def test_every_kind_has_a_name() -> None:
    assert {kind(step) for step, _ in NAMES} == set(KINDS.values())


def test_a_timeout_is_no_part_of_it() -> None:
    assert derived(Wait("", event="login", timeout=DAY)) == derived(Wait("", event="login"))
