"""How journeys stand: who is in them, how they ended, what is to be done, and what a person is to decide on."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from keepwell.outreach.enrollment import End
from keepwell.project.project import Project
from keepwell.store import enrollments, holds
from keepwell.store.engine import Store
from keepwell.store.holds import Hold


@dataclass(frozen=True, slots=True)
class Standing:
    """How a journey stands. `under_way` are in it, `held_out` of these are left alone; `ended` says how many ended how, those left alone among them.

    So many intents are `to_do` still. `applied`: whether the applied version has it.
    """

    journey: str
    applied: bool
    under_way: int = 0
    held_out: int = 0
    to_do: int = 0
    ended: Mapping[End, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Status:
    """How all journeys stand, those of the applied version first; `on`: whether outreach is on; `held`: on what a person is to decide."""

    on: bool
    journeys: tuple[Standing, ...]
    held: tuple[Hold, ...]


def status(project: Project, store: Store) -> Status:
    """How the journeys of the applied project stand, and those that others are in still."""
    with store.reading() as connection:
        counts = tuple(enrollments.counts(connection))
        to_do = enrollments.to_do(connection)
        held = holds.every(connection)
    current = [journey.name for journey in project.journeys]
    others = sorted({each.journey for each in counts} - set(current))
    found = []
    for name in (*current, *others):
        mine = [each for each in counts if each.journey == name]
        under_way = [each for each in mine if each.end is None]
        ended: Counter[End] = Counter()
        for each in mine:
            if each.end is not None:
                ended[each.end] += each.count
        found.append(
            Standing(
                name,
                name in current,
                under_way=sum(each.count for each in under_way),
                held_out=sum(each.count for each in under_way if each.held_out),
                to_do=to_do.get(name, 0),
                ended=dict(sorted(ended.items())),
            )
        )
    return Status(project.outreach.enabled, tuple(found), held)
