"""How rows are divided into those from which a map is learned and those on which it is judged."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np

from keepwell.proof.calibration import Basis
from keepwell.proof.isotonic import isotonic
from keepwell.proof.judged import Judged
from keepwell.proof.outcome import Outcome
from keepwell.proof.tally import enough
from keepwell.scoring.observed import Bools, Floats, Ints

FOLDS = 5


@dataclass(frozen=True, slots=True)
class Split:
    """A split in time: learn at the instants before index `learn`, judge at those from index `judge` on.

    The horizons of the first are over before the second begin.
    """

    learn: int
    judge: int


@dataclass(frozen=True, slots=True, eq=False)
class Mapped:
    """The probability (NaN: this row was learned from, or nothing was learned) that the map gives each row; from how
    many rows it was learned.
    """

    basis: Basis
    probability: Floats
    learned_on: int


def splits(as_ofs: Sequence[datetime], outcome: Outcome, zone: ZoneInfo) -> tuple[Split, ...]:
    """Every split in time that leaves an instant on either side. `as_ofs` are aware, ascending."""
    over = [outcome.horizon.after(outcome.gap.after(as_of, zone), zone) for as_of in as_ofs]
    found = []
    for judge in range(1, len(as_ofs)):
        learn = sum(1 for end in over[:judge] if end <= as_ofs[judge])
        if learn:
            found.append(Split(learn, judge))
    return tuple(found)


def mapped(rows: Judged, possible: Sequence[Split]) -> Mapped | None:
    """Turns the risk of sorted rows into probability by a monotone map that is never judged on what it was learned
    from.

    Of the possible splits in time (of `columns["point"]`), that with the most outcomes on its poorer side; if none has
    enough on both, by folds of accounts. `None`: not even that leaves enough outcomes and others to learn from.
    """
    best = _best(rows, possible)
    return _folded(rows) if best is None else _ahead(rows, best)


def _best(rows: Judged, possible: Sequence[Split]) -> Split | None:
    if not possible:
        return None
    point = rows.columns["point"]
    counts = np.bincount(point[rows.happened], minlength=possible[-1].judge + 1)
    running = np.append(0, np.cumsum(counts))
    best = max(possible, key=lambda one: min(running[one.learn], running[-1] - running[one.judge]))
    both = (point < best.learn, point >= best.judge)
    return best if all(_enough(rows, side) for side in both) else None


def _ahead(rows: Judged, split: Split) -> Mapped:
    point = rows.columns["point"]
    learned, judged = point < split.learn, point >= split.judge
    probability = np.full(len(rows), np.nan)
    probability[judged] = isotonic(rows.happened[learned], rows.risk[learned])(rows.risk[judged])
    return Mapped(Basis.EARLIER, probability, int(np.count_nonzero(learned)))


def _folded(rows: Judged) -> Mapped | None:
    fold = folds(np.arange(rows.accounts))[rows.account]
    probability = np.full(len(rows), np.nan)
    for number in range(FOLDS):
        judged = fold == number
        if not _enough(rows, ~judged):
            return None
        probability[judged] = isotonic(rows.happened[~judged], rows.risk[~judged])(rows.risk[judged])
    return Mapped(Basis.FOLDS, probability, len(rows) * (FOLDS - 1) // FOLDS)


def folds(account: Ints, number: int = FOLDS) -> Ints:
    """To which fold (0 to `number` − 1) each account belongs: all its rows to the same, and ids near each other to any."""
    scrambled = (account.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(40)
    return (scrambled % np.uint64(number)).astype(np.int64)


def _enough(rows: Judged, where: Bools) -> bool:
    seen, hit = rows.by_account(None, where), rows.by_account(None, where & rows.happened)
    return enough(int(np.count_nonzero(hit)), int(np.count_nonzero(seen - hit)))
