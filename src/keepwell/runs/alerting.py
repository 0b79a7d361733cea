"""Alerts of journeys, for whoever is told: seen, dismissed for a reason, or put off."""

from collections.abc import Sequence
from datetime import datetime

from keepwell import clock
from keepwell.errors import AbsentError, ConflictError, ForbiddenError, UserError
from keepwell.people import Person, Role
from keepwell.runs.board.desk import Desk
from keepwell.runs.saying import words
from keepwell.store import alerts
from keepwell.store.alerts import Alert
from keepwell.store.engine import Connection, Store

MOST = 50
"""So many alerts are shown to somebody at once, the newest."""


def assigned(store: Store, to: Person, now: datetime) -> tuple[Alert, ...]:
    """What somebody is told and has not seen yet, the newest first, without what they have put off."""
    with store.reading() as connection:
        found = [each for name in _names(to) for each in alerts.of(connection, assignee=name, most=MOST)]
    shown = [each for each in found if each.snoozed_until is None or each.snoozed_until <= now]
    return tuple(sorted(shown, key=lambda each: each.number, reverse=True)[:MOST])


def within(desk: Desk, told: Sequence[Alert]) -> tuple[tuple[Alert, str], ...]:
    """Alerts of accounts that somebody reaches, each with what its account is called."""
    sheet = desk.sheet
    found = []
    for each in told:
        place = None if sheet is None else sheet.position(each.account_id)
        if sheet is not None and place is not None and desk.reached[place]:
            found.append((each, sheet.names[place].as_py() or each.account_id))
    return tuple(found)


def see(store: Store, number: int, *, by: Person) -> Alert:
    """Notes that somebody has seen what they were told.

    Raises:
        AbsentError, ForbiddenError, ConflictError: there is no such alert, it is others', or it was seen already.
    """
    with store.writing() as connection:
        return alerts.see(connection, _theirs(connection, number, by), actor=by.email, at=clock.now())


def dismiss(store: Store, number: int, because: str, *, by: Person) -> Alert:
    """Dismisses an alert: nothing is to be done about it, and why.

    Raises:
        AbsentError, ForbiddenError, ConflictError: there is no such alert, it is others', or it was seen already.
        UserError: no reason is said.
    """
    said = words(because, "because", most=500)
    with store.writing() as connection:
        alert = _theirs(connection, number, by)
        return alerts.see(connection, alert, actor=by.email, at=clock.now(), dismissed=said)


def snooze(store: Store, number: int, until: datetime, *, by: Person) -> Alert:
    """Puts an alert off.

    Raises:
        AbsentError, ForbiddenError, ConflictError: there is no such alert, it is others', or it was seen already.
        UserError: the instant is over.
    """
    now = clock.now()
    ahead(until, now)
    with store.writing() as connection:
        return alerts.snooze(connection, _theirs(connection, number, by), until, actor=by.email, at=now)


def ahead(until: datetime, now: datetime) -> None:
    """Sees to it that something is put off to a time to come.

    Raises:
        UserError: it is not.
    """
    if until <= now:
        raise UserError(
            "what is put off has to be put off to a day to come", where="until", do="name a later day"
        )


def _names(person: Person) -> tuple[str, ...]:
    """How alerts call somebody: by their e-mail address, or as accounts do."""
    return tuple(dict.fromkeys(name for name in (person.email, person.owner) if name))


def _theirs(connection: Connection, number: int, by: Person) -> Alert:
    alert = alerts.get(connection, number)
    if alert is None:
        raise AbsentError(f"there is no alert {number}", do="look at yours, on the page Today")
    if alert.assignee not in _names(by) and by.role is not Role.ADMIN:
        raise ForbiddenError(f"the alert {number} is for {alert.assignee or 'nobody'}", do="ask them")
    if alert.seen_at is not None:
        raise ConflictError(f"the alert {number} was seen already", do="look at the page again")
    return alert
