"""At which past instants scores are judged."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from keepwell import clock
from keepwell.errors import UserError
from keepwell.project.project import Project
from keepwell.proof.outcome import Outcome
from keepwell.runs import grid
from keepwell.runs.labelling import Extent, extent
from keepwell.scoring.definition import Definition
from keepwell.signals.definition import Aggregate
from keepwell.signals.tables import TABLES
from keepwell.signals.window import Span, Unit, local_date, midnight
from keepwell.sql.outcomes import earliest_statement
from keepwell.warehouse.protocol import Warehouse

WEEK = Span(7, Unit.DAYS)
MOST = 52
"""So many as_ofs are judged if nothing is said: a year of weeks."""

WARMING_UP = 90
"""Of windows longer than so many days the data's first days are judged all the same: their signals see less of the past."""


@dataclass(frozen=True, slots=True)
class Rhythm:
    """Which as_ofs to judge: from `first` to `last` (grid days; `None`: as early and as late as the data allow), every `every`."""

    every: Span = WEEK
    first: datetime | None = None
    last: datetime | None = None


def as_ofs(
    project: Project,
    warehouse: Warehouse,
    outcome: Outcome,
    definition: Definition,
    rhythm: Rhythm,
    *,
    known: Extent | None = None,
) -> tuple[datetime, ...]:
    """The as_ofs, ascending, counted back from the last one.

    If not said, the last is the latest day whose horizon is over by the time the data reach, and the first is a year of weeks before
    it, or when the data have filled the windows of the signals. Of an outcome without dates there is one as_of: the
    project's own. `known` is how far the data tell of the outcome, if that has been asked already.

    Raises:
        UserError: the data are too short for the horizon, or the days asked for lie outside them.
    """
    zone, until = project.zone, (known or extent(project, warehouse, outcome)).through
    if not outcome.dated:
        return (rhythm.last or grid.day_of(project.as_of or clock.now(), zone),)
    begins = _begins(warehouse, definition)
    last = rhythm.last or latest(outcome, until, zone)
    if last < begins:
        raise UserError(
            f"the data reach from {local_date(begins, zone)} to {local_date(until, zone)}, too short for "
            f"{outcome.title}: {outcome.gap.days + outcome.horizon.days:g} days must follow an as_of",
            where=project.where.get(f"outcome:{outcome.name}", ""),
            do="shorten its `horizon:`, or load more of the past" if rhythm.last is None
            else f"type --to {local_date(begins, zone)} or later",
        )  # fmt: skip
    first = rhythm.first or _warm(begins, last, definition, zone)
    if first > last:
        raise UserError(
            f"the first as_of, {local_date(first, zone)}, lies after the last, {local_date(last, zone)}",
            do=f"type --from {local_date(last, zone)} or earlier",
        )
    return tuple(reversed(list(_back(first, last, rhythm, zone))))


def latest(outcome: Outcome, until: datetime, zone: ZoneInfo) -> datetime:
    """The latest grid day whose horizon is over by `until`."""
    day = local_date(outcome.gap.before(outcome.horizon.before(until, zone), zone), zone) + timedelta(days=3)
    while True:
        at = midnight(day, zone)
        if outcome.horizon.after(outcome.gap.after(at, zone), zone) <= until:
            return at
        day -= timedelta(days=1)


def _back(first: datetime, last: datetime, rhythm: Rhythm, zone: ZoneInfo) -> Iterable[datetime]:
    steps = 0
    while rhythm.first is not None or steps < MOST:
        span = Span(rhythm.every.count * steps, rhythm.every.unit)
        at = grid.day_of(span.before(last, zone), zone)
        if at < first:
            return
        yield at
        steps += 1


def _begins(warehouse: Warehouse, definition: Definition) -> datetime:
    """When the first fact occurred in the tables in which things happen, or, without any of them, in those that signals read."""
    read = {s.meaning.table for s in definition.signals if isinstance(s.meaning, Aggregate)} & set(
        warehouse.tables()
    )
    happening = {name for name in read if TABLES[name].immutable}
    tables = sorted(happening or read or {"accounts"})
    first: datetime | None = warehouse.query(earliest_statement(tables))["first"][0].as_py()
    if first is None:
        raise UserError("there are no facts in the warehouse", do="load the data first: keepwell load")
    return first.replace(tzinfo=UTC)


def _warm(begins: datetime, last: datetime, definition: Definition, zone: ZoneInfo) -> datetime:
    windows = [
        signal.meaning.window.start.days
        for signal in definition.signals
        if isinstance(signal.meaning, Aggregate)
        and signal.meaning.window is not None
        and TABLES[signal.meaning.table].immutable
    ]
    warm = begins + timedelta(days=min(max(windows, default=0.0), WARMING_UP))
    return grid.before(grid.day_of(min(warm, last), zone), 0 if warm >= last else -1, zone)
