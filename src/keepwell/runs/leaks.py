"""Leak checks: which signals and attributes of a project know the outcome, and what shows it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import numpy as np

from keepwell.project.lint.inputs import AttributeWithoutHistory, without_history
from keepwell.project.project import Project
from keepwell.proof.candidate import Candidate, Categories, Numbers
from keepwell.proof.event_study import EventStudy, Week, by_week, event_study, told
from keepwell.proof.leaks import Leak, Sample, Sign, leaks
from keepwell.proof.outcome import Outcome, Snapshot
from keepwell.proof.panel import KEPT, Panel
from keepwell.runs import purposes
from keepwell.runs.as_ofs import Rhythm, as_ofs
from keepwell.runs.knowing import knowing_leaks
from keepwell.runs.labelling import Extent, extent, happenings
from keepwell.runs.observing import counted
from keepwell.runs.panels import panels
from keepwell.runs.reads import Reads
from keepwell.runs.score import Progress, silent
from keepwell.runs.sightings import Watch
from keepwell.runs.slicing import UNKNOWN
from keepwell.runs.trial import Trial, Wanted
from keepwell.scoring.definition import Definition, used
from keepwell.signals.definition import ACCOUNT, Formula, Signal
from keepwell.signals.expression import Name, names
from keepwell.signals.tables import NUMERIC
from keepwell.signals.window import Span, Unit
from keepwell.sql.among import OneIn
from keepwell.warehouse.protocol import Warehouse

EVERY = Span(28, Unit.DAYS)
MOST = 13
"""The as_ofs that are looked at if nothing is said: a year of every fourth week. Accounts differ in where their outcome falls between two of
them, so that every week before and after it is seen of some."""

ALMOST = timedelta(days=EVERY.days, hours=-2)
"""How far days lie apart at the least where the clock was changed between them."""

ENOUGH = 0.75
"""The share (0–1) of its own days that is left to an outcome at least, when it is looked at on those of another."""

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
    reads = reads or Reads.by_project(project)
    asked = trial(project, warehouse, outcome, reads, rhythm=rhythm, known=known)
    (found,) = looks(project, warehouse, (asked,), reads, progress=progress)
    return found


def trial(
    project: Project,
    warehouse: Warehouse,
    outcome: Outcome,
    reads: Reads,
    *,
    rhythm: Rhythm | None = None,
    known: Extent | None = None,
) -> Trial:
    """An outcome with the days of the past at which what is read could be held against it, all that the data allow.

    Raises:
        UserError: the data are too short, or hold nothing that could tell the outcome.
    """
    known = known or extent(project, warehouse, outcome)
    days = as_ofs(project, warehouse, outcome, _read(project, reads), rhythm or Rhythm(EVERY), known=known)
    return Trial.of(outcome, days, known, _wanted(warehouse, reads, outcome))


def within(days: Sequence[datetime], each: Trial) -> Trial | None:
    """The trial at days that are read anyway, `EVERY` or further apart, where `ENOUGH` of its own are left to it so; else `None`."""
    spread: list[datetime] = []
    for day in reversed(days):
        if len(spread) < MOST and (not spread or spread[-1] - day >= ALMOST):
            spread.append(day)
    enough = len(spread) >= ENOUGH * len(each.as_ofs[-MOST:])
    return replace(each, as_ofs=tuple(reversed(spread))) if enough else None


def looks(
    project: Project,
    warehouse: Warehouse,
    trials: Sequence[Trial],
    reads: Reads,
    *,
    progress: Progress = silent,
) -> tuple[Look, ...]:
    """What `look` finds against each of the outcomes; accounts are read once for all of them that have dates.

    Raises:
        UserError: there are no accounts.
    """
    found: dict[str, Look] = {}
    definition = _read(project, reads)
    knowing = tuple(knowing_leaks(project, warehouse, reads))
    for dated in (True, False):
        some = together([each for each in trials if each.outcome.dated is dated])
        made = panels(project, warehouse, some, definition=definition, progress=progress) if some else ()
        for each, its in zip(some, made, strict=True):
            found[each.outcome.name] = look_at(project, warehouse, each, its, reads, knowing=knowing)
    return tuple(found[each.outcome.name] for each in trials)


def look_at(
    project: Project,
    warehouse: Warehouse,
    trial: Trial,
    made: Panel,
    reads: Reads,
    *,
    knowing: Sequence[Leak] | None = None,
) -> Look:
    """What `look` finds in a panel of the trial. `knowing`: what cannot be true of when facts were known, if that has been asked already."""
    if knowing is None:
        knowing = tuple(knowing_leaks(project, warehouse, reads))
    judged = made.rows(made.state >= KEPT)
    looking = _Looking(project, warehouse, trial, reads, tuple(knowing))
    signs = sorted(looking.all(made, judged), key=lambda leak: not leak.blocks)
    return Look(tuple(signs), Sample.of(judged.happened, judged.account))


def together(trials: Sequence[Trial]) -> tuple[Trial, ...]:
    """The trials, each at up to `MOST` of its last days: at the same days for all, where `ENOUGH` of its own are left to a trial so."""
    if not trials:
        return ()
    longest = max((each.as_ofs for each in trials), key=lambda days: days[-1])
    return tuple(_at_days_of(longest, each) for each in trials)


def _at_days_of(days: Sequence[datetime], each: Trial) -> Trial:
    """At the last of the days, or at earlier ones of them, or else at its own."""
    own = each.as_ofs[-MOST:]
    last, earlier = ([day for day in some if day <= own[-1]][-MOST:] for some in (days[-MOST:], days))
    for shared in (last, earlier):
        if len(shared) >= ENOUGH * len(own):
            return replace(each, as_ofs=tuple(shared))
    return replace(each, as_ofs=own)


def _wanted(warehouse: Warehouse, reads: Reads, outcome: Outcome) -> Wanted:
    """All that is looked at, of the accounts, also those that have ended; bands are nothing to it."""
    kinds = warehouse.tables().get("accounts", {})
    present = [name for name in reads.attributes if name in kinds]
    numbers = [name for name in present if kinds[name] in NUMERIC]
    return Wanted(
        signals=(*reads.signals, *(_attribute(name) for name in numbers)),
        attributes=tuple(name for name in present if name not in numbers),
        ended=outcome.dated,
        daily=False,
        accounts=OneIn(one_in) if (one_in := counted(warehouse) // MOST_ACCOUNTS) > 1 else None,
    )


def _read(project: Project, reads: Reads) -> Definition:
    """What measures all that is looked at, and scores nothing."""
    cases = [condition for _, condition in (*project.segments, *project.stages)]
    signals = used((), project.signals, (*(Name(signal.name) for signal in reads.signals), *cases))
    return replace(purposes.unscored(project), signals=signals, value=None)


@dataclass(frozen=True, slots=True)
class _Looking:
    """A look at what is read, against one outcome. `knowing`: what cannot be true of when facts were known, whatever the outcome."""

    project: Project
    warehouse: Warehouse
    trial: Trial
    reads: Reads
    knowing: tuple[Leak, ...]

    @property
    def outcome(self) -> Outcome:
        """What is held against it."""
        return self.trial.outcome

    def all(self, made: Panel, judged: Panel) -> Iterator[Leak]:
        """All signs, in a panel and in its rows of which the outcome is known."""
        yield from self._outcome_itself()
        yield from self._values(judged)
        yield from self.knowing
        if self.outcome.dated:
            yield from self._laggards(made)
            yield from self._without_history()

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
        watch = Watch.of(made, happenings(self.project, self.warehouse, self.outcome, self.trial.known))
        places = self.reads.places(self.project)
        for name, column in made.values.items():
            values = column[watch.rows]
            known = ~np.isnan(values)
            study = event_study(name, values, watch.sightings)
            if study is not None and study.moves_after:
                yield self._laggard(study, told(study), places, by_week(values, watch.sightings))
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
                    yield self._laggard(study, evidence, places, by_week(presence, watch.sightings))

    def _laggard(
        self, study: EventStudy, evidence: str, places: Mapping[str, str], weeks: tuple[Week, ...]
    ) -> Leak:
        where = places.get(study.name, "")
        return Leak(study.name, Sign.MOVES_AFTER, evidence, where, study.surely_flat, weeks)

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
