"""What a plan does to journeys: which change, whom they would begin for, what becomes of those under way, and whose yes dies with it."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from keepwell import clock
from keepwell.outreach.journey import UnderWay
from keepwell.project.changes import How
from keepwell.project.key import secret
from keepwell.project.project import Project
from keepwell.runs.outreach.live import LOTS
from keepwell.runs.outreach.replay.replaying import replay
from keepwell.runs.score import Progress, silent
from keepwell.store import enrollments, journey_approvals
from keepwell.store.engine import Store
from keepwell.warehouse.protocol import Warehouse

DAYS = 7
"""Of so many last days it is told whom journeys would have begun for."""


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What becomes of a journey that is new, changes or goes.

    `begun` accounts would have begun it over the last `DAYS`, `held` ones had waited for a person (`None`: nobody looked, or it goes). So many are
    `under_way`; `moves`: they go on by the new version. `approvals` of the earlier version hold no more.
    """

    journey: str
    how: How
    begun: int | None
    held: int | None
    under_way: int
    moves: bool
    approvals: int


@dataclass(frozen=True, slots=True)
class Outlook:
    """What a plan does to outreach: whether it is `turned` on or off by it (`None`: it stays as it is), and what becomes of journeys."""

    turned: bool | None
    journeys: tuple[Foreseen, ...]


def foreseen(
    before: Project | None,
    after: Project,
    store: Store,
    warehouse: Warehouse | None,
    progress: Progress = silent,
) -> Outlook:
    """What becomes of outreach with a change; without a `warehouse` nobody looks whom journeys would have begun for.

    Raises:
        UserError: the facts cannot be read.
    """
    old, new = ({} if before is None else _versions(before)), _versions(after)
    changed = {
        name: _how(old, new, name) for name in dict.fromkeys((*new, *old)) if old.get(name) != new.get(name)
    }
    moving = {each.name for each in after.journeys if each.under_way is UnderWay.MOVE}
    under_way: Counter[str] = Counter()
    with store.reading() as connection:
        for each in enrollments.counts(connection):
            under_way[each.journey] += each.count if each.end is None else 0
        standing = journey_approvals.every(connection)
    courses = {}
    if warehouse is not None and any(how is not How.REMOVED for how in changed.values()):
        found = replay(after, warehouse, store, secret(after.folder, LOTS), DAYS, progress=progress)
        courses = {each.journey: each for each in found.courses}
    on = False if before is None else before.outreach.enabled
    return Outlook(
        None if on == after.outreach.enabled else after.outreach.enabled,
        tuple(
            Foreseen(
                name,
                how,
                courses[name].begun if name in courses else None,
                courses[name].held if name in courses else None,
                under_way[name],
                name in moving,
                sum(each.covers(old.get(name, ""), clock.now()) for each in standing.get(name, ())),
            )
            for name, how in changed.items()
        ),
    )


def _versions(project: Project) -> Mapping[str, str]:
    return {each.name: project.journey_version(each) for each in project.journeys}


def _how(old: Mapping[str, str], new: Mapping[str, str], name: str) -> How:
    if name not in old:
        return How.ADDED
    return How.CHANGED if name in new else How.REMOVED
