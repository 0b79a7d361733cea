"""What pages read of a new run is read before anybody asks."""

from functools import partial

from keepwell.people import EVERYTHING, Person, Role
from keepwell.runs import owning
from keepwell.runs.board.account import account
from keepwell.runs.board.data import data
from keepwell.runs.board.desk import Desk, desk
from keepwell.runs.board.filters import Filters, Listing
from keepwell.runs.board.portfolio import portfolio
from keepwell.runs.board.today import today
from keepwell.runs.board.trends import By, trend
from keepwell.web.server.serving import Serving

SERVER = Person(0, "", "the server", Role.ADMIN, EVERYTHING)
"""Whoever looks first: somebody who sees everything."""


def warm(served: Serving) -> None:
    """Looks at the pages of each purpose, if another run is shown than when it looked last; what that reads stays on the shelf."""
    project = served.project()
    with served.warehouse.reading() as warehouse:
        for purpose in project.purposes():
            owners = owning.assigned(served.store)
            seen = desk(project, warehouse, SERVER, shelf=served.shelf, purpose=purpose, owners=owners)
            if seen.shown is not None:
                key = ("warmed", purpose, seen.shown.run, seen.shown.version)
                served.shelf.get(key, partial(_look, seen))


def _look(seen: Desk) -> bool:
    """Looks at everything once."""
    today(seen, ())
    portfolio(seen, Filters(), Listing())
    trend(seen, Filters(), By.SEGMENT)
    data(seen)
    if seen.sheet is not None and len(seen.sheet):
        account(seen, seen.sheet.ids[0].as_py())
    return True
