"""Leak checks: which signals and attributes of a project know the outcome, and what shows it."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime

import numpy as np

from keepwell.project.lint.inputs import AttributeWithoutHistory
from keepwell.project.lint.uses import account_attributes
from keepwell.project.project import Project
from keepwell.proof.candidate import Candidate, Categories, Numbers
from keepwell.proof.event_study import EventStudy, event_study, told
from keepwell.proof.leaks import Leak, Sign, leaks
from keepwell.proof.outcome import Outcome
from keepwell.proof.panel import KEPT, Panel
from keepwell.runs import purposes
from keepwell.runs.as_ofs import Rhythm, as_ofs
from keepwell.runs.knowing import knowing_leaks
from keepwell.runs.labelling import happenings
from keepwell.runs.panels import Wanted, panel
from keepwell.runs.score import Progress, silent
from keepwell.runs.sightings import Watch
from keepwell.runs.slicing import UNKNOWN
from keepwell.scoring.definition import Definition
from keepwell.signals.definition import ACCOUNT, Formula, Signal
from keepwell.signals.expression import Name
from keepwell.signals.tables import NUMERIC
from keepwell.signals.window import Span, Unit
from keepwell.warehouse.protocol import Warehouse

EVERY = Span(14, Unit.DAYS)
MOST = 26
"""The as_ofs that are looked at if nothing is said: a year of fortnights. Leaks show in every other week as well."""


def found_leaks(
    project: Project,
    warehouse: Warehouse,
    outcome: Outcome,
    *,
    rhythm: Rhythm | None = None,
    progress: Progress = silent,
) -> tuple[Leak, ...]:
    """All signs that something the project's signals or scores read knows the outcome, the gravest first.

    Looked at are the values of all signals, and the attributes of accounts that scores, segments or stages read, at past as_ofs; how signals move around the outcome; when facts are said to have been known; and attributes without history.

    Raises:
        UserError: the data are too short, or hold nothing that could tell the outcome.
    """
    definition = purposes.definition(project, outcome.purpose)
    instants = as_ofs(project, warehouse, outcome, definition, rhythm or Rhythm(EVERY))[-MOST:]
    made = _panel(project, warehouse, outcome, instants, definition=definition, progress=progress)
    found = [*_values(project, made), *knowing_leaks(project, warehouse)]
    if outcome.dated:
        watch = Watch.of(made, happenings(project, warehouse, outcome))
        found += _laggards(project, made, watch)
        found += _without_history(project)
    return tuple(sorted(found, key=lambda leak: not leak.blocks))


def _panel(
    project: Project,
    warehouse: Warehouse,
    outcome: Outcome,
    instants: Sequence[datetime],
    *,
    definition: Definition,
    progress: Progress,
) -> Panel:
    """The accounts, also those that have ended, with all that is looked at."""
    kinds = warehouse.tables().get("accounts", {})
    read = [name for name in dict.fromkeys(name for name, _ in account_attributes(project)) if name in kinds]
    numbers = [name for name in read if kinds[name] in NUMERIC]
    wanted = Wanted(
        signals=(*project.signals, *(_attribute(name) for name in numbers)),
        attributes=tuple(name for name in read if name not in numbers),
        ended=outcome.dated,
        daily=False,
    )
    return panel(
        project, warehouse, outcome, instants, definition=definition, wanted=wanted, progress=progress
    )


def _attribute(name: str) -> Signal:
    return Signal(ACCOUNT + name, Formula(Name(ACCOUNT + name)))


def _values(project: Project, made: Panel) -> tuple[Leak, ...]:
    """What the values themselves show, over rows of which the outcome is known, scored or not."""
    rows = made.rows(made.state >= KEPT)
    columns: list[Candidate] = [Numbers(name, values) for name, values in rows.values.items()]
    read = {name for name, _ in account_attributes(project)}
    columns += [
        Categories.of(ACCOUNT + name, groups, UNKNOWN) for name, groups in rows.groups.items() if name in read
    ]
    return leaks(columns, rows.happened, rows.account, _places(project))


def _laggards(project: Project, made: Panel, watch: Watch) -> Iterator[Leak]:
    places = _places(project)
    for name, values in made.values.items():
        known = ~np.isnan(values[watch.rows])
        studies: list[tuple[str, EventStudy | None]] = [
            ("", event_study(name, values[watch.rows], watch.sightings))
        ]
        if known.any() and not known.all():
            studies.append(
                (
                    "whether it is known: ",
                    event_study(name, known.astype(np.float64), watch.sightings),
                )
            )
        for what, study in studies:
            if study is not None and study.moves_after:
                yield Leak(
                    name, Sign.MOVES_AFTER, what + told(study), places.get(name, ""), study.surely_flat
                )


def _without_history(project: Project) -> Iterator[Leak]:
    """Attributes of which only today's value is known, as the rule of good practice finds them."""
    rule = AttributeWithoutHistory()
    if rule.name() in project.ignored:
        return
    seen: set[str] = set()
    for finding in rule.check(project):
        name = finding.what.split(" ", 1)[0]
        if name not in seen:
            seen.add(name)
            yield Leak(name, Sign.NO_HISTORY, finding.what, finding.where)


def _places(project: Project) -> dict[str, str]:
    """Where every signal, and every attribute that is read, is defined."""
    found = {signal.name: project.where.get(f"signal:{signal.name}", "") for signal in project.signals}
    for name, where in account_attributes(project):
        found.setdefault(ACCOUNT + name, where)
    return found


def unwaived(found: Iterable[Leak], waived: Collection[tuple[str, str]]) -> tuple[Leak, ...]:
    """The leaks that nobody has waived; `waived` holds what and which sign. Such as remain and block stop a fit."""
    return tuple(leak for leak in found if (leak.what, str(leak.sign)) not in waived)
