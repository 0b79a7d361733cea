"""The signals of accounts, as they stand at an instant."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pyarrow as pa

from keepwell.project.project import Project
from keepwell.runs import purposes
from keepwell.runs.accounts import find
from keepwell.runs.observing import Observer
from keepwell.runs.score import instant, who_of
from keepwell.scoring.scores import Who
from keepwell.signals.definition import Signal
from keepwell.sql.statement import Point
from keepwell.warehouse.protocol import Warehouse


@dataclass(frozen=True, slots=True)
class Reading:
    """One account's signals: `values` in the order of `Readings.signals`, `None` where unknown."""

    account_id: str
    name: str
    population: str
    segment: str
    stage: str
    values: tuple[Any, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Readings:
    """The signals of accounts as of an instant; a `Reading` per account, made when it is asked for."""

    as_of: datetime
    signals: tuple[Signal, ...]
    rows: pa.Table
    who: Who
    _groups: tuple[tuple[str, str, str], ...]

    def __len__(self) -> int:
        return len(self._groups)

    def __iter__(self) -> Iterator[Reading]:
        columns = [self.rows[signal.name].to_pylist() for signal in self.signals]
        for position, (population, segment, stage) in enumerate(self._groups):
            values = tuple(column[position] for column in columns)
            yield Reading(
                self.who.ids[position], self.who.names[position], population, segment, stage, values
            )


def signals(
    project: Project, warehouse: Warehouse, account: str | None = None, *, as_of: datetime | None = None
) -> Readings:
    """Every signal of the project as of an instant, of one account (by id or name) or of all.

    Raises:
        UserError: there is no such account, or none at all.
    """
    at = instant(project, as_of)
    some = None if account is None else [find(warehouse, account).surrogate]
    observer = Observer(warehouse, (purposes.unscored(project),))
    sight = observer.sight(Point.at(at), some)
    observed = sight.observed
    groups = tuple(
        (observed.population[place], observed.segments[place], observed.stages[place])
        for place in range(len(observed))
    )
    rows = sight.rows.select([signal.name for signal in project.signals])
    return Readings(at, project.signals, rows, who_of(warehouse, sight), groups)
