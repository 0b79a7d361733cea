"""Somebody puts an account into a journey by hand."""

from datetime import datetime

from keepwell.errors import ConflictError
from keepwell.outreach.enrollment import Enrollment, Refusal
from keepwell.runs.outreach.enrolling import Entrance
from keepwell.runs.outreach.firing import Fired
from keepwell.runs.outreach.holding import named
from keepwell.store import audit
from keepwell.store.audit import Event
from keepwell.store.engine import Store

_WHY = {
    Refusal.BEEN_THERE: "it has been through it, and its `reentry` lets nobody in twice",
    Refusal.UNDER_WAY: "it is in it",
    Refusal.COOLING_DOWN: "it has left it too short a time ago for its `reentry`",
}


def put_in(
    store: Store, entrance: Entrance, account_id: str, journey: str, *, actor: str, at: datetime
) -> Enrollment:
    """Puts an account (its id) into a journey, whatever begins that and whomever it is for; whether it may enter again counts.

    Raises:
        AbsentError: the applied version has no such journey.
        ConflictError: the account may not enter it (again).
    """
    wanted, fired = named(entrance.project.journeys, journey), Fired(account_id)
    with store.writing() as connection:
        found = entrance.admitted(connection, wanted, [fired], at)[fired]
        if isinstance(found, Refusal):
            raise ConflictError(f"{account_id} does not enter {journey}: {_WHY[found]}")
        entrance.enrol(connection, wanted, [fired], at)
        audit.note(connection, Event.ENROLLMENT_BEGUN, f"enrollment {found.id}", actor, at, journey=journey)
        return found
