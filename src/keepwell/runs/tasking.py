"""Tasks made by hand: somebody is to do something for an account."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from keepwell import clock
from keepwell.errors import AbsentError, ConflictError, ForbiddenError, UserError
from keepwell.people import Person, Role
from keepwell.runs.alerting import ahead
from keepwell.runs.people.persons import person
from keepwell.runs.reaching import Reached, called
from keepwell.runs.saying import words
from keepwell.store import handing, tasks, users
from keepwell.store.engine import Connection, Store
from keepwell.store.tasks import ARROWS, State, Step, Task
from keepwell.warehouse.protocol import Warehouse

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
            assignee=users.normal(words(self.assignee, "assignee", needed=False, most=200)) or by.email,
        )


def make(store: Store, reached: Reached, wanted: Wanted, *, by: Person) -> Task:
    """Makes a task.

    Raises:
        UserError: it has no title, or too many words; or the assignee is nobody who sees the account.
    """
    said = wanted.checked(by)
    made = Task(
        reached.id, said.title, said.assignee, by.email, clock.now(), detail=said.detail, due_on=said.due_on
    )
    with store.writing() as connection:
        _takes(connection, said.assignee, [reached], by)
        return tasks.make(connection, made)


def change(warehouse: Warehouse, store: Store, number: int, wanted: Wanted, *, by: Person) -> Task:
    """Gives an open task another title, detail, assignee and due day.

    Raises:
        AbsentError, ForbiddenError: there is no such task, or it is others'.
        ConflictError: it is settled.
        UserError: it has no title, or too many words; or the new assignee is nobody who sees the account.
    """
    said = wanted.checked(by)
    accounts = list(called(warehouse, store, found(store, number).account_id))
    with store.writing() as connection:
        before = _theirs(connection, number, by)
        if before.state is not State.OPEN:
            raise ConflictError(f"the task {number} is {before.state}", do="reopen it first")
        if said.assignee != before.assignee:
            _takes(connection, said.assignee, accounts, by)
        after = replace(
            before, title=said.title, detail=said.detail, assignee=said.assignee, due_on=said.due_on
        )
        return tasks.change(connection, before, after, actor=by.email, at=clock.now())


def move(store: Store, number: int, step: Step, *, outcome: str = "", by: Person) -> Task:
    """Finishes, drops or reopens a task; `outcome` is what came of it.

    Raises:
        AbsentError, ForbiddenError: there is no such task, or it is others'.
        ConflictError: it is not in a state in which that can happen.
        UserError: a journey asks for it, and no reason is said why it is dropped.
    """
    said = words(outcome, "outcome", needed=False)
    with store.writing() as connection:
        found = _theirs(connection, number, by)
        if step is Step.DROP and found.intent is not None and not said:
            raise UserError(
                "a task of a journey is dropped for a reason",
                where="outcome",
                do="say why it is not to be done",
            )
        if (found.state, step) not in ARROWS:
            raise ConflictError(f"the task {number} is {found.state} already", do="look at it again")
        return tasks.move(connection, found, step, actor=by.email, at=clock.now(), outcome=said)


def snooze(store: Store, number: int, until: datetime, *, by: Person) -> Task:
    """Puts an open task off: it is not shown until then. When it is due stays.

    Raises:
        AbsentError, ForbiddenError: there is no such task, or it is others'.
        ConflictError: it is settled.
        UserError: the instant is over.
    """
    now = clock.now()
    ahead(until, now)
    with store.writing() as connection:
        found = _theirs(connection, number, by)
        if found.state is not State.OPEN:
            raise ConflictError(f"the task {number} is {found.state}", do="reopen it first")
        return tasks.snooze(connection, found, until, actor=by.email, at=now)


def hand_over(store: Store, before: str, after: str, *, by: Person) -> tuple[int, int]:
    """Gives all that somebody has to do, open tasks and unseen alerts, to somebody else; how many of each.

    Raises:
        UserError: the other is nobody who can sign in.
    """
    to = users.normal(words(after, "to", most=200))
    with store.writing() as connection:
        user = users.by_email(connection, to)
        if user is None or not user.active:
            raise UserError(
                f"nobody here has the e-mail address {to!r}", where="to", do="name somebody who can sign in"
            )
        return handing.hand_over(connection, before, to, actor=by.email, at=clock.now())


def found(store: Store, number: int) -> Task:
    """The task of that number.

    Raises:
        AbsentError: there is none.
    """
    with store.reading() as connection:
        return _task(connection, number)


def assigned(store: Store, to: Person, state: State | None = State.OPEN) -> tuple[Task, ...]:
    """Somebody's tasks, those that are due first first."""
    with store.reading() as connection:
        return tasks.of(connection, assignee=to.email, state=state)


def shown(store: Store, to: Person, now: datetime) -> tuple[Task, ...]:
    """Somebody's open tasks without what they have put off, those that are due first first."""
    mine = assigned(store, to)
    return tuple(each for each in mine if each.snoozed_until is None or each.snoozed_until <= now)


def of(store: Store, reached: Reached, state: State | None = None) -> tuple[Task, ...]:
    """The tasks for an account, those that are due first first."""
    with store.reading() as connection:
        return tasks.of(connection, account_id=reached.id, state=state)


def _takes(connection: Connection, email: str, accounts: Sequence[Reached], by: Person) -> None:
    """Sees to it that whoever is to do something for an account can: that they are somebody, and see it.

    Raises:
        UserError: they are not, or do not.
    """
    if email == by.email:
        return
    user = users.by_email(connection, email)
    if user is None or not user.active:
        raise UserError(
            f"nobody here has the e-mail address {email!r}",
            where="assignee",
            do="name somebody who can sign in, or leave it empty to take the task yourself",
        )
    reach = person(connection, user).reach
    if not any(reach.covers(each.owner, each.segment) for each in accounts):
        raise UserError(
            f"{email} does not see this account",
            where="assignee",
            do="name somebody who does, or have an admin make them its owner or widen their reach",
        )


def _task(connection: Connection, number: int) -> Task:
    task = tasks.get(connection, number)
    if task is None:
        raise AbsentError(
            f"there is no task {number}",
            do="look at your tasks, on the page Today",
            by_api="GET /api/tasks lists yours",
        )
    return task


def _theirs(connection: Connection, number: int, by: Person) -> Task:
    """A task that somebody may change: their own, one that they gave, or, as an admin, any."""
    task = _task(connection, number)
    if by.email not in (task.assignee, task.author) and by.role is not Role.ADMIN:
        raise ForbiddenError(f"the task {number} is {task.assignee}'s", do="ask them, or who gave it")
    return task
