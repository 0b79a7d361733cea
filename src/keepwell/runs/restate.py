"""The applied version's scores of days before it was applied, worked out and marked as such; what was kept before stays."""

from dataclasses import dataclass
from datetime import datetime

from keepwell import clock
from keepwell.errors import UserError
from keepwell.project import Project
from keepwell.runs import grid, purposes
from keepwell.runs.approve import opened
from keepwell.runs.score import Progress, Scoring, instant, silent
from keepwell.store import applied, audit
from keepwell.store.audit import Event
from keepwell.warehouse.protocol import Warehouse


@dataclass(frozen=True, slots=True)
class Restated:
    """What was worked out again: the days from `first` to `last`, of each of the purposes."""

    version: str
    purposes: tuple[str, ...]
    first: datetime
    last: datetime
    days: int


def restate(
    project: Project,
    warehouse: Warehouse,
    start: datetime,
    *,
    why: str = "",
    actor: str,
    progress: Progress = silent,
) -> Restated:
    """Folds the grid of the applied version (`project` is it) from a day on to now, and keeps it as restated.

    Scores that earlier versions gave those days stay as they are, under their versions.

    Raises:
        UserError: nothing was ever applied; the day is not in the past; or there is no scorecard.
    """
    store = opened(project.folder)
    at = instant(project)
    definitions = purposes.definitions(project)
    first, last = grid.day_of(start, project.zone), grid.day_of(at, project.zone)
    if first >= last:
        raise UserError(
            f"{start.date().isoformat()} does not lie before the day that scores speak of now",
            do="name an earlier day: keepwell restate --from DATE",
        )
    with store.reading() as connection:
        now = applied.latest(connection)
    if now is None:
        raise UserError("nothing has been applied yet", do="begin with: keepwell plan, keepwell apply")
    detail = {"from": first.isoformat(), "to": last.isoformat(), "why": why}
    with warehouse.transaction():
        _folded(Scoring.of(project, warehouse, definitions, at), first, progress)
        with store.writing() as connection:
            audit.note(connection, Event.HISTORY_RESTATED, now.version, actor, clock.now(), **detail)
    return Restated(
        version=now.version,
        purposes=tuple(definition.purpose for definition in definitions),
        first=first,
        last=last,
        days=len(grid.days(first, last, project.zone)),
    )


def _folded(scoring: Scoring, first: datetime, progress: Progress) -> None:
    needs = [grid.again(definition, scoring.kept, first, scoring.as_of) for definition in scoring.definitions]
    folds = scoring.folded_over(needs, None, progress)
    for definition, (fold, missing) in zip(scoring.definitions, folds, strict=True):
        stretch = scoring.keep_grid(definition, fold, missing)
        if stretch is not None:
            scoring.kept.keep_restatement(stretch.run, definition.version, clock.now())
