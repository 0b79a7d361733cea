"""Leak checks: which signals and attributes of a project know the outcome, and what shows it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from keepwell.project.lint.inputs import AttributeWithoutHistory, without_history
from keepwell.project.project import Project
from keepwell.proof.candidate import Candidate, Categories, Numbers
from keepwell.proof.event_study import event_study, told
from keepwell.proof.leaks import Leak, Sample, Sign, leaks
from keepwell.proof.outcome import Outcome, Snapshot
from keepwell.proof.panel import KEPT, Panel
from keepwell.runs import purposes
from keepwell.runs.as_ofs import Rhythm, as_ofs
from keepwell.runs.knowing import knowing_leaks
from keepwell.runs.labelling import Extent, extent, happenings
from keepwell.runs.observing import counted
from keepwell.runs.panels import Wanted, panel
from keepwell.runs.reads import Reads
from keepwell.runs.score import Progress, silent
from keepwell.runs.sightings import Watch
from keepwell.runs.slicing import UNKNOWN
from keepwell.scoring.definition import used
from keepwell.signals.definition import ACCOUNT, Formula, Signal
from keepwell.signals.expression import Name, names
from keepwell.signals.tables import NUMERIC
from keepwell.signals.window import Span, Unit
from keepwell.sql.among import OneIn
from keepwell.warehouse.protocol import Warehouse

EVERY = Span(14, Unit.DAYS)
MOST = 26
"""The as_ofs that are looked at if nothing is said: a year of fortnights. Leaks show in every other week as well."""

MOST_ACCOUNTS = 10_000
"""Of more accounts every second, third, ... is looked at: what knows the outcome of all knows it of these."""


LEAST_KNOWN = 0.2
"""Whether a signal is known hardly ever varies at all; a fifth of the accounts counts as its spread at the least."""


@dataclass(frozen=True, slots=True)
class Look:
    """What a look found, and on how many accounts it rests. With too small a sample, values and their moves told nothing."""

    leaks: tuple[Leak, ...]
    sample: Sample


def look(
    project: Project,
    warehouse: Warehouse,
    outcome: Outcome,
    *,
    reads: Reads | None = None,
    rhythm: Rhythm | None = None,
    known: Extent | None = None,
    progress: Progress = silent,
) -> Look:
    """All signs that something which is read (by the whole project, if not said) knows the outcome, those that block first.

    Looked at are whether the outcome itself is read; the values of signals and attributes at past as_ofs; how signals move around the outcome; when facts are said to have
    been known; and attributes without history. What is not known point in time has no history to lack.
    `known` is how far the data tell of the outcome, if that has been asked already.

    Raises:
        UserError: the data are too short, or hold nothing that could tell the outcome.
    """
    known = known or extent(project, warehouse, outcome)
    looking = _Looking(project, warehouse, outcome, reads or Reads.by_project(project), known)
    made = looking.panel(rhythm or Rhythm(EVERY), progress)
    judged = made.rows(made.state >= KEPT)
    found = sorted(looking.all(made, judged), key=lambda leak: not leak.blocks)
    return Look(tuple(found), Sample.of(judged.happened, judged.account))


@dataclass(frozen=True, slots=True)
class _Looking:
    """A look at what is read, against one outcome."""

    project: Project
    warehouse: Warehouse
    outcome: Outcome
    reads: Reads
    known: Extent

    def all(self, made: Panel, judged: Panel) -> Iterator[Leak]:
        """All signs, in a panel and in its rows of which the outcome is known."""
        yield from self._outcome_itself()
        yield from self._values(judged)
        yield from knowing_leaks(self.project, self.warehouse, self.reads)
        if self.outcome.dated:
            yield from self._laggards(made)
            yield from self._without_history()

    def panel(self, rhythm: Rhythm, progress: Progress) -> Panel:
        """The accounts, also those that have ended, with all that is looked at; nothing is scored."""
        cases = [condition for _, condition in (*self.project.segments, *self.project.stages)]
        named = [Name(signal.name) for signal in self.reads.signals]
        signals = used((), self.project.signals, (*named, *cases, self.outcome.population.where))
        definition = replace(purposes.unscored(self.project), signals=signals, value=None)
        whole = as_ofs(self.project, self.warehouse, self.outcome, definition, rhythm, known=self.known)
        instants = whole[-MOST:]
        kinds = self.warehouse.tables().get("accounts", {})
        present = [name for name in self.reads.attributes if name in kinds]
        numbers = [name for name in present if kinds[name] in NUMERIC]
        wanted = Wanted(
            signals=(*self.reads.signals, *(_attribute(name) for name in numbers)),
            attributes=tuple(name for name in present if name not in numbers),
            ended=self.outcome.dated,
            daily=False,
            accounts=OneIn(one_in) if (one_in := counted(self.warehouse) // MOST_ACCOUNTS) > 1 else None,
        )
        return panel(
            self.project, self.warehouse, self.outcome, instants,
            definition=definition, wanted=wanted, known=self.known, progress=progress,
        )  # fmt: skip

    def _outcome_itself(self) -> Iterator[Leak]:
        """What rests on the columns that an outcome without dates is read from."""
        if not isinstance(self.outcome.event, Snapshot):
            return
        columns = {name.removeprefix(ACCOUNT) for name in names(self.outcome.event.holds)}
        places = self.reads.places(self.project)
        for what in self.reads.resting_on(columns):
            read = ", ".join(ACCOUNT + name for name in sorted(columns))
            evidence = f"the outcome {self.outcome.name} is itself read from {read}, and so is this"
            yield Leak(what, Sign.IS_THE_OUTCOME, evidence, places.get(what, ""))

    def _values(self, rows: Panel) -> tuple[Leak, ...]:
        """What the values themselves show, over rows of which the outcome is known."""
        columns: list[Candidate] = [Numbers(name, values) for name, values in rows.values.items()]
        columns += [
            Categories.of(ACCOUNT + name, groups, UNKNOWN)
            for name, groups in rows.groups.items()
            if name in self.reads.attributes
        ]
        return leaks(columns, rows.happened, rows.account, self.reads.places(self.project))

    def _laggards(self, made: Panel) -> Iterator[Leak]:
        """Signals that move only afterwards, and such as become known only afterwards. That a signal of what has ended is no longer known
        is no sign of anything."""
        watch = Watch.of(made, happenings(self.project, self.warehouse, self.outcome, self.known))
        places = self.reads.places(self.project)
        for name, column in made.values.items():
            values = column[watch.rows]
            known = ~np.isnan(values)
            study = event_study(name, values, watch.sightings)
            if study is not None and study.moves_after:
                yield Leak(name, Sign.MOVES_AFTER, told(study), places.get(name, ""), study.surely_flat)
            if known.any() and not known.all():
                presence = known.astype(np.float64)
                study = event_study(name, presence, watch.sightings, least_spread=LEAST_KNOWN)
                if (
                    study is not None
                    and study.moves_after
                    and study.after is not None
                    and study.after.value > 0
                ):
                    evidence = f"whether it is known: {told(study)}"
                    yield Leak(name, Sign.MOVES_AFTER, evidence, places.get(name, ""), study.surely_flat)

    def _without_history(self) -> Iterator[Leak]:
        """Attributes of which only today's value is known, as the rule of good practice finds them."""
        if AttributeWithoutHistory.name() in self.project.ignored:
            return
        for name, where in self.reads.all_attributes.items():
            if without_history(self.project, name):
                evidence = "its source holds the present state alone"
                yield Leak(ACCOUNT + name, Sign.NO_HISTORY, evidence, where)


def _attribute(name: str) -> Signal:
    return Signal(ACCOUNT + name, Formula(Name(ACCOUNT + name)))
