"""Sightings: the rows of a panel before and after the outcome, as event studies read them."""

from dataclasses import dataclass

import numpy as np

from keepwell.proof.event_study import LAST_WEEK, Sightings
from keepwell.proof.labels import Happenings
from keepwell.proof.panel import NOT_AT_RISK, Panel
from keepwell.scoring.observed import Bools, Floats, Ints
from keepwell.warehouse.selection import naive

MOST_REST = 20_000
"""Of the accounts that it did not happen to so many, drawn evenly, are enough to compare with."""

SEGMENT = "segment"
_DAY = np.timedelta64(1, "D")


@dataclass(frozen=True, slots=True, eq=False)
class Watch:
    """Which rows of a panel an event study looks at (`rows`, ascending positions), and where each stands relative to the outcome."""

    rows: Ints
    sightings: Sightings

    @classmethod
    def of(cls, panel: Panel, happenings: Happenings) -> "Watch":
        """The rows of a panel that holds ended accounts too.

        A row counts from its account's last happening if that was within the last weeks that are looked at, else to its next. Rows of those not at risk are left out before
        it, and after it those of accounts that had ended for another cause.
        """
        counting, others = happenings.only(happenings.counts), happenings.only(~happenings.counts)
        since = _since(panel, counting)
        recent = since < (LAST_WEEK + 1) * 7
        elsewhere = ~np.isnan(_since(panel, others))
        until = np.where(recent, -since, panel.days)
        kept = (recent | (panel.state != NOT_AT_RISK)) & ~elsewhere
        rows = np.flatnonzero(kept)
        rows = rows[_enough(panel.account[rows], until[rows])]
        segment = panel.groups[SEGMENT]
        cell = panel.point * len(segment.names) + segment.codes
        return cls(rows, Sightings(panel.account[rows], cell[rows], until[rows]))


def _since(panel: Panel, happenings: Happenings) -> Floats:
    """Days since the last happening of the row's account at or before its as_of; NaN if there was none."""
    instants = np.array([naive(as_of) for as_of in panel.as_ofs], dtype="datetime64[us]")
    width = len(instants) + 1
    keys = happenings.account * width + np.searchsorted(instants, happenings.at, side="left")
    last = np.searchsorted(keys, panel.account * width + panel.point, side="right") - 1
    same = last >= 0
    same[same] = happenings.account[last[same]] == panel.account[same]
    since = np.full(len(panel), np.nan)
    since[same] = (instants[panel.point[same]] - happenings.at[last[same]]) / _DAY
    return since


def _enough(account: Ints, until: Floats) -> Bools:
    """All rows of the accounts that it happens to, and those of at most `MOST_REST` others, evenly over their ids."""
    touched = np.isin(account, account[~np.isnan(until)])
    others = np.unique(account[~touched])
    chosen = others[:: -(-len(others) // MOST_REST) or 1]
    return np.asarray(touched | np.isin(account, chosen))
