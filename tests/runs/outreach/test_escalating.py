"""Tasks that are overdue go to whoever answers for the journey, once; work changes hands."""

from datetime import timedelta
from typing import Any

import pytest

from keepwell.clock import pinned
from keepwell.errors import ConflictError, ForbiddenError, UserError
from keepwell.outreach.engine import advance
from keepwell.outreach.route import route_of
from keepwell.outreach.timeline import Timeline
from keepwell.outreach.trigger import ByHand
from keepwell.people import EVERYTHING, Person, Reach, Role, Scope
from keepwell.runs import alerting, owning, tasking
from keepwell.runs.accounts import Account
from keepwell.runs.outreach.escalating import escalate
from keepwell.runs.reaching import Reached
from keepwell.store import alerts, audit, enrollments, notes, tasks, users
from keepwell.store.alerts import Alert
from keepwell.store.engine import Connection, Store
from keepwell.store.tasks import State, Step, Task
from tests.outreach.made import BEGIN, DAY, SETTING, enrolled, journey, message
from tests.runs.outreach.living import journey as living_journey
from tests.runs.outreach.living import living

PROJECT = living(living_journey(ByHand(), owner="Lea"))
KIM = Person(1, "kim@firm.example", "Kim", Role.CSM, Reach(Scope.OWN, frozenset({"kim"})), owner="kim")
RAVI = Person(2, "ravi@firm.example", "Ravi", Role.CSM, EVERYTHING)
ADA = Person(4, "ada@firm.example", "Ada", Role.ADMIN, EVERYTHING)


@pytest.fixture
def peopled(store: Store) -> Store:
    with store.writing() as connection:
        for name, role, owner in (
            ("Kim", Role.CSM, "kim"),
            ("Ravi", Role.CSM, "ravi"),
            ("Lea", Role.ANALYST, ""),
            ("Ada", Role.ADMIN, ""),
        ):
            email = f"{name.lower()}@firm.example"
            users.add(connection, email=email, name=name, role=role, at=BEGIN, owner=owner)
    return store


def _task(connection: Connection, **fields: Any) -> Task:
    made: dict[str, Any] = {"author": "journey rescue", "made_at": BEGIN, "intent": 7, "due_at": BEGIN + DAY}
    task = Task("A1", "Call them", "kim@firm.example", **(made | fields))
    return tasks.make(connection, task)


def _alert(connection: Connection, assignee: str = "kim@firm.example") -> Alert:
    begun = enrolled(journey(message("guide")), "A1")
    enrollments.begin(connection, begun)

    enrollments.keep(
        connection, begun, advance(route_of(journey(message("guide"))), begun, Timeline(), SETTING, BEGIN)
    )
    (wanted,) = enrollments.wanted(connection, 1)
    return alerts.put(connection, Alert(wanted.number, "A1", assignee, "rescue", "Look", BEGIN))


def test_what_is_overdue_goes_to_the_journeys_owner_once_and_is_noted(peopled: Store) -> None:
    with peopled.writing() as connection:
        task = _task(connection)
        _task(connection, due_at=None)
        _task(connection, intent=None)
    assert escalate(PROJECT, peopled, BEGIN + DAY) == 0, "it is due at that instant, and not late yet"
    late = BEGIN + DAY + timedelta(seconds=1)
    assert escalate(PROJECT, peopled, late) == 1
    assert escalate(PROJECT, peopled, late + 30 * DAY) == 0
    with peopled.reading() as connection:
        found = tasks.get(connection, task.number)
        assert found is not None
        assert (found.assignee, found.escalated_at, found.state) == ("lea@firm.example", late, State.OPEN)
        (note,) = notes.of(connection, "A1")
        assert "It was kim@firm.example's, and went to lea@firm.example" in note.words
        assert "task:escalated" in [str(each.event) for each in audit.entries(connection)]


def test_without_an_owner_who_can_sign_in_an_admin_gets_it(peopled: Store) -> None:
    with peopled.writing() as connection:
        task = _task(connection, author="journey other")
    escalate(PROJECT, peopled, BEGIN + 2 * DAY)
    with peopled.reading() as connection:
        found = tasks.get(connection, task.number)
    assert found is not None
    assert found.assignee == "ada@firm.example"


def test_a_task_is_put_off_and_dropped_for_a_reason(peopled: Store) -> None:
    with peopled.writing() as connection:
        task = _task(connection)

    with pinned(BEGIN):
        tasking.snooze(peopled, task.number, BEGIN + DAY, by=KIM)
        assert tasking.shown(peopled, KIM, BEGIN) == ()
        assert len(tasking.shown(peopled, KIM, BEGIN + DAY)) == 1
        with pytest.raises(UserError, match="a day to come"):
            tasking.snooze(peopled, task.number, BEGIN, by=KIM)
        with pytest.raises(UserError, match="dropped for a reason"):
            tasking.move(peopled, task.number, Step.DROP, by=KIM)
        dropped = tasking.move(peopled, task.number, Step.DROP, outcome="they have left", by=KIM)
        assert (dropped.state, dropped.outcome) == (State.DROPPED, "they have left")
        with pytest.raises(ConflictError, match="is dropped"):
            tasking.snooze(peopled, task.number, BEGIN + DAY, by=KIM)


def test_alerts_are_seen_dismissed_for_a_reason_and_put_off(peopled: Store) -> None:

    with peopled.writing() as connection:
        alert = _alert(connection, "kim")
    with pinned(BEGIN):
        assert alerting.assigned(peopled, KIM, BEGIN) == (alert,), "accounts call their owner so"
        alerting.snooze(peopled, alert.number, BEGIN + DAY, by=KIM)
        assert alerting.assigned(peopled, KIM, BEGIN) == ()
        assert len(alerting.assigned(peopled, KIM, BEGIN + DAY)) == 1
        with pytest.raises(UserError, match="because"):
            alerting.dismiss(peopled, alert.number, " ", by=KIM)
        with pytest.raises(ForbiddenError, match="is for kim"):
            alerting.see(peopled, alert.number, by=RAVI)
        done = alerting.dismiss(peopled, alert.number, "they told us", by=KIM)
        assert (done.dismissed, done.seen_by) == ("they told us", "kim@firm.example")
        with pytest.raises(ConflictError, match="was seen already"):
            alerting.see(peopled, alert.number, by=KIM)
        assert alerting.assigned(peopled, KIM, BEGIN + DAY) == ()


def test_work_goes_to_the_new_owner_of_an_account(peopled: Store) -> None:
    with peopled.writing() as connection:
        asked = _task(connection)
        by_hand = _task(connection, intent=None)
        elsewhere = tasks.make(
            connection, Task("A2", "Call", "kim@firm.example", "journey rescue", BEGIN, intent=9)
        )
        alert = _alert(connection, "kim")
    reached = Reached(Account(1, "A1", "Acme"), "kim", "")
    owning.assign(peopled, reached, "ravi", by=ADA)
    with peopled.reading() as connection:
        found = [tasks.get(connection, each.number) for each in (asked, by_hand, elsewhere)]
        assert [each and each.assignee for each in found] == [
            "ravi@firm.example",
            "kim@firm.example",
            "kim@firm.example",
        ]
        told = alerts.get(connection, alert.number)
        assert told is not None
        assert told.assignee == "ravi@firm.example"


def test_work_is_handed_over_by_hand(peopled: Store) -> None:
    with peopled.writing() as connection:
        _task(connection)
        _task(connection, intent=None)
        _alert(connection)
    with pytest.raises(UserError, match="nobody here has"):
        tasking.hand_over(peopled, "kim@firm.example", "nobody@firm.example", by=ADA)
    assert tasking.hand_over(peopled, "kim@firm.example", "Ravi@firm.example", by=ADA) == (2, 1)
    assert tasking.hand_over(peopled, "kim@firm.example", "ravi@firm.example", by=ADA) == (0, 0)
