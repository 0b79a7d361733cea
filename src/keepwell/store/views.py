"""Saved views: a page with its filters, columns and order under a name, one's own or shared with everybody."""

from dataclasses import asdict, dataclass, replace
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import Connection

from keepwell.store import audit
from keepwell.store.audit import Event
from keepwell.store.record_tables import VIEWS


@dataclass(frozen=True, slots=True)
class View:
    """What stands in a page's address after the question mark, under a name; `shared`: everybody finds it.

    `number` is 0 as long as it is not kept.
    """

    page: str
    name: str
    query: str
    author: str
    made_at: datetime
    shared: bool = False
    changed_at: datetime | None = None
    number: int = 0


def save(connection: Connection, view: View) -> View:
    """Keeps a view; one of the same author, page and name takes its new form."""
    before = _named(connection, view)
    if before is None:
        row = {name: value for name, value in asdict(view).items() if name != "number"}
        insert = sa.insert(VIEWS).values(**row).returning(VIEWS.c.number)
        kept = replace(view, number=connection.execute(insert).scalar_one())
    else:
        kept = replace(before, query=view.query, shared=view.shared, changed_at=view.made_at)
        changed = {"query": kept.query, "shared": kept.shared, "changed_at": kept.changed_at}
        connection.execute(sa.update(VIEWS).where(VIEWS.c.number == before.number).values(**changed))
    about, said = f"view {kept.number}", {"page": kept.page, "shared": kept.shared}
    audit.note(connection, Event.VIEW_SAVED, about, view.author, view.made_at, **said)
    return kept


def remove(connection: Connection, view: View, *, actor: str, at: datetime) -> None:
    """Removes a view."""
    connection.execute(sa.delete(VIEWS).where(VIEWS.c.number == view.number))
    audit.note(connection, Event.VIEW_REMOVED, f"view {view.number}", actor, at)


def get(connection: Connection, number: int) -> View | None:
    """The view of that number, if there is one."""
    row = connection.execute(sa.select(VIEWS).where(VIEWS.c.number == number)).one_or_none()
    return None if row is None else View(**row._mapping)


def found_by(connection: Connection, person: str, page: str | None = None) -> tuple[View, ...]:
    """The views that somebody finds, of one page or of all: their own and what is shared, by name."""
    query = sa.select(VIEWS).where((VIEWS.c.author == person) | VIEWS.c.shared)
    if page is not None:
        query = query.where(VIEWS.c.page == page)
    rows = connection.execute(query.order_by(VIEWS.c.page, VIEWS.c.name, VIEWS.c.number))
    return tuple(View(**row._mapping) for row in rows)


def _named(connection: Connection, view: View) -> View | None:
    same = (VIEWS.c.author == view.author) & (VIEWS.c.page == view.page) & (VIEWS.c.name == view.name)
    row = connection.execute(sa.select(VIEWS).where(same)).one_or_none()
    return None if row is None else View(**row._mapping)
