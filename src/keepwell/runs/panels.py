"""Panels: accounts at past instants, scored exactly as they would have been then, and what became of them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np
import pyarrow as pa

from keepwell.project.project import Project
from keepwell.proof.labels import labelled
from keepwell.proof.outcome import Outcome
from keepwell.proof.panel import KEPT, NOT_AT_RISK, Panel
from keepwell.runs import grid, purposes
from keepwell.runs.ahead import ahead
from keepwell.runs.at_risk import at_risk, population_signals
from keepwell.runs.grid import Fold
from keepwell.runs.labelling import Extent, extent, happenings, snapshot
from keepwell.runs.observing import Observer
from keepwell.runs.reached import contacted
from keepwell.runs.score import Progress, silent
from keepwell.runs.sight import Sight
from keepwell.runs.slicing import Days, cohorts, fewer, joined, labels, numeric, ranges
from keepwell.runs.trial import Trial, Wanted
from keepwell.scoring.bands import Held
from keepwell.scoring.definition import Definition, used
from keepwell.scoring.observed import Bools, Floats, Groups, Ints, Trits
from keepwell.signals.definition import ACCOUNT
from keepwell.signals.expression import Name
from keepwell.signals.window import local_date
from keepwell.sql.among import Accounts
from keepwell.sql.statement import Point
from keepwell.warehouse.protocol import Warehouse

SEGMENT, STAGE, COHORT, BEGAN = "segment", "stage", "cohort", "began_at"


def panel(
    project: Project,
    warehouse: Warehouse,
    outcome: Outcome,
    as_ofs: Sequence[datetime],
    *,
    definition: Definition | None = None,
    wanted: Wanted | None = None,
    known: Extent | None = None,
    progress: Progress = silent,
) -> Panel:
    """Scores every active account at each of the as_ofs, from what was known before it, and says what became of it.

    `as_ofs` are grid days (midnights in the project's zone), ascending. `definition` is what scores: that of the outcome's purpose
    in the project, if not said. Scores are those before any override: they are what evidence judges. For an outcome without dates
    only the last as_of counts. `known` is how far the data tell of the outcome, if that has been asked already.

    Raises:
        UserError: there are no accounts, or nothing in the warehouse can tell the outcome.
    """
    definition = definition or purposes.definition(project, outcome.purpose)
    trial = Trial.of(outcome, as_ofs, known, wanted)
    (made,) = panels(project, warehouse, (trial,), definition=definition, progress=progress)
    return made


def panels(
    project: Project,
    warehouse: Warehouse,
    trials: Sequence[Trial],
    *,
    definition: Definition,
    progress: Progress = silent,
) -> tuple[Panel, ...]:
    """A panel for each of the trials, as `panel` makes it; accounts are read and scored once, at all their as_ofs together.

    Days are folded between the as_ofs if one of the trials wants it.

    Raises:
        UserError: there are no accounts, or nothing in the warehouse can tell one of the outcomes.
    """
    instants = tuple(sorted({at for trial in trials for at in trial.as_ofs}))
    making = _Making(project, warehouse, tuple(trials), definition, instants)
    blocks: list[list[_Block]] = [[] for _ in trials]
    for sight, fold in making.days(progress):
        for its, block in zip(blocks, making.blocks(sight, fold), strict=True):
            if block is not None:
                its.append(block)
    return tuple(making.panel(trial, its) for trial, its in zip(trials, blocks, strict=True))


@dataclass(frozen=True, slots=True, eq=False)
class _Block:
    """The rows of one as_of for a trial. `at_risk`: which of them are of its population."""

    as_of: datetime
    rows: Ints
    account: Ints
    score: Floats
    band: Trits
    worth: Floats
    at_risk: Bools
    groups: Mapping[str, Groups]
    values: Mapping[str, Floats]
    attributes: Mapping[str, pa.ChunkedArray]


@dataclass(frozen=True, slots=True)
class _Making:
    """Panels in the making. `as_ofs` are those of all trials."""

    project: Project
    warehouse: Warehouse
    trials: tuple[Trial, ...]
    definition: Definition
    as_ofs: tuple[datetime, ...]

    @property
    def wants(self) -> list[Wanted]:
        """What the panels hold, each once."""
        found: list[Wanted] = []
        for trial in self.trials:
            if trial.wanted not in found:
                found.append(trial.wanted)
        return found

    def days(self, progress: Progress) -> Iterator[tuple[Sight, Fold]]:
        """Every as_of, with a fold that has just scored it; the days between are folded on the way."""
        zone = self.project.zone
        days = self.as_ofs
        if any(trial.wanted.daily and trial.outcome.dated for trial in self.trials):
            days = grid.days(grid.before(days[0], self.project.history, zone), days[-1], zone)
        wanted = frozenset(self.as_ofs)
        fold = Fold(self.definition, (), Held.nothing())
        scored = ahead(self._sights(days), lambda sight: fold.scored(sight.observed))
        for number, (sight, its_scores) in enumerate(scored, 1):
            fold.day(sight.observed.as_of, its_scores)
            progress(f"scores of {local_date(sight.observed.as_of, zone)}", number / (len(days) + 1))
            if sight.observed.as_of in wanted:
                yield sight, fold
            fold.forget()

    def _sights(self, days: Sequence[datetime]) -> Iterator[Sight]:
        outcomes, wants = [trial.outcome for trial in self.trials], self.wants
        signals = {signal.name: signal for each in wants for signal in each.signals}
        wheres = [each.population.where for each in outcomes if each.population.where is not None]
        falling_due = dict.fromkeys(signal for each in outcomes for signal in population_signals(each))
        attributes = dict.fromkeys((BEGAN, *(name for each in wants for name in each.attributes)))
        observer = Observer(
            self.warehouse,
            (self.definition,),
            # an attribute that is asked for as a signal too is read once
            attributes=tuple(name for name in attributes if ACCOUNT + name not in signals),
            also=(
                *used((), self.project.signals, (*map(Name, signals), *wheres)),
                *signals.values(),
                *falling_due,
            ),
        )
        return observer.sights([Point.at(day) for day in days], self._among())

    def _among(self) -> Accounts:
        """The accounts that are read: those of all panels, if they are the same."""
        first, *others = (each.accounts for each in self.wants)
        return first if all(each == first for each in others) else None

    def blocks(self, sight: Sight, fold: Fold) -> Iterator[_Block | None]:
        """For each trial the rows of an as_of, if that is one of its own; what several of them hold is there once."""
        found: list[tuple[Wanted, _Block]] = []
        for trial in self.trials:
            if sight.observed.as_of not in trial.as_ofs:
                yield None
                continue
            block = next((its for wanted, its in found if wanted == trial.wanted), None)
            if block is None:
                block = self._block(sight, fold, trial.wanted)
                found.append((trial.wanted, block))
            population = at_risk(trial.outcome, sight.observed, self.project.zone)
            yield replace(block, at_risk=population[block.rows])

    def _block(self, sight: Sight, fold: Fold, wanted: Wanted) -> _Block:
        """The rows of an as_of, before it is known who is at risk."""
        observed, day = sight.observed, fold.done[-1]
        rows = np.flatnonzero(wanted.keeps(observed))
        unknown = np.full(len(observed), np.nan)
        return _Block(
            as_of=observed.as_of,
            rows=rows,
            account=observed.accounts[rows],
            score=day.scores[rows],
            band=day.bands[rows],
            worth=observed.worth[rows],
            at_risk=np.zeros(len(rows), dtype=np.bool_),
            groups={SEGMENT: observed.segments.take(rows), STAGE: observed.stages.take(rows)},
            values={s.name: observed.values.get(s.name, unknown)[rows] for s in wanted.signals},
            attributes={
                name: sight.rows[ACCOUNT + name].take(pa.array(rows))
                for name in (BEGAN, *wanted.attributes)
                if ACCOUNT + name in sight.rows.column_names
            },
        )

    def panel(self, trial: Trial, blocks: Sequence[_Block]) -> Panel:
        """The blocks of a trial as one, with what became of every row."""
        point = np.repeat(np.arange(len(blocks)), [len(block.account) for block in blocks])
        account = np.concatenate([block.account for block in blocks])
        risky = np.concatenate([block.at_risk for block in blocks])
        made = Panel(
            as_ofs=trial.as_ofs,
            point=point,
            account=account,
            score=np.concatenate([block.score for block in blocks]),
            band=np.concatenate([block.band for block in blocks]),
            state=np.where(risky, KEPT, NOT_AT_RISK),
            days=np.full(len(account), np.nan),
            worth=np.concatenate([block.worth for block in blocks]),
            amount=np.full(len(account), np.nan),
            contacted=np.zeros(len(account), dtype=np.bool_),
            groups=self._groups(blocks),
            values={
                signal.name: np.concatenate([block.values[signal.name] for block in blocks])
                for signal in trial.wanted.signals
            },
        )
        return self._judged(made, trial, risky) if trial.outcome.dated else self._snapped(made, trial)

    def _judged(self, made: Panel, trial: Trial, risky: Bools) -> Panel:
        """The panel of an outcome with dates, judged by what happened after each as_of."""
        zone, outcome = self.project.zone, trial.outcome
        known = trial.known or extent(self.project, self.warehouse, outcome)
        happened = happenings(self.project, self.warehouse, outcome, known)
        found = labelled(
            outcome, happened, made.as_ofs, made.point, made.account,
            at_risk=risky, through=known.through, zone=zone,
        )  # fmt: skip
        reached = contacted(
            self.project, self.warehouse, outcome, made.as_ofs, point=made.point, account=made.account
        )
        return replace(made, state=found.state, days=found.days, amount=found.amount, contacted=reached)

    def _snapped(self, made: Panel, trial: Trial) -> Panel:
        """The panel of an outcome without dates; where nobody knows whether it has happened, nothing can be judged."""
        found = snapshot(self.project, self.warehouse, trial.outcome)
        place = np.searchsorted(found.account, made.account)
        return replace(made, state=np.where(made.state == KEPT, found.happened[place], made.state))

    def _groups(self, blocks: Sequence[_Block]) -> dict[str, Groups]:
        groups = {name: joined([block.groups[name] for block in blocks]) for name in (SEGMENT, STAGE)}
        for name in blocks[0].attributes if blocks else ():
            column = pa.chunked_array([c for block in blocks for c in block.attributes[name].chunks])
            if name == BEGAN:
                groups[COHORT] = cohorts(_days(column))
            elif numeric(column.type):
                groups[name] = ranges(column.cast(pa.float64()).to_numpy())
            else:
                groups[name] = fewer(labels(column))
        return groups


def _days(column: pa.ChunkedArray) -> Days:
    began: Days = column.cast(pa.timestamp("us")).to_numpy().astype("datetime64[D]")
    return began
