"""Looking for leaks wherever there are data and an outcome to hold them against; or why that could not be done."""

from collections.abc import Collection
from dataclasses import dataclass

from keepwell.errors import UserError
from keepwell.project.project import Project
from keepwell.proof.leaks import Leak, Sign
from keepwell.proof.outcome import Outcome
from keepwell.runs.leaks import found_leaks, unwaived
from keepwell.runs.score import Progress, silent
from keepwell.warehouse.protocol import Warehouse


@dataclass(frozen=True, slots=True)
class Inspection:
    """What was found against one outcome, or why nothing could be looked for (`why_not`, a sentence). `waived`: signs that somebody lets pass."""

    outcome: str
    leaks: tuple[Leak, ...] = ()
    waived: tuple[Leak, ...] = ()
    why_not: str = ""

    @property
    def blocks(self) -> bool:
        """Whether anything found stops a fit."""
        return any(leak.blocks for leak in self.leaks)


def inspected(
    project: Project,
    warehouse: Warehouse,
    waived: Collection[tuple[str, str]] = (),
    *,
    progress: Progress = silent,
) -> tuple[Inspection, ...]:
    """What the data show against the first outcome of each purpose. `waived` holds what and which sign.

    Attributes without history are not among it: a rule of good practice names them already.
    """
    return tuple(
        _inspected(project, warehouse, outcome, waived, progress) for outcome in _first_of_each(project)
    )


def _first_of_each(project: Project) -> tuple[Outcome, ...]:
    found: dict[str, Outcome] = {}
    for outcome in project.outcomes:
        if outcome.purpose in project.purposes():
            found.setdefault(outcome.purpose, outcome)
    return tuple(found.values())


def _inspected(
    project: Project,
    warehouse: Warehouse,
    outcome: Outcome,
    waived: Collection[tuple[str, str]],
    progress: Progress,
) -> Inspection:
    try:
        found = found_leaks(project, warehouse, outcome, progress=progress)
    except UserError as error:
        return Inspection(outcome.name, why_not=error.what)
    shown = tuple(leak for leak in found if leak.sign is not Sign.NO_HISTORY)
    left = unwaived(shown, waived)
    return Inspection(outcome.name, left, tuple(leak for leak in shown if leak not in left))
