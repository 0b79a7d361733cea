"""Enrollments and what is to be done are kept together or not at all."""

from dataclasses import replace

import pytest
import sqlalchemy as sa

from keepwell.outreach.engine import Advanced, advance
from keepwell.outreach.enrollment import End
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
