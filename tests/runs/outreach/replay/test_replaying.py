"""Journeys replayed on the past: the same accounts as live, at the same time; nothing is kept, and what cannot be known is said."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import time
from pathlib import Path
from typing import Any

import pytest

from keepwell.clock import pinned
from keepwell.outreach.arbiter import Policy
from keepwell.outreach.asking import question
from keepwell.outreach.journey import Audience, Goal, Journey
from keepwell.outreach.local_time import QuietHours
from keepwell.outreach.rules import Hold
from keepwell.outreach.step import Branch, Message, Note, Task, Wait
from keepwell.outreach.trigger import BandEnters, Becomes, Happens, Reentry, Scheduled, ScoreDrops
from keepwell.runs.outreach.replay import replayed
from keepwell.runs.outreach.replay.replayed import Replayed
from keepwell.runs.outreach.replay.replaying import replay
from keepwell.scoring.score import Band
from keepwell.signals.expression import Name, parse
from keepwell.signals.window import Span
from keepwell.store import enrollments
from keepwell.store.engine import Store
from tests.runs.firm import Firm, ago, every_day
from tests.runs.outreach.living import KEY, World, instant, living
from tests.runs.outreach.posting import RULES, TEMPLATES, Post, lite

DAYS = 12
TIPS = "tips"


@pytest.fixture
def firm(tmp_path: Path) -> Iterator[Firm]:
    with Firm(tmp_path) as made:
        yield made


@pytest.fixture
def local(seeded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    return lite(seeded, tmp_path, monkeypatch)


def peopled(firm: Firm) -> Firm:
    """A1 logs in ten times a day until the day before `AS_OF`, and then no more: yellow from the eighth day on. A2 always does."""
    for number in (1, 2):
        firm.account(number, ago(400), seats=10 * number)
        firm.survey(number, ago(20), 10)
    firm.logins(1, *every_day(10, 12, 1))
    firm.logins(2, *every_day(10, 12, -30))
    return firm


def replayed_of(
    firm: Firm, store: Store | None, *journeys: Journey, days: int = DAYS, **fields: Any
) -> Replayed:
    """The replay of the days up to twelve after `AS_OF`."""
    made = replace(living(*journeys, rules=RULES), templates=TEMPLATES, as_of=instant(DAYS))
    with pinned(instant(DAYS)):
        return replay(replace(made, **fields), firm.warehouse, store, KEY, days)


def journey(trigger: Any, *steps: Any, name: str = "rescue", **fields: Any) -> Journey:
    made: dict[str, Any] = {"category": TIPS, "steps": steps or (Note("seen", "Seen"),)}
    return Journey(name=name, trigger=trigger, **(made | fields))


TRIGGERS = {
    "entered": BandEnters(Band.YELLOW),
    "fallen": ScoreDrops(50, Span.parse("14 days")),
    "few": Becomes(parse("logins < 5")),
    "long": Becomes(parse("days_in_band >= 2 and band == 'yellow'")),
    "mondays": Scheduled("0 0 * * 1"),
    "exports": Happens("events", parse("name == 'export'")),
}


def test_it_begins_for_whom_it_begins_live(firm: Firm, local: Store) -> None:
    peopled(firm)
    firm.facts("events", [{"name": "export", "account": 2, "occurred_at": instant(4.5)}])
    steps = (Wait("rest", Span.parse("2 days")), Note("seen", "Seen"))
    again: dict[str, Any] = {"reentry": Reentry.AFTER_EXIT, "cooldown": Span.parse("1 day")}
    them = [journey(trigger, *steps, name=name, **again) for name, trigger in TRIGGERS.items()]
    found = replayed_of(firm, None, *them)
    world = World(firm, local, living(*them))
    world.apply()
    midnight = -2 / 24  # AS_OF is a midnight in UTC, and the project's zone two hours ahead
    for day in range(DAYS + 1):
        world.run(day + midnight)
    live = sorted((each.journey, each.account, each.began_at) for each in _all(local))
    assert {name for name, _, _ in live} == {*TRIGGERS}
    begun = sorted(
        (each.journey, each.account_id, each.at) for each in found.happened if each.what == "begun"
    )
    assert begun == live
    under_way = Counter(each.journey for each in _all(local) if each.under_way)
    assert {each.journey: each.under_way for each in found.courses} == {
        name: under_way[name] for name in TRIGGERS
    }


def _all(store: Store) -> list[Any]:
    with store.reading() as connection:
        return list(enrollments.every(connection))


def test_messages_skips_and_tasks_are_told_and_nothing_is_kept(firm: Firm, local: Store) -> None:
    post = Post(firm, local, living(rules=RULES))
    peopled(firm)
    post.person(1, "ana")
    post.person(2, "ben", consent=False)
    before = _kept(firm, local)
    one = journey(
        Scheduled("0 0 * * 1"),  # in these days once: on Monday, 7 July
        Message("hello", "hello", "email"),
        Wait("rest", Span.parse("2 days")),
        Task("call", "Call them"),
        approval=True,
    )
    quiet = replace(RULES, policy=Policy(quiet=QuietHours(time(20), time(8))))
    found = replayed_of(firm, local, one, outreach=quiet)
    (course,) = found.courses
    assert (course.begun, course.held_out) == (2, 0)
    assert course.sent == {"email": 1}
    assert course.skipped == {replayed.about("no_basis"): 1}
    assert course.done == {"task": 2}
    told = [
        (each.what, each.account_id, each.to)
        for each in found.happened
        if each.what in ("message", "skipped")
    ]
    assert sorted(told) == [("message", "A1", "ana@firm.example"), ("skipped", "A2", "ben@firm.example")]
    (sent,) = [each for each in found.happened if each.what == "message"]
    assert sent.at == instant(7 + 6 / 24)  # eight in the morning in Berlin, once the night is over
    assert sent.subject == "Hello Ana"
    assert (found.load.messages, found.load.people, found.load.owners) == (1, 1, {"nobody": 2})
    assert replayed.APPROVED.format("rescue") in found.assumed
    assert replayed.NO_BASIS not in found.needed
    assert _kept(firm, local) == before


def _kept(firm: Firm, store: Store) -> object:
    with store.reading() as connection:
        rows = [
            connection.exec_driver_sql(f"SELECT count(*) FROM {name}").scalar()
            for name in ("enrollments", "ledger", "tasks", "audit", "intents")
        ]
    return rows, firm.warehouse.has("scores.scores"), firm.warehouse.has("scores.days")


def test_what_nobody_knows_is_taken_as_no_and_said(firm: Firm) -> None:
    peopled(firm)
    branch = Branch(
        "answered", Name(question("replied", "hello")), (Note("yes", "Yes"),), (Note("no", "No"),)
    )
    found = replayed_of(
        firm, None, journey(BandEnters(Band.YELLOW), Message("hello", "hello", "email"), branch)
    )
    assert [each.step for each in found.happened if each.what == "note"] == ["no"]
    assert replayed.QUESTIONS.format("replied(hello)") in found.assumed
    assert found.needed[0] == replayed.NO_BASIS


def test_goals_holdouts_and_waves_that_are_held(firm: Firm) -> None:
    peopled(firm)
    firm.logins(1, *[instant(9.5)] * 10)
    goal = Goal(Span.parse("40 days"), band=Band.GREEN)
    kept = journey(BandEnters(Band.YELLOW), goal=goal, name="kept")
    ghosts = journey(BandEnters(Band.YELLOW), goal=goal, name="ghosts", holdout=1.0)
    whole = journey(Becomes(parse("logins < 5")), name="whole", audience=Audience())
    found = replayed_of(firm, None, kept, ghosts)
    courses = {each.journey: each for each in found.courses}
    assert (courses["kept"].reached, courses["kept"].reached_held_out) == (1, 0)
    assert (courses["ghosts"].reached, courses["ghosts"].reached_held_out, courses["ghosts"].held_out) == (
        0,
        1,
        1,
    )
    held = replayed_of(firm, None, whole, outreach=replace(RULES, hold=Hold(0.1, 1)))
    assert [(each.journey, each.accounts) for each in held.holds] == [("whole", 1)]
    assert (held.courses[0].begun, held.courses[0].held) == (0, 1)
    assert found.of("kept").courses == (courses["kept"],)
