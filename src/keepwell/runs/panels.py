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
from keepwell.scoring.bands import Held
from keepwell.scoring.definition import Definition, used
from keepwell.scoring.observed import Bools, Floats, Groups, Ints, Observed, Trits
from keepwell.signals.definition import ACCOUNT, Signal
from keepwell.signals.window import local_date
from keepwell.sql.among import Accounts
from keepwell.sql.statement import Point
from keepwell.warehouse.protocol import Warehouse

SEGMENT, STAGE, COHORT, BEGAN = "segment", "stage", "cohort", "began_at"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a panel holds besides scores and outcomes.

    `signals` come as values, by their names; `attributes` are columns of accounts by which results are split. With `ended`
    the accounts that have ended are in it too, without a score, so that signals can be seen after the outcome. `daily` folds
    bands over every day, as a live version does; else over the as_ofs alone, which is quicker. `accounts`: of which only.
    """

    signals: tuple[Signal, ...] = ()
    attributes: tuple[str, ...] = ()
    ended: bool = False
    daily: bool = True
    accounts: Accounts = None


@dataclass(frozen=True, slots=True)
class Trial:
    """An outcome, and the grid days at which scores are judged by it; `known` is how far the data tell of it, if that has been asked already."""

    outcome: Outcome
    as_ofs: tuple[datetime, ...]
    known: Extent | None = None

    @classmethod
    def of(cls, outcome: Outcome, as_ofs: Sequence[datetime], known: Extent | None = None) -> "Trial":
        """For an outcome without dates only the last as_of counts."""
        if not as_ofs:
            raise ValueError("a panel needs at least one as_of")
        return cls(outcome, tuple(as_ofs) if outcome.dated else (as_ofs[-1],), known)


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
    trial = Trial.of(outcome, as_ofs, known)
    (made,) = panels(project, warehouse, (trial,), definition=definition, wanted=wanted, progress=progress)
    return made


def panels(
    project: Project,
    warehouse: Warehouse,
    trials: Sequence[Trial],
    *,
    definition: Definition,
    wanted: Wanted | None = None,
    progress: Progress = silent,
) -> tuple[Panel, ...]:
    """A panel for each of the trials, as `panel` makes it; accounts are read and scored once, at all their as_ofs together.

    Raises:
        UserError: there are no accounts, or nothing in the warehouse can tell one of the outcomes.
    """
    instants = tuple(sorted({at for trial in trials for at in trial.as_ofs}))
    making = _Making(project, warehouse, tuple(trials), definition, wanted or Wanted(), instants)
    blocks = [making.block(sight, fold) for sight, fold in making.days(progress)]
    return tuple(making.panel(trial, place, blocks) for place, trial in enumerate(trials))


@dataclass(frozen=True, slots=True, eq=False)
class _Block:
    """The rows of one as_of. `at_risk` has, for each trial, which of them are of its population."""

    as_of: datetime
    account: Ints
    score: Floats
    band: Trits
    worth: Floats
    at_risk: tuple[Bools, ...]
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
    wanted: Wanted
    as_ofs: tuple[datetime, ...]

    def days(self, progress: Progress) -> Iterator[tuple[Sight, Fold]]:
        """Every as_of, with a fold that has just scored it; the days between are folded on the way."""
        zone = self.project.zone
        days = self.as_ofs
        if self.wanted.daily and any(trial.outcome.dated for trial in self.trials):
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
        outcomes = [trial.outcome for trial in self.trials]
        wheres = tuple(each.population.where for each in outcomes if each.population.where is not None)
        measured = used((), self.project.signals, wheres) if wheres else ()
        falling_due = dict.fromkeys(signal for each in outcomes for signal in population_signals(each))
        observer = Observer(
            self.warehouse,
            (self.definition,),
            attributes=(BEGAN, *self.wanted.attributes),
            also=(*measured, *self.wanted.signals, *falling_due),
        )
        return observer.sights([Point.at(day) for day in days], self.wanted.accounts)

    def block(self, sight: Sight, fold: Fold) -> _Block:
        """The rows of an as_of."""
        observed, day = sight.observed, fold.done[-1]
        rows = np.flatnonzero(self._kept(observed))
        unknown = np.full(len(observed), np.nan)
        return _Block(
            as_of=observed.as_of,
            account=observed.accounts[rows],
            score=day.scores[rows],
            band=day.bands[rows],
            worth=observed.worth[rows],
            at_risk=tuple(at_risk(trial.outcome, observed, self.project.zone)[rows] for trial in self.trials),
            groups={SEGMENT: observed.segments.take(rows), STAGE: observed.stages.take(rows)},
            values={s.name: observed.values.get(s.name, unknown)[rows] for s in self.wanted.signals},
            attributes={
                name: sight.rows[ACCOUNT + name].take(pa.array(rows))
                for name in (BEGAN, *self.wanted.attributes)
                if ACCOUNT + name in sight.rows.column_names
            },
        )

    def _kept(self, observed: Observed) -> Bools:
        return np.ones(len(observed), dtype=np.bool_) if self.wanted.ended else observed.active

    def panel(self, trial: Trial, place: int, every: Sequence[_Block]) -> Panel:
        """The blocks of a trial, which stands at a place among all, as one, with what became of every row."""
        blocks = [block for block in every if block.as_of in set(trial.as_ofs)]
        point = np.repeat(np.arange(len(blocks)), [len(block.account) for block in blocks])
        account = np.concatenate([block.account for block in blocks])
        risky = np.concatenate([block.at_risk[place] for block in blocks])
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
                for signal in self.wanted.signals
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
