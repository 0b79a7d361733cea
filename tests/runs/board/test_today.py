"""What is to be done, in which order, worked out by hand."""

from datetime import date
from pathlib import Path

from keepwell.people import EVERYTHING, Reach, Role
from keepwell.runs.board.today import TodayView, Urgent, today
from keepwell.store.tasks import State, Task
from tests.runs.board.firm import looked, own, person
from tests.runs.firm import AS_OF, Firm, ago


def task(account_id: str, due: date | None, number: int = 1, state: State = State.OPEN) -> Task:
    """A task of the viewer's."""
    return Task(
        account_id,
        f"Call {account_id}",
        "ada@firm.example",
        "lee",
        ago(9),
        due_on=due,
        state=state,
        number=number,
    )


def view(firm: Firm, *tasks: Task, reach: Reach = EVERYTHING, role: Role = Role.ADMIN) -> TodayView:
    """The page as somebody sees it."""
    return today(looked(firm.warehouse, person(role, reach)), tasks)


def test_what_is_at_stake_and_urgent_comes_first(firm: Firm) -> None:
    seen = view(firm)
    # at risk: A3 2500, 1.5 times since it fell; A2 1000, twice since it renews in 5 days; A7 500
    assert [act.row.account_id for act in seen.acts] == ["A3", "A2", "A7"]
    assert [act.urgent for act in seen.acts] == [
        ((Urgent.FELL, "−35 points in 28 days"), (Urgent.YELLOW, "yellow for 17 days")),
        ((Urgent.RENEWAL, "renews in 5 days"), (Urgent.RED, "red for 40 days")),
        ((Urgent.RED, "red for 40 days"),),
    ]
    assert (seen.to_act, seen.accounts, seen.value_at_risk) == (3, 5, 4000)
    assert [row.account_id for row in seen.renewals] == ["A2", "A1", "A3"]
    assert [(each.row.account_id, each.text) for each in seen.better] == [
        ("A6", "yellow to green, +45 points in 28 days")
    ]
    assert (seen.today, seen.now) == (date(2025, 6, 30), AS_OF)


def test_an_overdue_task_makes_an_account_urgent_and_is_the_next_step(firm: Firm) -> None:
    late, open_, done = (
        task("A1", date(2025, 6, 29)),
        task("A2", date(2025, 6, 30), 2),
        task("A3", None, 3, State.DONE),
    )
    seen = view(firm, late, open_, done)
    # A1 is green and nothing of it at risk; A2 has a task that is not late yet
    assert [act.row.account_id for act in seen.acts] == ["A3", "A2", "A7", "A1"]
    steps = {act.row.account_id: act.step for act in seen.acts}
    assert steps["A1"] is not None
    assert (steps["A1"].text, steps["A1"].task, steps["A1"].due_on) == ("Call A1", 1, date(2025, 6, 29))
    assert steps["A2"] is not None
    assert steps["A2"].task == 2
    assert steps["A3"] is None
    assert [(line.called, line.overdue) for line in seen.tasks] == [("Firm 1", True), ("Firm 2", False)]
    assert seen.acts[-1].urgent[0] == (Urgent.OVERDUE_TASK, "a task here is overdue")


def test_only_what_is_in_reach(firm: Firm) -> None:
    seen = view(firm, task("A3", date(2025, 6, 1)), reach=own("kim"), role=Role.CSM)
    assert [act.row.account_id for act in seen.acts] == ["A2", "A7"]
    assert seen.better == ()
    assert (seen.accounts, seen.value_at_risk) == (3, 1500)


def test_without_values_points_decide(firm: Firm) -> None:
    seen = view(firm, role=Role.VIEWER)
    # missing points: A2 90, twice; A3 60, 1.5 times; A7 70
    assert [act.row.account_id for act in seen.acts] == ["A2", "A3", "A7"]
    assert seen.value_at_risk is None


def test_before_the_first_run_there_are_only_tasks(tmp_path: Path) -> None:
    with Firm(tmp_path) as new:
        new.account(1, ago(10), seats=1)
        seen = view(new, task("A1", date(2025, 6, 1)))
        assert (seen.acts, seen.accounts) == ((), 0)
        assert [(line.called, line.overdue) for line in seen.tasks] == [("A1", True)]
