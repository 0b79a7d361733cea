"""An account's scores through time."""

from dataclasses import dataclass
from datetime import datetime

from keepwell.project.project import Project
from keepwell.runs import purposes
from keepwell.runs.accounts import Account, find
from keepwell.scoring.bands import band_of
from keepwell.scoring.score import Band
from keepwell.warehouse.protocol import Warehouse
from keepwell.warehouse.scores import KeptScores


@dataclass(frozen=True, slots=True)
class Moment:
    """An account's score at one instant: on a day of the grid, or where a run was asked for (`asked`)."""

    as_of: datetime
    score: float | None
    band: Band | None
    version: str
    asked: bool


@dataclass(frozen=True, slots=True)
class History:
    """An account's kept scores for one purpose, the oldest first."""

    account: Account
    purpose: str
    moments: tuple[Moment, ...]


def history(project: Project, warehouse: Warehouse, account: str, *, purpose: str | None = None) -> History:
    """An account's kept scores: the days of the present version's grid, and every run that was asked for, of any version.

    Where both speak of the same instant and version, it is told once. Nothing is computed: before the first `score` there is nothing.

    Raises:
        UserError: there is no such account or purpose.
    """
    definition = purposes.definition(project, purpose or project.purposes()[0])
    found = find(warehouse, account)
    kept = KeptScores(warehouse)
    days = {(past.as_of, past.version): past for past in kept.trend(definition.version, found.surrogate)}
    asked = {(past.as_of, past.version): past for past in kept.asked(definition.purpose, found.surrogate)}
    moments = [
        Moment(past.as_of, past.score, band_of(past.band), past.version, key in asked)
        for key, past in sorted({**days, **asked}.items())
    ]
    return History(found, definition.purpose, tuple(moments))
