"""Saved views: a page as somebody set it up, under a name, for themselves or for all."""

from enum import StrEnum

from keepwell import clock
from keepwell.errors import AbsentError, ForbiddenError, UserError
from keepwell.people import Permission, Person, Role
from keepwell.runs.saying import words
from keepwell.store import views
from keepwell.store.engine import Store
from keepwell.store.views import View


class Page(StrEnum):
    """The pages that can be set up."""

    PORTFOLIO = "portfolio"
    SIGNALS = "signals"


def save(store: Store, *, page: str, name: str, query: str, shared: bool = False, by: Person) -> View:
    """Saves what stands in a page's address after the question mark; a view of the same name takes the new form.

    Raises:
        UserError: there is no such page, no name, or too many words.
        ForbiddenError: they may not share views.
    """
    if page not in map(str, Page):
        raise UserError(f"there is no page {page!r}", where="page", do=f"choose one of {', '.join(Page)}")
    if shared and not by.may(Permission.VIEWS_SHARE):
        raise ForbiddenError("you may not share views", do="save it for yourself")
    named = words(name, "name", most=200)
    said = words(query.removeprefix("?"), "query", needed=False, most=4000)
    with store.writing() as connection:
        return views.save(connection, View(page, named, said, by.email, clock.now(), shared))


def remove(store: Store, number: int, *, by: Person) -> None:
    """Removes a view of one's own, or, as an admin, a shared one.

    Raises:
        AbsentError: there is no such view among those that they find.
        ForbiddenError: it is somebody else's.
    """
    with store.writing() as connection:
        view = views.get(connection, number)
        if view is None or (view.author != by.email and not view.shared):
            raise AbsentError(
                f"there is no view {number}",
                do="look at those that you find, on the page Portfolio",
                by_api="GET /api/views lists those that you find",
            )
        if view.author != by.email and by.role is not Role.ADMIN:
            raise ForbiddenError(f"the view {view.name!r} is {view.author}'s", do="save one of your own")
        views.remove(connection, view, actor=by.email, at=clock.now())


def found(store: Store, person: Person, page: str | None = None) -> tuple[View, ...]:
    """The views that somebody finds, of one page or of all: their own and what is shared, by name."""
    with store.reading() as connection:
        return views.found_by(connection, person.email, page)
