"""What a team sees that looks after the riskiest accounts, as many as it can, at each as_of."""

import math
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from keepwell.proof.interval import Estimate, between_0_and_1, equal_witnesses
from keepwell.proof.judged import Judged
from keepwell.scoring.observed import Bools, Floats


@dataclass(frozen=True, slots=True)
class Capture:
    """What a team sees that looks after the `capacity` riskiest accounts at each as_of.

    `recall`: the share of the outcomes to come that are among them, averaged over the `instants` at which any is to
    come. `precision`: the share of them that the outcome happens to, at the same instants. `chance`: the recall of as
    many accounts drawn at random. `worth_recall`: recall counted in the accounts' value (`None`: no value is known). In
    a slice, the riskiest accounts are still those among all, and recall and precision are over the slice's own.
    """

    capacity: int
    instants: int
    recall: Estimate
    precision: Estimate | None
    chance: float
    worth_recall: Estimate | None


@dataclass(frozen=True, slots=True, eq=False)
class Chosen:
    """Which rows the team looks after: `chosen` (0–1; a tie at the border is shared), and whether a row is near that
    border.

    `bordering`: how many rows are near a border, over all instants.
    """

    capacity: int
    chosen: Floats
    near: Bools
    bordering: int

    def rows(self, which: Bools) -> "Chosen":
        """Of some of the rows only."""
        places = np.flatnonzero(which)
        return Chosen(self.capacity, self.chosen[places], self.near[places], self.bordering)


def chosen(rows: Judged, capacity: int) -> Chosen:
    """The `capacity` riskiest rows at each instant (`columns["point"]`).

    Near the border are those whose place is between half and one and a half times the capacity. They tell
    what one more account in the list would push out.
    """
    point = rows.columns["point"]
    few = point.astype(np.uint16) if len(point) and point.max() < 2**16 else point
    order = np.argsort(few, kind="stable")  # of numbers of two bytes it is a radix sort
    risk = rows.risk[order]
    starts = np.flatnonzero(np.diff(point[order], prepend=-1))
    picked = np.zeros(len(rows))
    near = np.zeros(len(rows), dtype=np.bool_)
    for start, end in pairwise([*starts, len(rows)]):
        here = order[start:end]
        if len(here) <= capacity:
            picked[here] = 1.0
            continue
        falling = -risk[start:end]
        border = falling[capacity - 1]
        first = int(np.searchsorted(falling, border, "left"))
        last = int(np.searchsorted(falling, border, "right"))
        picked[here[:first]] = 1.0
        picked[here[first:last]] = (capacity - first) / (last - first)
        near[here[capacity // 2 : math.ceil(capacity * 1.5)]] = True
    return Chosen(capacity, picked, near, int(np.count_nonzero(near)))


def capture(rows: Judged, team: Chosen, worth: Floats | None = None) -> Capture | None:
    """Recall and precision of sorted rows; `None` if the outcome happened to none of them.

    The interval is by influences over accounts: one more weight on a row that is looked after adds that row and pushes
    out an average one near the border.
    """
    happened = rows.happened.astype(np.float64)
    recall = _recall(rows, team, happened)
    if recall is None:
        return None
    point = rows.columns["point"]
    busy = np.bincount(point[rows.happened], minlength=1) > 0
    at_busy = busy[np.minimum(point, len(busy) - 1)] & (point < len(busy))
    all_of = np.bincount(point)[: len(busy)][busy]
    looked_after = np.bincount(point, team.chosen)[: len(busy)][busy]
    known = worth is not None and bool((np.nan_to_num(worth) * happened).any())
    return Capture(
        capacity=team.capacity,
        instants=int(np.count_nonzero(busy)),
        recall=recall,
        precision=_precision(rows, team, happened * at_busy, at_busy.astype(np.float64)),
        chance=float(np.mean(looked_after / all_of)),
        worth_recall=_recall(rows, team, np.nan_to_num(worth) * happened)
        if known and worth is not None
        else None,
    )


def _recall(rows: Judged, team: Chosen, weight: Floats) -> Estimate | None:
    """The share of the weight that is looked after, averaged over the instants that have any."""
    point = rows.columns["point"]
    hit = np.flatnonzero(weight)
    there = np.bincount(point[hit], weight[hit])
    if not there.any():
        return None
    caught = np.bincount(point[hit], weight[hit] * team.chosen[hit])
    busy = there > 0
    recalls = np.divide(caught, there, out=np.zeros_like(there), where=busy)
    pushed_out = float(weight[team.near].sum()) / team.bordering if team.bordering else 0.0
    scale = np.divide(1.0, there * np.count_nonzero(busy), out=np.zeros_like(there), where=busy)
    own = weight[hit] * (team.chosen[hit] - recalls[point[hit]]) * scale[point[hit]]
    influence = np.bincount(rows.account[hit], own, minlength=rows.accounts).astype(np.float64)
    in_list = np.flatnonzero((team.chosen > 0) & (point < len(there)))
    influence -= np.bincount(
        rows.account[in_list],
        pushed_out * team.chosen[in_list] * scale[point[in_list]],
        minlength=rows.accounts,
    )
    accounts = np.count_nonzero(np.bincount(rows.account[hit], minlength=rows.accounts))
    return _estimate(float(recalls[busy].mean()), influence, int(accounts))


def _precision(rows: Judged, team: Chosen, weight: Floats, counted: Floats) -> Estimate | None:
    """The share of the looked-after rows, of those that are `counted`, that have weight."""
    total = float((team.chosen * counted).sum())
    if total <= 0:
        return None
    value = min(float((team.chosen * weight).sum()) / total, 1.0)
    residual = weight - value * counted
    pushed_out = float(residual[team.near].sum()) / team.bordering if team.bordering else 0.0
    influence = rows.by_account(team.chosen * (residual - pushed_out)) / total
    return _estimate(value, influence, int(np.count_nonzero(influence)))


def _estimate(value: float, influence: Floats, witnesses: int) -> Estimate:
    spread = math.sqrt(float((influence * influence).sum()) * witnesses / max(witnesses - 1, 1))
    return between_0_and_1(value, spread, min(witnesses, equal_witnesses(influence)))
