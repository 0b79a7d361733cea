"""How a change of the definitions changes how well scores tell what really happened."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from keepwell.errors import UserError
from keepwell.project import Project
from keepwell.proof.baselines import Comparison, compared
from keepwell.proof.outcome import Outcome, Population
from keepwell.proof.panel import HAPPENED, Panel
from keepwell.runs import purposes
from keepwell.runs.as_ofs import Rhythm, as_ofs
from keepwell.runs.panels import Wanted, panel
from keepwell.runs.score import Progress, silent
from keepwell.warehouse.protocol import Warehouse

TOO_LITTLE = "too few of its outcomes are known to say anything"


@dataclass(frozen=True, slots=True)
class Retold:
    """How well one purpose's scores tell one outcome after a change and before it: `comparison.own` is the AUC after, `other` before.

    `comparison` is `None` where nothing can be said, and `why_not` says why.
    """

    purpose: str
    outcome: str
    title: str
    comparison: Comparison | None
    why_not: str = ""


def retold(
    before: Project, after: Project, warehouse: Warehouse, progress: Progress = silent
) -> tuple[Retold, ...]:
    """The evidence of each purpose whose definitions differ, by each outcome that judges it, over the same accounts and past instants.

    The outcomes, the instants and who is at risk are those of the project after the change.
    """
    return tuple(_each(before, after, warehouse, progress))


def _each(before: Project, after: Project, warehouse: Warehouse, progress: Progress) -> Iterator[Retold]:
    for outcome in after.outcomes:
        purpose = outcome.purpose
        if purpose not in before.purposes() or purpose not in after.purposes():
            continue
        old, new = (purposes.definition(project, purpose) for project in (before, after))
        if old.version == new.version:
            continue
        progress(f"evidence by {outcome.name}", 0.0)
        try:
            instants = as_ofs(after, warehouse, outcome, new, Rhythm())
            now = panel(
                after,
                warehouse,
                outcome,
                instants,
                definition=new,
                wanted=Wanted(daily=False),
                progress=progress,
            )
            everyone = replace(outcome, population=Population())
            then = panel(
                before,
                warehouse,
                everyone,
                instants,
                definition=old,
                wanted=Wanted(daily=False),
                progress=progress,
            )
        except UserError as reason:
            yield Retold(purpose, outcome.name, outcome.title, None, reason.what)
            continue
        found = _compared(outcome, then, now)
        yield Retold(purpose, outcome.name, outcome.title, found, "" if found is not None else TOO_LITTLE)


def _compared(outcome: Outcome, then: Panel, now: Panel) -> Comparison | None:
    """The two scores of each row of which the outcome is known. Both panels have the same rows: who is active does not depend on
    definitions."""
    if not np.array_equal(then.account, now.account) or not np.array_equal(then.point, now.point):
        raise ValueError("the two panels are not of the same accounts and instants")
    sign = -1.0 if outcome.kind.adverse else 1.0
    rows = now.judged & ~np.isnan(then.score)
    return compared(
        now.state[rows] == HAPPENED, sign * now.score[rows], sign * then.score[rows], now.account[rows]
    )
