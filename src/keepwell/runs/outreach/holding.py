"""What is held for a person: moves that a changed definition has made, and more accounts at once than is usual; and what becomes of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from keepwell.errors import AbsentError, ConflictError
from keepwell.outreach.enrollment import Refusal
from keepwell.outreach.journey import Journey
from keepwell.outreach.rules import Hold as Limits
from keepwell.outreach.trigger import BandEnters, BandLeaves, Becomes, Scheduled, ScoreDrops
from keepwell.project.report import hint
from keepwell.runs.outreach.enrolling import Entered, Entrance
from keepwell.runs.outreach.firing import Fired
from keepwell.runs.outreach.waves import Wave
from keepwell.signals.expression import names
from keepwell.store import holds
from keepwell.store.engine import Connection, Store
from keepwell.store.holds import Cause, Hold, Verdict

_SCORED = frozenset({"score", "band", "days_in_band"})
"""What of an account's standing another definition alone can move."""


@dataclass(frozen=True, slots=True)
class Watch:
    """What tells whether a wave's accounts are held: the limits, how many accounts are active, and how many moved to another band."""

    limits: Limits
    wave: Wave
    active: int
    moved: int

    def cause(self, journey: Journey, fired: Sequence[Fired]) -> Cause | None:
        """Why those that a journey begins for are held; `None`: they are not. Who begins at set times is never a mass."""
        if self._redefined(journey):
            return Cause.DEFINITION
        if isinstance(journey.trigger, Scheduled):
            return None
        accounts = len({each.account for each in fired})
        masses = self.limits.holds(self.moved, self.active) or self.limits.holds(accounts, self.active)
        return Cause.MASS if masses and accounts else None

    def _redefined(self, journey: Journey) -> bool:
        """Whether what begins the journey may have come of another definition alone."""
        match journey.trigger:
            case BandEnters(purpose=purpose) | BandLeaves(purpose=purpose) | ScoreDrops(purpose=purpose):
                run = self.wave.runs.get(purpose)
                return run is not None and run.redefined
            case Becomes(when):
                read = not _SCORED.isdisjoint(names(when))
                return read and any(run.redefined for run in self.wave.runs.values())
            case _:
                return False


def put(
    connection: Connection, entrance: Entrance, hold: Hold, journey: Journey, fired: Sequence[Fired]
) -> int:
    """Keeps a hold with those of the accounts that would enter its journey when it is put; how many."""
    found = entrance.admitted(connection, journey, fired, hold.put_at)
    held = [(each.account, each.key) for each, came in found.items() if not isinstance(came, Refusal)]
    if held:
        holds.put(connection, hold, held)
    return len(held)


def release(store: Store, entrance: Entrance, number: int, *, actor: str, at: datetime) -> Entered:
    """Lets what is held go: its accounts enter their journey now, as far as they still may.

    Raises:
        AbsentError: there is no such hold, or no such journey any more.
        ConflictError: somebody has decided on it already.
    """
    with store.writing() as connection:
        hold = _open(connection, number)
        journey = named(entrance.project.journeys, hold.journey)
        fired = [Fired(account, key) for account, key in holds.held(connection, number)]
        entered = entrance.enrol(connection, journey, fired, at)
        holds.settle(connection, hold, Verdict.RELEASED, actor=actor, at=at, begun=entered.begun)
        return entered


def dismiss(store: Store, number: int, *, actor: str, at: datetime) -> Hold:
    """Drops what is held: nothing begins for its accounts.

    Raises:
        AbsentError: there is no such hold.
        ConflictError: somebody has decided on it already.
    """
    with store.writing() as connection:
        hold = _open(connection, number)
        holds.settle(connection, hold, Verdict.DISMISSED, actor=actor, at=at)
        return hold


def named(journeys: Sequence[Journey], name: str) -> Journey:
    """The journey of that name.

    Raises:
        AbsentError: the applied version has none.
    """
    known = {journey.name: journey for journey in journeys}
    if name not in known:
        raise AbsentError(
            f"the applied version has no journey {name!r}",
            do=hint(name, sorted(known)) or "write it, and apply it: keepwell plan, keepwell apply",
        )
    return known[name]


def _open(connection: Connection, number: int) -> Hold:
    hold = holds.get(connection, number)
    if hold is None:
        raise AbsentError(f"there is no hold {number}", do="keepwell outreach held lists what is held")
    if not hold.open:
        raise ConflictError(f"the hold {number} was {hold.verdict} by {hold.settled_by} already")
    return hold
