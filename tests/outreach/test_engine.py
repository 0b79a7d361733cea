"""The engine: by hand, and against a journey that is lived through hour by hour."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from itertools import count
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keepwell.outreach.engine import Advanced, Intent, Setting, advance
from keepwell.outreach.enrollment import End, Enrollment, moved, put_back
from keepwell.outreach.journey import Goal, Journey
from keepwell.outreach.route import DONE, route_of
from keepwell.outreach.step import (
    Alert,
    Arm,
    Branch,
    Exit,
    Experiment,
    Offer,
    SetField,
    Start,
    Step,
    Wait,
    Webhook,
)
from keepwell.outreach.timeline import Event, Known, Timeline
from keepwell.scoring.score import Band
from keepwell.signals.expression import parse
from keepwell.signals.window import Span, Unit
from tests.outreach.lived import Life
from tests.outreach.made import (
    BEGIN,
    DAY,
    DRUM,
    HOUR,
    SETTING,
    ZONE,
    enrolled,
    journey,
    known,
    message,
    note,
    task,
    timeline,
    wait,
)

NOTHING = timeline()
LOW = parse("use < 5")


def _advance(
    of: Journey, at: datetime, facts: Timeline = NOTHING, enrollment: Enrollment | None = None
) -> Advanced:
    return advance(route_of(of), enrollment or enrolled(of), facts, SETTING, at)


def _did(advanced: Advanced) -> list[tuple[str, float]]:
    """The steps that came of it, and how many hours after the begin."""
    return [(each.step.id, (each.at - BEGIN) / HOUR) for each in advanced.intents]


def test_steps_are_done_until_one_waits() -> None:
    rescue = journey(message("guide"), note("seen"), wait("rest", "3 days"), task("call"))
    first = _advance(rescue, BEGIN)
    assert _did(first) == [("guide", 0), ("seen", 0)]
    assert (first.enrollment.place, first.wakes_at) == ("rest", BEGIN + 3 * DAY)
    early = _advance(rescue, BEGIN + 3 * DAY - HOUR, enrollment=first.enrollment)
    assert (early.intents, early.enrollment.at) == ((), BEGIN + 3 * DAY - HOUR)
    last = _advance(rescue, BEGIN + 3 * DAY, enrollment=early.enrollment)
    assert _did(last) == [("call", 72)]
    assert (last.enrollment.end, last.enrollment.ended_at) == (End.FINISHED, BEGIN + 3 * DAY)
    assert _advance(rescue, BEGIN + 9 * DAY, enrollment=last.enrollment) == Advanced(
        last.enrollment, (), None
    )


def test_every_kind_of_step_comes_out_as_it_is_written() -> None:
    steps = (
        message("m"),
        task("t"),
        Alert("a", "Look"),
        Webhook("w", "crm"),
        SetField("f", "stage", "saved"),
        note("n"),
        Start("s", "winback"),
        Exit("x", "That is all"),
    )
    done = _advance(journey(*steps, note("never")), BEGIN)
    assert [each.step for each in done.intents] == list(steps)
    assert {(each.enrollment, each.occurrence) for each in done.intents} == {(done.enrollment.id, 1)}
    assert (done.enrollment.end, done.enrollment.because) == (End.LEFT, "That is all")


@pytest.mark.parametrize(
    ("facts", "hours"),
    [
        (NOTHING, 48),
        (timeline(opened=0), 48),  # it was known before the wait began
        (timeline(opened=1), 1),
        (timeline(other=1, opened=7), 7),
        (timeline(opened=60), 48),
        (timeline(known(0, use=1)), 48),
        (timeline(known(0, use=9)), 0),
        (timeline(known(0, use=1), known(5, use=9), known(6, use=1)), 5),
        (timeline(known(3, use=9), opened=2), 2),
    ],
)
def test_a_wait_ends_by_an_event_a_condition_or_its_time(facts: Timeline, hours: float) -> None:
    rest = Wait("rest", event="opened", when=parse("use >= 9"), timeout=Span.parse("2 days"))
    assert _did(_advance(journey(rest, note("on")), BEGIN + 9 * DAY, facts)) == [("on", hours)]


def test_without_a_time_an_event_is_waited_for_until_it_comes() -> None:
    rescue = journey(Wait("rest", event="opened"), note("on"))
    waits = _advance(rescue, BEGIN + 900 * DAY)
    assert (waits.enrollment.place, waits.wakes_at) == ("rest", None)


def test_a_wait_ends_at_an_hour_where_the_contact_is_on_a_business_day() -> None:
    # Friday 2026-07-03 12:00 UTC is 8:00 in New York; two business days later is Tuesday, 8:00; then comes nine.
    rest = Wait("rest", Span.parse("2 days"), business_days=True, hour=time(9))
    friday = replace(enrolled(journey(rest, note("on"))), at=BEGIN + 2 * DAY, since=BEGIN + 2 * DAY)
    setting = Setting(DRUM, ZoneInfo("America/New_York"), ZONE)
    route = route_of(journey(rest, note("on")))
    waits = advance(route, friday, NOTHING, setting, BEGIN + 3 * DAY)
    assert waits.wakes_at == datetime(2026, 7, 7, 13, tzinfo=UTC)
    # They move to Tokyo (+9): it is Friday, 21:00 there, so Tuesday, 21:00, and nine o'clock comes on Wednesday.
    tokyo = replace(setting, zone=ZoneInfo("Asia/Tokyo"))
    moves = advance(route, waits.enrollment, NOTHING, tokyo, BEGIN + 4 * DAY)
    assert moves.wakes_at == datetime(2026, 7, 8, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("facts", "did"),
    [
        (timeline(known(-1, use=3)), ["few", "after"]),
        (timeline(known(-1, use=5)), ["many", "after"]),
        (NOTHING, ["many", "after"]),  # nobody knows: the other way
        (timeline(known(1, use=3)), ["many", "after"]),  # known too late
    ],
)
def test_a_branch_goes_by_what_is_known_then(facts: Timeline, did: list[str]) -> None:
    rescue = journey(Branch("which", LOW, (note("few"),), (note("many"),)), note("after"))
    assert [each for each, _ in _did(_advance(rescue, BEGIN, facts))] == did


def test_an_empty_way_leads_on() -> None:
    rescue = journey(Branch("which", LOW, (), (Branch("inner", LOW, (note("no"),), ()),)), note("after"))
    assert _did(_advance(rescue, BEGIN)) == [("after", 0)]


SPLIT = Experiment("words", (Arm("short", 1, (note("short"),)), Arm("long", 1, (note("long"),))))


def test_arms_are_those_drawn_at_the_begin_whatever_shares_are_since() -> None:
    accounts = [f"A{n}" for n in range(50)]
    for account in accounts:
        enrollment = enrolled(journey(wait("rest", "1 day"), SPLIT), account)
        name = DRUM.arm("rescue", SPLIT, account).name
        assert enrollment.arms == {"words": name}
        other = replace(
            SPLIT, arms=tuple(replace(arm, share=0.0 if arm.name == name else 1.0) for arm in SPLIT.arms)
        )
        later = _advance(journey(wait("rest", "1 day"), other), BEGIN + DAY, enrollment=enrollment)
        assert _did(later) == [(name, 24)]
    assert len({DRUM.arm("rescue", SPLIT, account).name for account in accounts}) == 2


def test_an_experiment_that_came_later_is_drawn_for_and_kept() -> None:
    before, after = (
        journey(wait("rest", "1 day")),
        journey(wait("rest", "1 day"), SPLIT, wait("more", "1 day")),
    )
    enrollment = moved(enrolled(before), "v2", route_of(before), route_of(after))
    done = _advance(after, BEGIN + DAY, enrollment=enrollment)
    assert (
        done.enrollment.arms == {"words": _did(done)[0][0]} == {"words": DRUM.arm("rescue", SPLIT, "A1").name}
    )


GOAL = Goal(Span.parse("45 days"), Band.GREEN)


@pytest.mark.parametrize(
    ("facts", "end", "hours"),
    [
        (timeline(known(0, "yellow"), known(30, "green")), End.REACHED, 30),
        (timeline(known(0, "yellow"), known(45 * 24 - 1, "green")), End.REACHED, 45 * 24 - 1),
        (timeline(known(0, "yellow"), known(45 * 24, "green")), End.FINISHED, 45 * 24),
        (timeline(known(0, "yellow"), known(30, "red")), End.FINISHED, 45 * 24),
        (NOTHING, End.FINISHED, 45 * 24),
    ],
)
def test_the_goal_is_watched_until_its_time_is_over_though_steps_are_done(
    facts: Timeline, end: End, hours: float
) -> None:
    rescue = journey(note("seen"), goal=GOAL)
    done = _advance(rescue, BEGIN + 90 * DAY, facts).enrollment
    assert (done.end, done.ended_at) == (end, BEGIN + hours * HOUR)


def test_a_better_band_reaches_the_goal_too_and_nothing_more_is_done() -> None:
    rescue = journey(
        wait("rest", "1 day"), note("seen"), goal=Goal(Span.parse("9 days"), Band.YELLOW, parse("use > 1"))
    )
    done = _advance(rescue, BEGIN + 9 * DAY, timeline(known(1, "green", use=1), known(2, "green", use=2)))
    assert (done.intents, done.enrollment.end, done.enrollment.ended_at) == (
        (),
        End.REACHED,
        BEGIN + 2 * HOUR,
    )


def test_an_exit_ends_it_and_says_which() -> None:
    rescue = journey(wait("rest", "1 day"), note("seen"), exits=(parse("plan == 'none'"), LOW))
    done = _advance(rescue, BEGIN + 9 * DAY, timeline(known(1, use=9), known(2, use=3)))
    assert (done.intents, done.enrollment.end, done.enrollment.because) == ((), End.EXITED, "use < 5")
    assert done.enrollment.ended_at == BEGIN + 2 * HOUR


def test_at_one_instant_the_goal_goes_before_the_exit_that_before_the_time_limit_and_that_before_steps() -> (
    None
):
    rest, facts = wait("rest", "1 day"), timeline(known(24, "green", use=3))
    limits = {"goal": GOAL, "exits": (LOW,), "expires": Span.parse("1 day")}
    for end in (End.REACHED, End.EXITED, End.EXPIRED, End.FINISHED):
        done = _advance(journey(rest, note("seen"), **limits), BEGIN + 2 * DAY, facts)
        assert (done.enrollment.end, len(done.intents)) == (end, end is End.FINISHED)
        limits.pop(next(iter(limits)), None) if limits else None


def test_a_ghost_goes_the_same_way_and_nothing_comes_of_it() -> None:
    rescue = journey(message("guide"), wait("rest", "1 day"), task("call"), SPLIT, goal=GOAL)
    alive = enrolled(rescue)
    for at in (BEGIN, BEGIN + DAY, BEGIN + 50 * DAY):
        real = _advance(rescue, at, enrollment=alive)
        ghost = _advance(rescue, at, enrollment=replace(alive, held_out=True))
        assert real.intents
        assert ghost.intents == ()
        assert replace(ghost.enrollment, held_out=False) == real.enrollment
        assert ghost.wakes_at == real.wakes_at


def test_an_offer_is_carried_to_whom_it_is_for() -> None:
    offer = Offer("a month free", 20.0, "EUR", eligible=LOW)
    rescue = journey(message("gift", offer=offer))
    assert [each.offer for each in _advance(rescue, BEGIN, timeline(known(0, use=1))).intents] == [offer]
    assert [each.offer for each in _advance(rescue, BEGIN, timeline(known(0, use=9))).intents] == [None]


def test_a_clock_that_went_back_changes_nothing() -> None:
    rescue = journey(message("guide"), wait("rest", "1 day"))
    first = _advance(rescue, BEGIN + HOUR).enrollment
    assert _advance(rescue, BEGIN, enrollment=first) == Advanced(first, (), BEGIN + HOUR)


def test_steps_put_before_the_place_are_passed_by_and_steps_that_were_done_are_not_done_again() -> None:
    old = journey(message("guide"), wait("rest", "1 day"), message("check_in"))
    new = journey(message("hello"), wait("rest", "1 day"), message("guide"), message("check_in"))
    under_way = _advance(old, BEGIN + HOUR).enrollment
    followed = moved(under_way, "v2", route_of(old), route_of(new))
    assert (followed.version, followed.place, followed.since) == ("v2", "rest", BEGIN)
    assert _did(_advance(new, BEGIN + 2 * DAY, enrollment=followed)) == [("check_in", 24)]


def test_where_its_step_is_no_more_it_goes_on_at_the_next_that_is() -> None:
    old = journey(
        wait("rest", "9 days"), Branch("which", LOW, (note("few"),)), wait("more", "1 day"), note("end")
    )
    under_way = _advance(old, BEGIN + HOUR).enrollment
    new = journey(wait("more", "1 day"), note("end"))
    followed = moved(under_way, "v2", route_of(old), route_of(new))
    assert (followed.place, followed.since) == ("more", BEGIN + HOUR)
    assert _did(_advance(new, BEGIN + 2 * DAY, enrollment=followed)) == [("end", 25)]
    gone = moved(under_way, "v2", route_of(old), route_of(journey(note("other"))))
    assert gone.place == DONE
    assert _did(_advance(journey(note("other")), BEGIN + DAY, enrollment=gone)) == []


def test_who_is_put_back_by_hand_does_steps_once_more_as_another_occurrence() -> None:
    rescue = journey(message("guide"), wait("rest", "1 day"), message("check_in"), wait("more", "9 days"))
    first = _advance(rescue, BEGIN + DAY)
    back = put_back(first.enrollment, "guide", BEGIN + 2 * DAY)
    again = _advance(rescue, BEGIN + 3 * DAY, enrollment=back)
    assert _did(again) == [("guide", 48), ("check_in", 72)]
    assert [each.occurrence for each in (*first.intents, *again.intents)] == [1, 1, 2, 2]
    with pytest.raises(ValueError, match="has ended"):
        put_back(first.enrollment.ended(End.LEFT, BEGIN + DAY), "guide", BEGIN + 2 * DAY)


# Whatever journey, whatever becomes known: in whole hours and UTC, so that an hour-by-hour walk meets every instant that counts.

SPANS = st.builds(Span, st.integers(0, 40), st.just(Unit.HOURS)) | st.builds(
    Span, st.integers(0, 4), st.just(Unit.DAYS)
)
CONDITIONS = st.sampled_from([parse("use < 5"), parse("use >= 3"), parse("paid"), parse("unknown(use)")])
WAITS = st.builds(
    Wait,
    st.just(""),
    st.none() | SPANS,
    st.booleans(),
    st.none() | st.integers(0, 23).map(time),
    st.none() | st.sampled_from(["opened", "replied"]),
    st.none() | CONDITIONS,
    st.none() | SPANS,
)
PLAIN = st.sampled_from([message(""), task(""), note("")])


def _forks(inner: st.SearchStrategy[tuple[Step, ...]]) -> st.SearchStrategy[tuple[Step, ...]]:
    arms = st.tuples(inner, inner).map(lambda two: (Arm("a", 1, two[0]), Arm("b", 2, two[1])))
    fork = st.builds(Branch, st.just(""), CONDITIONS, inner, inner) | st.builds(Experiment, st.just(""), arms)
    step: st.SearchStrategy[Step] = st.one_of(PLAIN, WAITS, fork, st.just(Exit("")))
    return st.lists(step, max_size=4).map(tuple)


STEPS = st.recursive(st.lists(PLAIN | WAITS, max_size=4).map(tuple), _forks, max_leaves=6)
LINES = st.lists(PLAIN | WAITS, min_size=3, max_size=6).map(tuple)


def _numbered(steps: tuple[Step, ...], numbers: "count[int]") -> tuple[Step, ...]:
    """The same steps, each with an id of its own."""
    made: list[Step] = []
    for step in steps:
        id = f"s{next(numbers)}"
        match step:
            case Branch():
                ways = _numbered(step.then, numbers), _numbered(step.otherwise, numbers)
                made.append(Branch(id, step.when, *ways))
            case Experiment():
                arms = tuple(replace(arm, steps=_numbered(arm.steps, numbers)) for arm in step.arms)
                made.append(Experiment(id, arms))
            case _:
                made.append(replace(step, id=id))
    return tuple(made)


JOURNEYS = st.builds(
    lambda steps, goal, exits, expires: journey(
        *_numbered(steps, count(1)), goal=goal, exits=exits, expires=expires
    ),
    LINES | STEPS,
    st.none() | st.builds(Goal, SPANS, st.sampled_from(Band), st.none() | CONDITIONS),
    st.just(()) | st.just((parse("use > 8"),)),
    st.none() | SPANS,
)
LASTS = 12 * 24
INSTANTS = st.integers(-3, LASTS).map(lambda hours: BEGIN + hours * HOUR)
KNOWN = st.builds(
    Known,
    INSTANTS,
    st.fixed_dictionaries({}, optional={"use": st.integers(0, 9), "paid": st.booleans()}),
    st.fixed_dictionaries({}, optional={"health": st.sampled_from(Band)}),
)
EVENTS = st.builds(Event, INSTANTS, st.sampled_from(["opened", "replied"]))
TIMELINES = st.builds(
    lambda known, events: Timeline(
        tuple(sorted(known, key=lambda each: each.at)), tuple(sorted(events, key=lambda each: each.at))
    ),
    st.lists(KNOWN, max_size=5),
    st.lists(EVENTS, max_size=5),
)
UNTIL = BEGIN + LASTS * HOUR


@settings(max_examples=300)
@given(JOURNEYS, TIMELINES, st.sampled_from(["A1", "A2", "A3"]))
def test_it_comes_to_what_is_lived_through_hour_by_hour(of: Journey, facts: Timeline, account: str) -> None:
    life = Life(of, account, DRUM, facts, BEGIN)
    life.live(UNTIL)
    done = advance(route_of(of), enrolled(of, account), facts, SETTING, UNTIL)
    assert [(each.step.id, each.at) for each in done.intents] == life.did
    assert done.enrollment.end == life.end
    assert done.enrollment.ended_at == (life.now if life.end else None)


@given(JOURNEYS, TIMELINES, st.lists(st.integers(0, LASTS * 60), max_size=8))
def test_many_small_steps_come_to_the_same_as_one(of: Journey, facts: Timeline, minutes: list[int]) -> None:
    route = route_of(of)
    whole = advance(route, enrolled(of), facts, SETTING, UNTIL)
    enrollment, intents = enrolled(of), list[Intent]()
    for at in [*(BEGIN + timedelta(minutes=each) for each in sorted(minutes)), UNTIL]:
        step = advance(route, enrollment, _up_to(facts, enrollment.at, at), SETTING, at)
        enrollment = step.enrollment
        intents += step.intents
    assert (enrollment, tuple(intents), step.wakes_at) == (whole.enrollment, whole.intents, whole.wakes_at)


def _up_to(facts: Timeline, since: datetime, at: datetime) -> Timeline:
    """What there is to hand in: what was known at the last advance, and what has become known since."""
    before = [each for each in facts.known if each.at <= since][-1:]
    since_then = [each for each in facts.known if since < each.at <= at]
    return Timeline((*before, *since_then), tuple(each for each in facts.events if since < each.at <= at))


@given(JOURNEYS, TIMELINES)
def test_who_wakes_it_only_when_something_can_happen_misses_nothing(of: Journey, facts: Timeline) -> None:
    route = route_of(of)
    whole = advance(route, enrolled(of), facts, SETTING, UNTIL)
    enrollment, intents, at = enrolled(of), list[Intent](), BEGIN
    while at <= UNTIL:
        step = advance(route, enrollment, facts, SETTING, at)
        enrollment = step.enrollment
        intents += step.intents
        next_known = facts.next_after(at)
        later = [each for each in (step.wakes_at, next_known) if each is not None]
        assert all(each > at for each in later)
        at = min(later, default=UNTIL + HOUR)
    assert tuple(intents) == whole.intents
    assert enrollment.end == whole.enrollment.end


@given(JOURNEYS, TIMELINES)
def test_nothing_comes_twice(of: Journey, facts: Timeline) -> None:
    done = advance(route_of(of), enrolled(of), facts, SETTING, UNTIL)
    keys = [(each.enrollment, each.step.id, each.occurrence) for each in done.intents]
    assert len(keys) == len(set(keys))


@given(JOURNEYS, JOURNEYS, TIMELINES, st.integers(0, LASTS))
def test_nothing_comes_twice_though_it_moves_to_another_version(
    old: Journey, new: Journey, facts: Timeline, hours: int
) -> None:
    before = advance(route_of(old), enrolled(old), facts, SETTING, BEGIN + hours * HOUR)
    if not before.enrollment.under_way:
        return
    followed = moved(before.enrollment, "v2", route_of(old), route_of(new))
    after = advance(route_of(new), followed, facts, SETTING, UNTIL)
    first = {(each.step.id, each.occurrence) for each in before.intents}
    assert not first & {(each.step.id, each.occurrence) for each in after.intents}
