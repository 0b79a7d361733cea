"""Tasks that people make by hand: what is to be done for an account, by whom and by when."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy import Connection

from keepwell.store import audit
from keepwell.store.audit import Event
from keepwell.store.record_tables import TASKS


class State(StrEnum):
    """How far a task has come."""

    OPEN = "open"
    DONE = "done"
    DROPPED = "dropped"


class Step(StrEnum):
    """What can happen to a task."""

    FINISH = "finish"
    DROP = "drop"
    REOPEN = "reopen"


ARROWS: Mapping[tuple[State, Step], State] = {
    (State.OPEN, Step.FINISH): State.DONE,
    (State.OPEN, Step.DROP): State.DROPPED,
    (State.DONE, Step.REOPEN): State.OPEN,
    (State.DROPPED, Step.REOPEN): State.OPEN,
}
"""Where each step leads. A step that is not here does nothing."""

_EVENTS = {
    Step.FINISH: Event.TASK_DONE,
    Step.DROP: Event.TASK_DROPPED,
    Step.REOPEN: Event.TASK_REOPENED,
}


@dataclass(frozen=True, slots=True)
class Task:
    """Something that `assignee` (an e-mail address) is to do for an account, by the end of `due_on` if that is said, or by `due_at` to the minute.

    `snoozed_until`: it is not shown before; `escalated_at`: when it went to whoever answers for the journey, since it was overdue. `outcome` is what came of it. `intent` is the step of a journey that asks for it (`None`: a person does). `number` is 0 as long as it is not kept.
    """

    account_id: str
    title: str
    assignee: str
    author: str
    made_at: datetime
    detail: str = ""
    due_on: date | None = None
    state: State = State.OPEN
    settled_at: datetime | None = None
    settled_by: str | None = None
    outcome: str = ""
    due_at: datetime | None = None
    intent: int | None = None
    snoozed_until: datetime | None = None
    escalated_at: datetime | None = None
    number: int = 0


def make(connection: Connection, task: Task) -> Task:
    """Keeps a task."""
    row = {name: value for name, value in asdict(task).items() if name != "number"}
    insert = sa.insert(TASKS).values(**(row | {"state": str(task.state)})).returning(TASKS.c.number)
    kept = replace(task, number=connection.execute(insert).scalar_one())
    said = {"assignee": task.assignee, "due": task.due_on}
    audit.note(connection, Event.TASK_MADE, f"task {kept.number}", task.author, task.made_at, **said)
    return kept


def change(connection: Connection, before: Task, after: Task, *, actor: str, at: datetime) -> Task:
    """Gives a task another title, detail, assignee or due day."""
    fields = ("title", "detail", "assignee", "due_on")
    changed = {name: getattr(after, name) for name in fields if getattr(after, name) != getattr(before, name)}
    if not changed:
        return before
    connection.execute(sa.update(TASKS).where(TASKS.c.number == before.number).values(**changed))
    about = f"task {before.number}"
    audit.note(connection, Event.TASK_CHANGED, about, actor, at, changed=sorted(changed))
    return replace(before, **changed)


def move(
    connection: Connection, task: Task, step: Step, *, actor: str, at: datetime, outcome: str = ""
) -> Task:
    """Lets a step happen to a task; where no arrow leads on, nothing happens."""
    state = ARROWS.get((task.state, step))
    if state is None:
        return task
    settled = state is not State.OPEN
    moved = replace(
        task,
        state=state,
        settled_at=at if settled else None,
        settled_by=actor if settled else None,
        outcome=outcome if settled else "",
    )
    fields = ("state", "settled_at", "settled_by", "outcome")
    values = {name: getattr(moved, name) for name in fields} | {"state": str(state)}
    connection.execute(sa.update(TASKS).where(TASKS.c.number == task.number).values(**values))
    audit.note(connection, _EVENTS[step], f"task {task.number}", actor, at)
    return moved


def snooze(connection: Connection, task: Task, until: datetime, *, actor: str, at: datetime) -> Task:
    """Puts an open task off: it is not shown until then."""
    mine = (TASKS.c.number == task.number) & (TASKS.c.state == str(State.OPEN))
    connection.execute(sa.update(TASKS).where(mine).values(snoozed_until=until))
    audit.note(connection, Event.TASK_SNOOZED, f"task {task.number}", actor, at, until=until)
    return replace(task, snoozed_until=until)


def overdue(connection: Connection, at: datetime, most: int) -> tuple[Task, ...]:
    """Open tasks of journeys whose time was over by an instant, and that were not escalated, the longest overdue first; at most so many."""
    late = (TASKS.c.state == str(State.OPEN)) & (TASKS.c.due_at < at)
    late &= TASKS.c.escalated_at.is_(None) & TASKS.c.intent.is_not(None)
    query = sa.select(TASKS).where(late).order_by(TASKS.c.due_at, TASKS.c.number).limit(most)
    return tuple(_of(row) for row in connection.execute(query))


def escalate(connection: Connection, task: Task, to: str, *, actor: str, at: datetime) -> Task:
    """Gives an overdue task to somebody else, once, however long it stays open."""
    mine = (TASKS.c.number == task.number) & TASKS.c.escalated_at.is_(None)
    values = {"assignee": to, "escalated_at": at, "snoozed_until": None}
    if not connection.execute(sa.update(TASKS).where(mine).values(**values)).rowcount:
        return task
    said = {"from": task.assignee, "to": to}
    audit.note(connection, Event.TASK_ESCALATED, f"task {task.number}", actor, at, **said)
    return replace(task, assignee=to, escalated_at=at, snoozed_until=None)


def get(connection: Connection, number: int) -> Task | None:
    """The task of that number, if there is one."""
    row = connection.execute(sa.select(TASKS).where(TASKS.c.number == number)).one_or_none()
    return None if row is None else _of(row)


def of(
    connection: Connection,
    *,
    account_id: str | None = None,
    assignee: str | None = None,
    state: State | None = None,
    most: int | None = None,
) -> tuple[Task, ...]:
    """The tasks for an account, of an assignee, in a state, as far as any is said: what is due first first, without a due day last."""
    query = sa.select(TASKS)
    for column, wanted in ((TASKS.c.account_id, account_id), (TASKS.c.assignee, assignee)):
        if wanted is not None:
            query = query.where(column == wanted)
    if state is not None:
        query = query.where(TASKS.c.state == str(state))
    order = (TASKS.c.due_on.is_(None), TASKS.c.due_on, TASKS.c.number)
    return tuple(_of(row) for row in connection.execute(query.order_by(*order).limit(most)))


def _of(row: sa.Row[tuple[object, ...]]) -> Task:
    return Task(**{**row._mapping, "state": State(row._mapping["state"])})
