"""Pulses: somebody says how an account seems to them today."""

from uuid import uuid4

from keepwell import clock
from keepwell.errors import UserError
from keepwell.people import Person
from keepwell.project.project import Project
from keepwell.runs.reaching import Reached
from keepwell.runs.saying import moment, reasons_shown, words
from keepwell.store import pulses
from keepwell.store.engine import Store
from keepwell.store.pulses import Pulse


def pulse(
    project: Project, store: Store, reached: Reached, *, score: float, reason: str = "", by: Person
) -> Pulse:
    """Gives a pulse, from 0 (they leave) to 100 (they would never).

    Raises:
        UserError: the score is not between 0 and 100, or the reason too long.
    """
    if not 0 <= score <= 100:
        raise UserError(
            f"{score:g} is no pulse", where="score", do="name a number from 0 (worst) to 100 (best)"
        )
    said = words(reason, "reason", needed=False)
    with store.writing() as connection:
        at = moment(project, connection)
        given = Pulse(str(uuid4()), reached.id, float(score), said, by.email, at)
        return pulses.give(connection, given, clock.now())


def given(store: Store, reached: Reached, *, to: Person) -> tuple[Pulse, ...]:
    """All pulses of an account, the newest first; where words are hidden from somebody, without the reasons of others."""
    with store.reading() as connection:
        found = pulses.of(connection, reached.id)
    return reasons_shown(found, to)
