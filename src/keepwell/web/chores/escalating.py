"""Tasks that are overdue are escalated."""

from keepwell import clock
from keepwell.runs.outreach.escalating import escalate as overdue
from keepwell.web.server.serving import Serving


def escalate(served: Serving) -> None:
    """Gives every task of a journey whose time is over to whoever answers for it."""
    overdue(served.project(), served.store, clock.now())
