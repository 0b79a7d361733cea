"""Somebody who was written to wants to be called: that becomes a task of their account's owner."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

from keepwell import clock
from keepwell.outreach.local_time import Workdays
from keepwell.people import Role
from keepwell.project.project import Project
from keepwell.runs.outreach.choosing import found
from keepwell.runs.reaching import called
from keepwell.runs.saying import words
from keepwell.store import tasks, users
from keepwell.store.engine import Connection, Store
from keepwell.store.tasks import State, Task
from keepwell.store.users import User
from keepwell.warehouse.protocol import Warehouse

TITLE = "Call back: a contact asks for it"
AUTHOR = "a contact, by the page of their preferences"
WORDS = 500


def call_back(project: Project, store: Store, warehouse: Warehouse, number: int, said: str) -> Task | None:
    """Makes a task for the owner of the account of an entry, due on the next business day; `None`: one is open already.

    `said` is when and where the contact is to be called, in their words. An account that is nobody's goes to an admin.

    Raises:
        AbsentError: there is no entry of that number.
        UserError: there are too many words, or they are no text.
    """
    detail = words(said, "words", needed=False, most=WORDS)
    with store.reading() as connection:
        entry = found(connection, number)
    owner = next((each.owner for each in called(warehouse, store, entry.account_id)), "")
    with store.writing() as connection:
        open_ones = tasks.of(connection, account_id=entry.account_id, state=State.OPEN)
        if any(each.author == AUTHOR for each in open_ones):
            return None
        due = _next(project.outreach.policy.workdays, project.zone)
        made = Task(entry.account_id, TITLE, _assignee(connection, owner), AUTHOR, clock.now(), detail, due)
        return tasks.make(connection, made)


def _assignee(connection: Connection, owner: str) -> str:
    """The user whom accounts call their owner by that name, or else the first admin; the name itself where there is no user at all."""
    active = [each for each in users.everybody(connection) if each.active]
    admins = [each for each in active if each.role is Role.ADMIN]
    chosen: list[User] = [each for each in active if owner and each.owner_name == owner] or admins
    return chosen[0].email if chosen else owner


def _next(days: Workdays, zone: ZoneInfo) -> date:
    day = clock.now().astimezone(zone).date() + timedelta(days=1)
    while not days.open(day):
        day += timedelta(days=1)
    return day
