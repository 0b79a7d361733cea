"""Whom at an account somebody wants written to, and when an account is to be left in peace."""

from datetime import UTC, date, datetime, time, timedelta

from keepwell import clock
from keepwell.errors import UserError
from keepwell.outreach.whom import Person
from keepwell.project.project import Project
from keepwell.project.report import listed
from keepwell.runs.accounts import find
from keepwell.runs.outreach.people import around
from keepwell.runs.score import instant
from keepwell.store import picks
from keepwell.store.engine import Store
from keepwell.store.picks import Busy
from keepwell.warehouse.protocol import Warehouse


def pick(
    project: Project, store: Store, warehouse: Warehouse, account: str, contact: str, *, by: str
) -> tuple[str, Person]:
    """Keeps whom at an account `to: picked` means: a contact by id or e-mail address; gives the account's id, and the person.

    Raises:
        UserError: there is no such account, or nobody of that id or address is there.
    """
    found = find(warehouse, account)
    people = around(project, warehouse, [found.account_id], instant(project))[found.account_id].people
    wanted = contact.casefold()
    for each in people:
        if wanted in (each.id.casefold(), each.addresses.get("email", "").casefold()):
            with store.writing() as connection:
                picks.pick(connection, found.account_id, each.id, actor=by, at=clock.now())
            return found.account_id, each
    there = listed([each.id for each in people]) if people else "nobody that is known"
    raise UserError(f"nobody called {contact!r} is at {found.account_id}", do=f"there is {there}")


def leave(
    project: Project, store: Store, warehouse: Warehouse, account: str, until: date, *, because: str, by: str
) -> Busy:
    """Keeps messages from an account, but for what is transactional, from now until the end of a day in the project's zone.

    Raises:
        UserError: there is no such account, or the day is over.
    """
    found, now = find(warehouse, account), clock.now()
    ends_at = datetime.combine(until + timedelta(days=1), time(0), project.zone).astimezone(UTC)
    if ends_at <= now:
        raise UserError(f"{until} is over", do="name a day that is to come: --until 2026-12-24")
    busy = Busy(found.account_id, now, ends_at, because.strip())
    with store.writing() as connection:
        picks.leave_alone(connection, busy, actor=by, at=now)
    return busy
