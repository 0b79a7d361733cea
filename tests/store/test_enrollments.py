"""Enrollments and what is to be done are kept together or not at all."""

from dataclasses import replace

import pytest
import sqlalchemy as sa

from keepwell.outreach.engine import Advanced, advance
from keepwell.outreach.enrollment import End, Enrollment
from keepwell.outreach.route import route_of
from keepwell.outreach.step import Arm, Experiment, Offer
from keepwell.outreach.timeline import Timeline
from keepwell.store import cursors, enrollments
from keepwell.store.engine import Store
from tests.outreach.made import BEGIN, DAY, SETTING, enrolled, journey, message, note, task, wait

SPLIT = Experiment("words", (Arm("short", 1), Arm("long", 1)))
RESCUE = journey(
    message("guide", offer=Offer("a month", 20.0, "EUR")),
    note("seen"),
    SPLIT,
    wait("rest", "3 days"),
    task("call"),
)
ROUTE = route_of(RESCUE)
BEGUN = enrolled(RESCUE, key="invoice 1")


def _advanced(days: int) -> Advanced:
    return advance(ROUTE, BEGUN, Timeline(), SETTING, BEGIN + days * DAY)


def test_an_enrollment_is_kept_as_it_is_and_begun_once(store: Store) -> None:
    with store.writing() as connection:
        assert enrollments.begin(connection, BEGUN)
        assert not enrollments.begin(connection, replace(BEGUN, version="v9"))
        assert enrollments.get(connection, BEGUN.id) == BEGUN
        assert enrollments.of(connection, "rescue", "A1") == (BEGUN,)
        assert enrollments.of(connection, "rescue", "A2") == ()
        assert enrollments.due(connection, BEGIN, 9) == (BEGUN,)


def test_it_wakes_when_its_wait_is_over_and_what_is_to_be_done_waits_in_order(store: Store) -> None:
    with store.writing() as connection:
        enrollments.begin(connection, BEGUN)
        first = _advanced(0)
        assert enrollments.keep(connection, BEGUN, first)
        assert enrollments.get(connection, BEGUN.id) == first.enrollment
        assert enrollments.due(connection, BEGIN + 2 * DAY, 9) == ()
        assert enrollments.due(connection, BEGIN + 3 * DAY, 9) == (first.enrollment,)
        wanted = enrollments.wanted(connection, 9)
        assert [(each.step, each.kind, each.occurrence, each.offered, each.at) for each in wanted] == [
            ("guide", "message", 1, True, BEGIN),
            ("seen", "note", 1, False, BEGIN),
        ]
        enrollments.settle(connection, [wanted[0].number], BEGIN)
        assert enrollments.wanted(connection, 9) == wanted[1:]


def test_one_that_has_ended_never_wakes(store: Store) -> None:
    with store.writing() as connection:
        enrollments.begin(connection, BEGUN)
        done = _advanced(3)
        assert done.enrollment.end is End.FINISHED
        assert enrollments.keep(connection, BEGUN, done)
        assert enrollments.get(connection, BEGUN.id) == done.enrollment
        assert enrollments.due(connection, BEGIN + 900 * DAY, 9) == ()
        assert not enrollments.keep(connection, BEGUN, done)


def test_of_two_who_advance_it_at_once_one_is_kept_and_nothing_is_there_twice(store: Store) -> None:
    later = replace(BEGUN, at=BEGIN + DAY)
    with store.writing() as connection:
        enrollments.begin(connection, later)
    for kept in (True, False):
        with store.writing() as connection:
            step = advance(ROUTE, later, Timeline(), SETTING, BEGIN + 2 * DAY)
            assert enrollments.keep(connection, later, step) is kept
    with store.reading() as connection:
        assert len(enrollments.wanted(connection, 9)) == 2


def _broken_off(store: Store) -> None:
    with store.writing() as connection:
        enrollments.keep(connection, BEGUN, _advanced(0))
        cursors.move(connection, "journeys", 7, BEGIN)
        raise RuntimeError("power cut")


def test_what_breaks_off_leaves_neither_the_step_nor_what_was_to_be_done(store: Store) -> None:
    with store.writing() as connection:
        enrollments.begin(connection, BEGUN)
    with pytest.raises(RuntimeError, match="power cut"):
        _broken_off(store)
    with store.reading() as connection:
        assert enrollments.get(connection, BEGUN.id) == BEGUN
        assert enrollments.wanted(connection, 9) == ()
        assert cursors.at(connection, "journeys") is None


def test_the_database_itself_refuses_the_same_step_twice(store: Store) -> None:
    with store.writing() as connection:
        enrollments.begin(connection, BEGUN)
        enrollments.keep(connection, BEGUN, _advanced(0))
    copy = (
        "INSERT INTO intents (enrollment, step, occurrence, kind, offered, at) "
        "SELECT enrollment, step, occurrence, kind, offered, at FROM intents"
    )
    with pytest.raises(sa.exc.IntegrityError), store.writing() as connection:
        connection.execute(sa.text(copy))


def _several(count: int) -> list[Enrollment]:
    return [enrolled(RESCUE, account=f"A{number}") for number in range(1, count + 1)]


def test_many_begin_at_once_and_those_that_are_there_stay(store: Store) -> None:
    several = _several(3)
    with store.writing() as connection:
        assert enrollments.begin_all(connection, several[:1]) == 1
        assert enrollments.begin_all(connection, [replace(several[0], version="v9"), *several[1:]]) == 2
        found = enrollments.earlier(connection, "rescue", ["A1", "A3", "A4"])
        assert found == {"A1": (several[0],), "A3": (several[2],)}
        assert enrollments.under_way(connection) == {("rescue", "v1")}


def test_many_advance_at_once_as_one_by_one(store: Store) -> None:
    several = _several(4)
    with store.writing() as connection:
        enrollments.begin_all(connection, several)
    with store.sharing() as connection:
        claimed = enrollments.claimed(connection, BEGIN, 3)
        done = [advance(ROUTE, each, Timeline(), SETTING, BEGIN) for each in claimed]
        enrollments.keep_all(connection, done)
    with store.reading() as connection:
        assert [enrollments.get(connection, each.id) for each in claimed] == [
            each.enrollment for each in done
        ]
        assert len(enrollments.due(connection, BEGIN, 9)) == 1
        assert len(enrollments.due(connection, BEGIN + 3 * DAY, 9)) == 4
        assert len(enrollments.wanted(connection, 9)) == 6
        due = enrollments.to_settle(connection, ["note"], 9)
        assert {(each.account, each.journey, each.version) for each in due} == {
            (each.account, "rescue", "v1") for each in claimed
        }
        assert enrollments.to_do(connection) == {"rescue": 6}


def test_of_two_who_claim_at_once_each_gets_others(store: Store) -> None:
    if store.engine.dialect.name == "sqlite":
        pytest.skip("one process at a time writes in SQLite")
    with store.writing() as connection:
        enrollments.begin_all(connection, _several(5))
    with store.sharing() as one, store.sharing() as other:
        mine, theirs = (enrollments.claimed(each, BEGIN, 3) for each in (one, other))
        assert (len(mine), len(theirs)) == (3, 2)
        assert not {each.id for each in mine} & {each.id for each in theirs}
        assert enrollments.claimed(other, BEGIN, 3) == theirs


def test_who_sleeps_is_woken_and_who_has_ended_is_not(store: Store) -> None:
    several = _several(4)
    with store.writing() as connection:
        enrollments.begin_all(connection, several)
        claimed = enrollments.claimed(connection, BEGIN, 4)
        days = {"A1": 9, "A2": 0, "A3": 0, "A4": 0}
        enrollments.keep_all(
            connection,
            [advance(ROUTE, each, Timeline(), SETTING, BEGIN + days[each.account] * DAY) for each in claimed],
        )
        assert enrollments.wake(connection, BEGIN, journey="other") == 0
        assert enrollments.wake(connection, BEGIN, journey="rescue", accounts=["A1", "A2"]) == 1
        assert enrollments.wake(connection, BEGIN, journey="rescue", accounts=["A2"]) == 0
        assert [each.account for each in enrollments.due(connection, BEGIN, 9)] == ["A2"]
        assert enrollments.wake(connection, BEGIN) == 2
        assert enrollments.wake_others(connection, "rescue", "v1", BEGIN) == 0
        assert enrollments.wake_others(connection, "rescue", "v2", BEGIN) == 3
        (asleep,) = enrollments.of(connection, "rescue", "A2")
        enrollments.sleep(connection, asleep.id)
        assert len(enrollments.due(connection, BEGIN + 9 * DAY, 9)) == 2
        counts = {(each.end, each.count) for each in enrollments.counts(connection)}
        assert counts == {(None, 3), (End.FINISHED, 1)}
