"""Journeys live: whom runs of scores set off, in which order things happen, and that nothing happens twice."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from keepwell.outreach.enrollment import End
from keepwell.outreach.journey import Audience, Goal, Journey
from keepwell.outreach.rules import Rules
from keepwell.outreach.step import Note, Wait
from keepwell.outreach.trigger import (
    BandEnters,
    BandLeaves,
    Becomes,
    ByHand,
    Enters,
    Happens,
    MilestoneMissed,
    Reentry,
    RenewalWithin,
    Scheduled,
    ScoreDrops,
)
from keepwell.scoring.score import Band
from keepwell.signals.expression import parse
from keepwell.signals.window import Span
from keepwell.store import cursors, enrollments
from keepwell.store.engine import Store
from tests.runs.firm import ago, every_day
from tests.runs.outreach.living import World, instant, journey, light, living, world

RED = BandEnters(Band.RED)


@pytest.fixture
def store(seeded: Path, tmp_path: Path) -> Store:
    return light(seeded, tmp_path)


@pytest.fixture
def made(tmp_path: Path, store: Store) -> Iterator[Any]:
    worlds: list[World] = []

    def make(*journeys: Journey, **fields: Any) -> World:
        found = world(tmp_path, store, *journeys, **fields)
        worlds.append(found)
        return found

    yield make
    for each in worlds:
        each.firm.warehouse.close()


def peopled(one: World) -> World:
    """A1 logs in ten times until the day before, and then no more; A2 always. Both have an NPS of 10: half of 20 logins and 10 of 10 make 100."""
    for number in (1, 2):
        one.firm.account(number, ago(400), seats=10 * number)
        one.firm.survey(number, ago(20), 10)
    one.firm.logins(1, *every_day(10, 12, 1))
    one.firm.logins(2, *every_day(10, 12, -30))
    return one


def test_the_first_time_nothing_is_set_off_and_then_only_what_moves(made: Any) -> None:
    one = peopled(made(journey(BandEnters(Band.GREEN)), journey(RED, name="red")))
    assert one.run(0).begun == 0
    # A1's logins of the week are over on the eighth day: half of the score is left, which is yellow
    assert one.run(8).begun == 0
    assert one.enrolled() == []


def test_a_band_that_is_entered_begins_once(made: Any) -> None:
    one = peopled(
        made(journey(BandEnters(Band.YELLOW), Wait("rest", Span.parse("3 days")), Note("n", "Seen")))
    )
    one.run(0)
    stepped = one.run(8)
    assert (stepped.waves, stepped.begun, stepped.advanced, stepped.intents) == (1, 1, 1, 0)
    (begun,) = one.of(1)
    assert (begun.began_at, begun.at, begun.place, begun.held_out) == (instant(8), instant(8), "rest", False)
    assert one.step(8).waves == one.step(10).advanced == 0
    last = one.step(11)
    assert (last.waves, last.advanced, last.intents, last.settled) == (0, 1, 1, 1)
    assert one.of(1)[0].end is End.FINISHED
    assert one.run(12).begun == one.run(13).begun == 0


@pytest.mark.parametrize(
    ("trigger", "day", "accounts"),
    [
        (BandLeaves(Band.GREEN), 8, [1]),
        (BandLeaves(Band.YELLOW), 8, []),
        (ScoreDrops(50, Span.parse("14 days")), 8, [1]),
        (ScoreDrops(51, Span.parse("14 days")), 8, []),
        (Becomes(parse("logins < 5")), 8, [1]),
        (Becomes(parse("logins < 5 and nps > 9")), 8, [1]),
        (Becomes(parse("nps > 9")), 8, []),
        (Becomes(parse("score < 60 and band == 'yellow'")), 8, [1]),
        (Becomes(parse("days_in_band >= 2 and band == 'yellow'")), 8, []),
        (Scheduled("0 9 * * 1"), 8, [1, 2]),
        (Scheduled("0 9 1 1 *"), 8, []),
        (ByHand(), 8, []),
    ],
)
def test_what_begins_a_journey(made: Any, trigger: Any, day: int, accounts: list[int]) -> None:
    one = peopled(made(journey(trigger)))
    one.run(0)
    one.run(day)
    assert one.enrolled() == accounts


@pytest.mark.parametrize(
    ("audience", "accounts"),
    [
        (Audience(), [1, 2]),
        (Audience(segments=("big",)), []),
        (Audience(segments=("small", "big")), [1, 2]),
        (Audience(stages=("renewing",)), []),
        (Audience(when=parse("account.seats > 10")), [2]),
        (Audience(when=parse("logins < 5 or unknown(nps)")), [1]),
    ],
)
def test_an_audience_narrows_it_down(made: Any, audience: Audience, accounts: list[int]) -> None:
    one = peopled(made(journey(Scheduled("0 9 * * 1"), audience=audience)))
    one.run(0)
    one.run(8)
    assert one.enrolled() == accounts


def test_a_fact_begins_it_when_it_becomes_known_however_late(made: Any) -> None:
    happens = journey(Happens("events", parse("name == 'export'")), reentry=Reentry.PER_KEY)
    one = peopled(made(happens))
    exported = {"account": 1, "name": "export"}
    one.firm.facts("events", [{**exported, "occurred_at": instant(-1)}])
    one.run(0)
    one.firm.facts("events", [{**exported, "occurred_at": instant(-3)}], known=instant(0.5))
    one.firm.facts(
        "events", [{**exported, "occurred_at": instant(0.1)}, {**exported, "occurred_at": instant(5)}]
    )
    assert one.run(1).begun == 2  # the late one and the one of that day, but none that is still to come
    assert {each.began_at for each in one.of(1)} == {instant(1)}
    # a source that says it knew all along, in a load that the runs before did not have
    one.firm.facts("events", [{**exported, "occurred_at": instant(-2)}], known=instant(-2))
    assert one.run(2).begun == 1
    assert one.run(6).begun == 1
    assert one.run(7).begun == 0


def test_a_revision_begins_it_when_it_comes_to_meet_the_condition(made: Any) -> None:
    one = peopled(made(journey(Happens("tickets", parse("escalated == true")), reentry=Reentry.PER_KEY)))
    ticket = {"account": 2, "occurred_at": instant(-2), "key": "00000000-0000-4000-8000-000000000001"}
    one.firm.facts("tickets", [{**ticket, "escalated": False}])
    one.run(0)
    one.firm.facts("tickets", [{**ticket, "escalated": True}], known=instant(1))
    assert one.run(0.5).begun == 0
    assert one.run(2).begun == 1
    one.firm.facts("tickets", [{**ticket, "escalated": True, "priority": "high"}], known=instant(2.5))
    assert one.run(3).begun == 0
    assert [each.key for each in one.of(2)] == [ticket["key"]]


def test_a_renewal_begins_it_when_it_comes_near_and_each_renewal_anew(made: Any) -> None:
    one = peopled(made(journey(RenewalWithin(Span.parse("30 days")), reentry=Reentry.PER_KEY)))
    contract = {"account": 1, "occurred_at": instant(-300), "key": "00000000-0000-4000-8000-000000000002"}
    ended = {**contract, "account": 2, "key": "00000000-0000-4000-8000-000000000003", "ended_at": instant(-9)}
    one.firm.facts(
        "subscriptions", [{**contract, "renews_at": instant(35)}, {**ended, "renews_at": instant(35)}]
    )
    assert [one.run(day).begun for day in (0, 4, 5, 6)] == [0, 0, 1, 0]
    one.firm.facts("subscriptions", [{**contract, "renews_at": instant(70)}], known=instant(36))
    assert [one.run(day).begun for day in (37, 39, 41)] == [0, 0, 1]
    assert len({each.key for each in one.of(1)}) == 2
    assert one.enrolled() == [1]


def test_a_milestone_that_is_missed_begins_it(made: Any) -> None:
    late = MilestoneMissed("plan", Span.parse("3 days"))
    one = peopled(made(journey(late), journey(MilestoneMissed(), name="any")))
    for account, name, due, reached in ((1, "plan", 1, None), (2, "plan", 1, 0.5), (2, "goal", 2, None)):
        row = {"account": account, "occurred_at": instant(-9), "name": name, "due_at": instant(due)}
        one.firm.facts("milestones", [{**row, "reached_at": None if reached is None else instant(reached)}])
    begun = [(one.run(day).begun, one.enrolled("any"), one.enrolled()) for day in (0, 1.5, 3, 4.5)]
    assert begun == [(0, [], []), (1, [1], []), (1, [1, 2], []), (1, [1, 2], [1])]


def test_who_comes_into_a_segment_begins_and_who_is_new_there_too(made: Any) -> None:
    one = peopled(made(journey(Enters("segment", "big"))))
    one.run(0)
    one.firm.account(3, instant(0.5), seats=70)
    one.firm.account(4, instant(0.5), seats=7)
    assert (one.run(1).begun, one.enrolled()) == (1, [3])
    assert one.run(2).begun == 0


def test_who_may_not_enter_again_is_refused(made: Any) -> None:
    one = peopled(
        made(journey(Scheduled("0 9 * * *"), reentry=Reentry.AFTER_EXIT, cooldown=Span.parse("3 days")))
    )
    one.run(0)
    assert [(each.begun, each.refused) for each in map(one.run, (1, 2, 4, 5))] == [
        (2, 0),
        (0, 2),
        (2, 0),
        (0, 2),
    ]
    assert len(one.of(1)) == 2


def test_outreach_that_is_off_sets_nothing_off_then_or_later(made: Any) -> None:
    one = peopled(made(journey(BandEnters(Band.YELLOW)), rules=Rules()))
    one.score(0)
    assert not one.step(0).on
    with one.store.reading() as connection:
        assert cursors.at(connection, "journeys") is None
    one.project = living(*one.project.journeys)
    one.step(1)
    off = living(*one.project.journeys, rules=Rules())
    one.project, on = off, one.project
    one.run(8)
    one.project = on
    assert (one.step(9).begun, one.run(10).begun) == (0, 0)


def test_those_left_alone_go_the_same_way_and_nothing_comes_of_it(made: Any) -> None:
    one = peopled(made(journey(Scheduled("0 9 * * *"), holdout=1.0)))
    one.run(0)
    stepped = one.run(1)
    assert (stepped.begun, stepped.advanced, stepped.intents, stepped.settled) == (2, 2, 0, 0)
    assert {one.of(number)[0].held_out for number in (1, 2)} == {True}
    assert {one.of(number)[0].end for number in (1, 2)} == {End.FINISHED}


def test_a_goal_is_seen_with_the_run_that_reaches_it(made: Any) -> None:
    goal = Goal(Span.parse("40 days"), band=Band.GREEN)
    one = peopled(made(journey(BandEnters(Band.YELLOW), Note("n", "Seen"), goal=goal)))
    one.run(0)
    one.run(8)
    assert one.of(1)[0].under_way
    one.firm.logins(1, *[instant(9.5)] * 10)
    assert one.step(9.7).advanced == 0  # nobody has scored it yet
    one.run(10)
    found = one.of(1)[0]
    assert (found.end, found.ended_at) == (End.REACHED, instant(10))


def test_a_wait_ends_with_the_event_as_soon_as_it_is_loaded(made: Any) -> None:
    waits = Wait("until", event="guide", timeout=Span.parse("20 days"))
    one = peopled(made(journey(BandEnters(Band.YELLOW), waits, Note("n", "Seen"))))
    one.run(0)
    one.run(8)
    one.firm.facts("events", [{"account": 1, "name": "guide", "occurred_at": instant(7)}], known=instant(7))
    assert one.step(9).intents == 0  # it was known before the wait began
    for account in (1, 2):
        one.firm.facts("events", [{"account": account, "name": "guide", "occurred_at": instant(9.5)}])
    stepped = one.step(10)
    assert (stepped.woken, stepped.intents) == (1, 1)
    with one.store.reading() as connection:
        assert [each.at for each in enrollments.wanted(connection, 9)] == []
    assert one.of(1)[0].ended_at == instant(9.5)


def test_catching_up_sets_off_whom_steps_after_each_run_do(made: Any) -> None:
    one = peopled(made(journey(BandEnters(Band.YELLOW)), journey(Becomes(parse("logins < 50")), name="use")))
    one.run(0)
    for day in (2, 4, 8, 9):
        one.score(day)
    stepped = one.step(9)
    assert (stepped.waves, stepped.begun) == (4, 2)
    assert {one.of(1, name)[0].began_at for name in ("rescue", "use")} == {instant(9)}
