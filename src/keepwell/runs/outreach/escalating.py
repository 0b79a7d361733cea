"""Tasks of journeys that are overdue go to whoever answers for the journey, and that is noted at the account."""

from datetime import datetime
from uuid import NAMESPACE_URL, uuid5

from keepwell.people import Role
from keepwell.project.project import Project
from keepwell.store import notes, tasks, users
from keepwell.store.engine import Connection, Store
from keepwell.store.notes import Kind, Note
from keepwell.store.tasks import Task

BATCH = 200
"""So many tasks are escalated in one transaction."""

ACTOR = "keepwell"
"""Who the audit and the note say has escalated a task."""


def escalate(project: Project, store: Store, now: datetime) -> int:
    """Escalates every task whose time is over, once; how many. Each goes to the journey's owner or, without one who can sign in, to an admin."""
    with store.reading() as connection:
        if not tasks.overdue(connection, now, 1):
            return 0
    with store.writing() as connection:
        late = tasks.overdue(connection, now, BATCH)
        for task in late:
            to = _answers(project, connection, task)
            tasks.escalate(connection, task, to, actor=ACTOR, at=now)
            notes.write(connection, _note(task, to, now), now)
        return len(late)


def _answers(project: Project, connection: Connection, task: Task) -> str:
    """Who gets an overdue task: who answers for its journey, or else an admin; whoever had it, if there is nobody else."""
    name = task.author.removeprefix("journey ")
    owner = next((each.owner for each in project.journeys if each.name == name), "")
    people = [user for user in users.everybody(connection) if user.active]
    wanted = owner.casefold()
    named = [
        user.email
        for user in people
        if wanted and wanted in {user.email.casefold(), user.owner_name.casefold(), user.name.casefold()}
    ]
    admins = sorted(user.email for user in people if user.role is Role.ADMIN)
    return next((each for each in (*named, *admins) if each != task.assignee), task.assignee)


def _note(task: Task, to: str, now: datetime) -> Note:
    whose = task.assignee or "nobody"
    due = "" if task.due_at is None else f", due {task.due_at:%Y-%m-%d %H:%M} UTC"
    text = f"Overdue: {task.title}{due}. It was {whose}'s, and went to {to or 'nobody'}."
    key = str(uuid5(NAMESPACE_URL, f"keepwell:task:{task.number}:escalated"))
    return Note(key, task.account_id, Kind.NOTE, now, text, ACTOR, made_at=now)
