"""Tasks made by hand: somebody is to do something for an account."""

from dataclasses import dataclass, replace
from datetime import date

from keepwell import clock
from keepwell.errors import AbsentError, ConflictError, ForbiddenError
from keepwell.people import Person, Role
from keepwell.runs.reaching import Reached
from keepwell.runs.saying import words
from keepwell.store import tasks
from keepwell.store.engine import Connection, Store
from keepwell.store.tasks import ARROWS, State, Step, Task

TITLE = 300


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be done: by whom (an e-mail address; nobody said: by who asks), and by the end of which day."""

    title: str
    detail: str = ""
    assignee: str = ""
    due_on: date | None = None

    def checked(self, by: Person) -> "Wanted":
        """The same as it is kept.

        Raises:
            UserError: it has no title, or too many words.
        """
        return replace(
            self,
            title=words(self.title, "title", most=TITLE),
            detail=words(self.detail, "detail", needed=False),
            assignee=words(self.assignee, "assignee", needed=False, most=200) or by.email,
        )


def make(store: Store, reached: Reached, wanted: Wanted, *, by: Person) -> Task:
    """Makes a task.

    Raises:
        UserError: it has no title, or too many words.
    """
    said = wanted.checked(by)
    made = Task(
        reached.id, said.title, said.assignee, by.email, clock.now(), detail=said.detail, due_on=said.due_on
    )
    with store.writing() as connection:
        return tasks.make(connection, made)


def change(store: Store, number: int, wanted: Wanted, *, by: Person) -> Task:
    """Gives an open task another title, detail, assignee and due day.

    Raises:
        AbsentError, ForbiddenError: there is no such task, or it is others'.
        ConflictError: it is settled.
        UserError: it has no title, or too many words.
    """
    said = wanted.checked(by)
    with store.writing() as connection:
        before = _theirs(connection, number, by)
        if before.state is not State.OPEN:
            raise ConflictError(f"the task {number} is {before.state}", do="reopen it first")
        after = replace(
            before, title=said.title, detail=said.detail, assignee=said.assignee, due_on=said.due_on
        )
        return tasks.change(connection, before, after, actor=by.email, at=clock.now())


def move(store: Store, number: int, step: Step, *, outcome: str = "", by: Person) -> Task:
    """Finishes, drops or reopens a task; `outcome` is what came of it.

    Raises:
        AbsentError, ForbiddenError: there is no such task, or it is others'.
        ConflictError: it is not in a state in which that can happen.
    """
    said = words(outcome, "outcome", needed=False)
    with store.writing() as connection:
        found = _theirs(connection, number, by)
        if (found.state, step) not in ARROWS:
            raise ConflictError(f"the task {number} is {found.state} already", do="look at it again")
        return tasks.move(connection, found, step, actor=by.email, at=clock.now(), outcome=said)


def found(store: Store, number: int) -> Task:
    """The task of that number.

    Raises:
        AbsentError: there is none.
    """
    with store.reading() as connection:
        return _task(connection, number)


def assigned(store: Store, person: Person, state: State | None = State.OPEN) -> tuple[Task, ...]:
    """Somebody's tasks, those that are due first first."""
    with store.reading() as connection:
        return tasks.of(connection, assignee=person.email, state=state)


def of(store: Store, reached: Reached, state: State | None = None) -> tuple[Task, ...]:
    """The tasks for an account, those that are due first first."""
    with store.reading() as connection:
        return tasks.of(connection, account_id=reached.id, state=state)


def _task(connection: Connection, number: int) -> Task:
    task = tasks.get(connection, number)
    if task is None:
        raise AbsentError(f"there is no task {number}", do="GET /api/tasks lists yours")
    return task


def _theirs(connection: Connection, number: int, by: Person) -> Task:
    """A task that somebody may change: their own, one that they gave, or, as an admin, any."""
    task = _task(connection, number)
    if by.email not in (task.assignee, task.author) and by.role is not Role.ADMIN:
        raise ForbiddenError(f"the task {number} is {task.assignee}'s", do="ask them, or who gave it")
    return task
