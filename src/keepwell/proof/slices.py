"""What rows are split by: the panel's groups, the quarter, and whether outreach reached the account."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np

from keepwell.proof.panel import Panel
from keepwell.scoring.observed import Groups

QUARTER, CONTACTED = "quarter", "contacted"
"""The names of what rows are split by besides the panel's groups."""

YES, NO = "yes", "no"

MOST_GROUPS = 40
"""Of so many groups, the largest, evidence is given; smaller ones are taken together as `OTHERS`."""

OTHERS = "(others)"


@dataclass(frozen=True, slots=True)
class Way:
    """One way to split: the group of every row of the panel."""

    by: str
    groups: Groups


def ways(panel: Panel, zone: ZoneInfo) -> Iterator[Way]:
    """All ways to split a panel's rows: its groups in their order, quarters (of the as_of in the zone), contacted or
    not.
    """
    for by, groups in panel.groups.items():
        yield Way(by, _largest(groups))
    quarters = Groups.of([quarter(as_of, zone) for as_of in panel.as_ofs])
    if len(quarters.names) > 1:
        yield Way(QUARTER, Groups(quarters.names, quarters.codes[panel.point]))
    if panel.contacted.any():
        yield Way(CONTACTED, Groups((YES, NO), np.where(panel.contacted, 0, 1)))


def quarter(as_of: datetime, zone: ZoneInfo) -> str:
    """The calendar quarter, such as `2025 Q1`."""
    local = as_of.astimezone(zone)
    return f"{local.year} Q{(local.month + 2) // 3}"


def _largest(groups: Groups) -> Groups:
    """The groups that occur, by name; beyond `MOST_GROUPS` the smaller ones as one."""
    counts = np.bincount(groups.codes, minlength=len(groups.names))
    large = [int(code) for code in np.argsort(-counts, kind="stable") if counts[code]]
    kept = sorted(large[:MOST_GROUPS], key=lambda code: groups.names[code])
    place = np.full(len(groups.names), len(kept), dtype=np.int64)
    place[kept] = np.arange(len(kept))
    names = [groups.names[code] for code in kept]
    return Groups(tuple(names + [OTHERS] * (len(large) > MOST_GROUPS)), place[groups.codes])
