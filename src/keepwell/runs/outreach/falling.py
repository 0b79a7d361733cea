"""Scores that have fallen within a span of days: by the runs and the grid that the warehouse keeps."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

import numpy as np

from keepwell.outreach.trigger import ScoreDrops
from keepwell.project.project import Project
from keepwell.runs import grid
from keepwell.runs.changing import Run
from keepwell.runs.outreach.sighting import Sighting
from keepwell.sql.drops import Stretch, drops_statement
from keepwell.warehouse.protocol import Warehouse
from keepwell.warehouse.scores import KeptScores


class Falls(Protocol):
    """What tells whose score has fallen."""

    def of(self, trigger: ScoreDrops, run: Run, runs: Sequence[Run], now: Sighting, /) -> list[str]:
        """The accounts, by id, whose score in a run lies so far below one of its version within the span before; `runs` are all of its purpose."""


@dataclass(frozen=True, slots=True)
class KeptFalls:
    """What the runs and the days of the grid that are kept tell."""

    project: Project
    warehouse: Warehouse

    def of(self, trigger: ScoreDrops, run: Run, runs: Sequence[Run], now: Sighting) -> list[str]:
        """The accounts whose score in a run has fallen."""
        start = trigger.within.before(run.as_of, self.project.zone)
        same = [
            each.number
            for each in runs
            if each.version == run.version and each.number < run.number and start <= each.as_of <= run.as_of
        ]
        statement = drops_statement(run.number, trigger.by, self._days(run, trigger), same)
        return now.of(self.warehouse.query(statement)["account"].to_numpy().astype(np.int64))

    def _days(self, run: Run, trigger: ScoreDrops) -> list[Stretch]:
        """The days of the version's grid within the span before a run, as stretches of which one counts for each day."""
        kept, zone = KeptScores(self.warehouse).grid(run.version), self.project.zone
        if not kept:
            return []
        first: datetime = max(trigger.within.before(run.as_of, zone), kept.first)
        found: list[Stretch] = []
        for day in grid.days(first, run.as_of, zone):
            counts = kept.run(day) if first <= day < run.as_of else None
            if counts is None:
                continue
            if found and found[-1].run == counts:
                found[-1] = Stretch(counts, found[-1].first, day)
            else:
                found.append(Stretch(counts, day, day))
        return found
