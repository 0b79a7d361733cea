"""Tasks and their arrows, and saved views."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from keepwell.store import audit, tasks, views
from keepwell.store.engine import Store
from keepwell.store.tasks import State, Step, Task
from keepwell.store.views import View
from tests.store.made import NOON

LATER = NOON + timedelta(hours=1)


def _task(**fields: object) -> Task:
    made: dict[str, object] = {
        "account_id": "A1",
        "title": "Call",
        "assignee": "ana",
        "author": "kim",
        "made_at": NOON,
    }
    return Task(**(made | fields))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("steps", "state", "events"),
    [
        ([Step.FINISH], State.DONE, ["task:done"]),
        ([Step.DROP], State.DROPPED, ["task:dropped"]),
        ([Step.FINISH, Step.REOPEN], State.OPEN, ["task:done", "task:reopened"]),
        ([Step.DROP, Step.REOPEN], State.OPEN, ["task:dropped", "task:reopened"]),
        ([Step.REOPEN], State.OPEN, []),
        ([Step.FINISH, Step.FINISH], State.DONE, ["task:done"]),
        ([Step.FINISH, Step.DROP], State.DONE, ["task:done"]),
        ([Step.DROP, Step.FINISH], State.DROPPED, ["task:dropped"]),
        ([Step.DROP, Step.DROP], State.DROPPED, ["task:dropped"]),
    ],
)
def test_a_step_leads_where_its_arrow_does_or_nowhere(
    store: Store, steps: list[Step], state: State, events: list[str]
) -> None:
    with store.writing() as connection:
        moved = made = tasks.make(connection, _task())
        for step in steps:
            moved = tasks.move(connection, moved, step, actor="ana", at=LATER, outcome="Reached them")
        assert tasks.get(connection, made.number) == moved
        assert [each.event for each in audit.entries(connection)] == ["task:made", *events]
    settled = state is not State.OPEN
    assert (moved.state, moved.settled_at, moved.settled_by, moved.outcome) == (
        (state, LATER, "ana", "Reached them") if settled else (state, None, None, "")
    )


def test_what_is_due_first_comes_first_and_what_is_not_due_last(store: Store) -> None:
    with store.writing() as connection:
        for title, due, assignee in (
            ("whenever", None, "ana"),
            ("later", date(2025, 7, 9), "ana"),
            ("sooner", date(2025, 7, 2), "ana"),
            ("another's", date(2025, 7, 1), "kim"),
        ):
            tasks.make(connection, _task(title=title, due_on=due, assignee=assignee))
        mine = tasks.of(connection, assignee="ana", state=State.OPEN)
        first = tasks.of(connection, account_id="A1", most=1)
    assert [each.title for each in mine] == ["sooner", "later", "whenever"]
    assert [each.title for each in first] == ["another's"]


def test_a_change_says_what_was_changed(store: Store) -> None:
    with store.writing() as connection:
        made = tasks.make(connection, _task())
        wanted = replace(made, title="Write", due_on=date(2025, 7, 1))
        changed = tasks.change(connection, made, wanted, actor="ana", at=LATER)
        assert changed == tasks.get(connection, made.number) == wanted
        assert tasks.change(connection, changed, changed, actor="ana", at=LATER) == changed
        entries = audit.entries(connection)
    assert [(each.event, each.detail) for each in entries[1:]] == [
        ("task:changed", '{"changed": ["due_on", "title"]}')
    ]


def test_a_view_is_found_by_its_author_and_if_shared_by_all(store: Store) -> None:
    with store.writing() as connection:
        own = views.save(connection, View("portfolio", "Mine", "band=red", "ana", NOON))
        ours = views.save(connection, View("portfolio", "Ours", "segment=smb", "kim", NOON, shared=True))
        views.save(connection, View("portfolio", "His", "band=green", "kim", NOON))
        assert views.found_by(connection, "ana") == (own, ours)
        assert views.found_by(connection, "ana", "signals") == ()


def test_saving_under_a_name_again_replaces_and_removing_removes(store: Store) -> None:
    with store.writing() as connection:
        first = views.save(connection, View("portfolio", "Mine", "band=red", "ana", NOON))
        again = views.save(connection, View("portfolio", "Mine", "band=yellow", "ana", LATER, shared=True))
        assert again == replace(first, query="band=yellow", shared=True, changed_at=LATER)
        assert views.found_by(connection, "ana") == (again,)
        views.remove(connection, again, actor="ana", at=LATER)
        assert views.get(connection, first.number) is None
