"""Journeys in words."""

from datetime import time

import pytest

from keepwell.outreach.asking import ASKABLE
from keepwell.outreach.journey import Audience, Goal, Journey
from keepwell.outreach.step import (
    Arm,
    Branch,
    Exit,
    Experiment,
    Message,
    Note,
    Offer,
    SetField,
    Step,
    Task,
    Wait,
    Whom,
)
from keepwell.outreach.trigger import (
    BandEnters,
    ByHand,
    Enters,
    Happens,
    MilestoneMissed,
    Reentry,
    RenewalWithin,
    ScoreDrops,
    Trigger,
)
from keepwell.outreach.wording import begins, does, facts, ways
from keepwell.scoring.score import Band
from keepwell.signals.expression import parse
from keepwell.signals.window import Span

DAYS = Span.parse("3 days")

TRIGGERS: list[tuple[Trigger, str]] = [
    (BandEnters(Band.YELLOW), "The health band becomes yellow"),
    (ScoreDrops(15, DAYS), "The health score falls by 15 points within 3 days"),
    (Happens("tickets", parse("escalated == true")), "A new fact of tickets: escalated == true"),
    (RenewalWithin(DAYS), "A renewal is due within 3 days"),
    (Enters("stage", "mature"), "The account enters the stage mature"),
    (MilestoneMissed(None, DAYS), "A milestone is overdue for 3 days"),
    (MilestoneMissed("first_plan"), "The milestone first_plan is overdue"),
]
STEPS: list[tuple[Step, str]] = [
    (Message("", "hello", "email", sent_as="owner"), "E-mail hello to the champion, as owner"),
    (Message("", "hello", "in_app", Whom.ROLE, role="sponsor"), "In the app hello to every sponsor"),
    (
        Message("", "hello", "sms", Whom.BILLING, offer=Offer("a month", 4, "EUR")),
        "SMS hello to the billing contact, with a month",
    ),
    (Wait("", DAYS, business_days=True, hour=time(9)), "Wait 3 business days until 09:00"),
    (Wait("", hour=time(9)), "Wait until 09:00"),
    (Wait("", event="login", timeout=DAYS), "Wait for the event login, 3 days at most"),
    (Branch("", parse("opened(hello)", ASKABLE)), "opened(hello)?"),
    (Experiment("", (Arm("a", 0.25), Arm("b", 0.75))), "Experiment: a (25%) or b (75%)"),
    (Task("", "Call", due=DAYS, script="say"), "Task: Call, due in 3 business days, script say"),
    (SetField("", "vip", True), "Set vip to true"),
    (Note("", "Well"), "Note: Well"),
    (Exit("", "Over"), "Exit: Over"),
    (Exit(""), "Exit"),
]


@pytest.mark.parametrize(("trigger", "words"), TRIGGERS, ids=[words for _, words in TRIGGERS])
def test_a_trigger_is_told(trigger: Trigger, words: str) -> None:
    assert begins(trigger) == words


@pytest.mark.parametrize(("step", "words"), STEPS, ids=[words for _, words in STEPS])
def test_a_step_is_told(step: Step, words: str) -> None:
    assert does(step) == words


def test_ways_are_named() -> None:
    assert ways(Branch("", parse("x"))) == ("yes", "no")
    assert ways(Experiment("", (Arm("a", 0.25), Arm("b", 0.75)))) == ("a", "b")
    assert ways(Exit("")) == ()


def test_what_a_journey_says_is_told_and_what_it_does_not_is_left_out() -> None:
    said = Journey("a", ByHand(), (Exit(""),))
    assert [name for name, _ in facts(said)] == ["begins", "for", "holdout", "priority", "again"]
    full = Journey(
        "a", ByHand(), (Exit(""),), Audience(("smb", "top"), (), parse("x > 1")), "news", 60, 0.125,
        Goal(DAYS, Band.GREEN), (parse("y"),), Reentry.AFTER_EXIT, DAYS, DAYS, "Kim", DAYS, approval=True,
    )  # fmt: skip
    assert dict(facts(full)) == {
        "begins": "A person, or another journey, puts the account in",
        "for": "segment smb or top, x > 1",
        "goal": "band green within 3 days",
        "leaves if": "y",
        "holdout": "12.5%",
        "category": "news",
        "priority": "60",
        "again": "3 days after it has left",
        "expires": "after 3 days",
        "owner": "Kim, tasks within 3 days",
        "approval": "required before anything is sent",
    }
