"""The desk of whoever asks: the scores that are shown to them, and how far they may see."""

from collections.abc import Iterator
from contextlib import contextmanager

from keepwell.people import Person
from keepwell.runs import owning
from keepwell.runs.board.desk import Desk, desk
from keepwell.web.server.serving import Serving


@contextmanager
def at_desk(serving: Serving, person: Person, purpose: str = "") -> Iterator[Desk]:
    """A person's view of one purpose's scores (the project's first, health, if none is named), for one request.

    Raises:
        AbsentError: the project has no such purpose.
    """
    with serving.warehouse.reading() as warehouse:
        owners = owning.assigned(serving.store)
        yield desk(serving.project(), warehouse, person, shelf=serving.shelf, purpose=purpose, owners=owners)
