"""Rows that models learn from and are judged on: what was known of accounts at past as_ofs, and what became of them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np
import pyarrow as pa

from keepwell.models.definition import Kind, ModelDefinition
from keepwell.models.fit import Ahead, Rows
from keepwell.models.purchases import INPUTS
from keepwell.models.table import Table, joined
from keepwell.project.project import Project
from keepwell.proof.labels import labelled
from keepwell.proof.outcome import Outcome
from keepwell.proof.panel import HAPPENED, KEPT, OTHERWISE
from keepwell.runs import purposes
from keepwell.runs.at_risk import at_risk, population_signals
from keepwell.runs.labelling import happenings, snapshot
from keepwell.runs.observing import Observer
from keepwell.runs.predicting import bought, table
from keepwell.runs.score import Progress
from keepwell.scoring.definition import Definition, used
from keepwell.scoring.observed import Bools, Floats, Ints, Trits
from keepwell.signals.expression import Name
from keepwell.signals.window import local_date
from keepwell.sql.statement import Point
from keepwell.warehouse.protocol import Warehouse


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """Accounts at risk at some as_ofs (`point` is the index), what a model reads of them, and what became of them as far as is known.

    `ends` are the ends of the as_ofs' horizons. `state` is one of `proof.panel`'s; `days` tells after how many days the outcome came (NaN: not yet), `watched` for how many days each
    row has been watched in all.
    """

    as_ofs: tuple[datetime, ...]
    ends: tuple[datetime, ...]
    point: Ints
    account: Ints
    table: Table
    state: Trits
    days: Floats
    watched: Floats

    def rows(self, which: Bools, until: datetime | None = None) -> Rows:
        """Some of the rows to learn from; of what happened later than `until` nothing is seen.

        Those that ended for another cause are left out: what would have become of them nobody knows.
        """
        kept = np.flatnonzero(which & (self.state != OTHERWISE))
        watched, points = self.watched[kept], self.point[kept]
        judged = self.state[kept] >= KEPT
        if until is not None:
            seconds = [(until - at).total_seconds() for at in self.as_ofs]
            watched = np.minimum(watched, np.array(seconds)[points] / 86400)
            judged &= np.array([end <= until for end in self.ends])[points]
        ended = self.days[kept] < watched  # a comparison with NaN does not hold
        instants = [self.as_ofs[int(index)] for index in (points.min(), points.max())] if len(kept) else []
        return Rows(
            table=self.table.rows(kept),
            account=self.account[kept],
            happened=self.state[kept] == HAPPENED,
            judged=judged,
            days=np.where(ended, self.days[kept], watched),
            ended=ended,
            first=instants[0].isoformat() if instants else "",
            last=instants[-1].isoformat() if instants else "",
        )

    def at(self, first: int, last: int) -> Bools:
        """Which rows are of the as_ofs from one index up to, and without, another."""
        return np.asarray((self.point >= first) & (self.point < last))


def complete(model: ModelDefinition) -> ModelDefinition:
    """The model with what it reads: of purchases what is counted of the orders."""
    return replace(model, inputs=INPUTS) if model.kind is Kind.PURCHASES else model


def ahead_of(outcome: Outcome) -> Ahead:
    """How far a model of the outcome looks."""
    said = (str(outcome.horizon), str(outcome.gap)) if outcome.dated else ("", "")
    return Ahead(*said, outcome.horizon.days, outcome.gap.days, outcome.kind.adverse)


def measuring(project: Project, model: ModelDefinition, outcome: Outcome) -> Definition:
    """What must be measured for a model and for who is at risk of its outcome; nothing is scored."""
    base = purposes.unscored(project)
    named = [Name(one.name) for one in model.inputs if one.attribute is None]
    cases = [condition for _, condition in (*project.segments, *project.stages)]
    signals = used((), project.signals, (*named, *cases, outcome.population.where))
    return replace(base, signals=(*signals, *population_signals(outcome)), value=None)


def seen(
    project: Project,
    warehouse: Warehouse,
    model: ModelDefinition,
    outcome: Outcome,
    as_ofs: Sequence[datetime],
    *,
    through: datetime,
    progress: Progress,
) -> Seen:
    """What was known of the accounts at risk at each of the as_ofs (ascending), and what became of them by `through`.

    Raises:
        UserError: there are no accounts, or nothing in the warehouse can tell the outcome.
    """
    definition = measuring(project, model, outcome)
    attributes = tuple(one.attribute for one in model.inputs if one.attribute is not None)
    observer = Observer(warehouse, (definition,), attributes=attributes)
    tables: list[Table] = []
    points: list[Ints] = []
    accounts: list[Ints] = []
    for place, sight in enumerate(observer.sights([Point.at(day) for day in as_ofs])):
        at = sight.observed.as_of
        progress(f"what was known on {local_date(at, project.zone)}", place / (len(as_ofs) + 1))
        which = np.flatnonzero(at_risk(outcome, sight.observed, project.zone))
        rows = sight.rows.take(pa.array(which))
        tables.append(_read(model, rows, warehouse, sight.point, project))
        accounts.append(sight.observed.accounts[which])
        points.append(np.full(len(which), place, dtype=np.int64))
    point, account = np.concatenate(points), np.concatenate(accounts)
    state, days = _became(project, warehouse, outcome, as_ofs, point=point, account=account, through=through)
    watched = np.array([(through - at).total_seconds() / 86400 for at in as_ofs])[point]
    ends = tuple(outcome.horizon.after(outcome.gap.after(at, project.zone), project.zone) for at in as_ofs)
    return Seen(tuple(as_ofs), ends, point, account, joined(tables, model.inputs), state, days, watched)


def _read(
    model: ModelDefinition, rows: pa.Table, warehouse: Warehouse, point: Point, project: Project
) -> Table:
    if model.kind is not Kind.PURCHASES:
        return table(rows, model.inputs)
    alone = pa.chunked_array([pa.array(np.zeros(len(rows), dtype=np.int64))])
    return bought(rows["account"], alone, warehouse, [point], project.zone)


def _became(
    project: Project,
    warehouse: Warehouse,
    outcome: Outcome,
    as_ofs: Sequence[datetime],
    *,
    point: Ints,
    account: Ints,
    through: datetime,
) -> tuple[Trits, Floats]:
    if outcome.dated:
        known = happenings(project, warehouse, outcome)
        everybody = np.ones(len(point), dtype=np.bool_)
        found = labelled(
            outcome, known, as_ofs, point, account, at_risk=everybody, through=through, zone=project.zone
        )
        return found.state, found.days
    snapped = snapshot(project, warehouse, outcome)
    state = snapped.happened[np.searchsorted(snapped.account, account)]
    return state, np.full(len(point), np.nan)
