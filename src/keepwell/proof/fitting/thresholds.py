"""Where bands begin: from how many accounts a team can look after, or from what a miss and a needless contact cost."""

from dataclasses import dataclass, replace

import numpy as np

from keepwell.proof.isotonic import isotonic
from keepwell.scoring.observed import Bools, Floats, Ints
from keepwell.scoring.scorecard import Bands

WATCHED = 3.0
"""The two bands that ask for attention hold together so many times what the one to act on holds; by cost, the second begins
where the chance is a `WATCHED`-th of what makes a contact worth it."""


@dataclass(frozen=True, slots=True, eq=False)
class Scored:
    """Scores (0–100) by instant, with what became of them: `happened` is the outcome itself, `adverse` whether it is a loss."""

    score: Floats
    point: Ints
    happened: Bools
    adverse: bool


def by_capacity(scored: Scored, capacity: int, before: Bands) -> Bands | None:
    """Bands of which the one to act on (red before a loss, green before a gain) holds `capacity` accounts per instant on average.

    The one after it (yellow) holds twice as many. Thresholds are whole points; the one is taken with which the band holds at most
    `capacity`, if any does. `None` if there are not so many accounts that a band would be left over.
    """
    instants = len(np.unique(scored.point))
    wanted = np.array([capacity, WATCHED * capacity]) * instants
    if wanted[1] >= len(scored.score):
        return None
    first, second = (_cut(scored, float(count)) for count in wanted)
    return _bands(first, second, scored.adverse, before)


def by_cost(scored: Scored, miss: float, contact: float, before: Bands) -> Bands | None:
    """Bands of which the one to act on begins where a contact is worth it: chance × `miss` reaches `contact`.

    The chance is the rate of the outcome by score, made monotone. The one after it begins at a third of that chance. `None` if the
    chance is never so high, or always.
    """
    needed = contact / miss
    chances = chance_by_point(scored)
    first, second = _crossing(chances, needed, scored), _crossing(chances, needed / WATCHED, scored)
    return None if first is None or second is None else _bands(first, second, scored.adverse, before)


def chance_by_point(scored: Scored) -> Floats:
    """The chance of the outcome at each whole score 0–100: its rate there, made monotone; between scores never seen, in a line."""
    sign = -1.0 if scored.adverse else 1.0
    points = np.clip(np.floor(scored.score), 0, 100)
    return isotonic(scored.happened, sign * points)(sign * np.arange(101.0))


def _cut(scored: Scored, count: float) -> int:
    """The whole score at which the band to act on ends (adverse) or begins, so that it holds at most so many rows."""
    if scored.adverse:
        below = np.array([(scored.score < at).sum() for at in range(101)])
        return int(np.flatnonzero(below <= count)[-1])
    above = np.array([(scored.score >= at).sum() for at in range(101)])
    return int(np.flatnonzero(above <= count)[0]) if (above <= count).any() else 100


def _crossing(chances: Floats, needed: float, scored: Scored) -> int | None:
    enough = chances >= needed
    if enough.all() or not enough.any():
        return None
    return int(np.flatnonzero(enough)[-1]) + 1 if scored.adverse else int(np.flatnonzero(enough)[0])


def _bands(first: int, second: int, adverse: bool, before: Bands) -> Bands:
    """Thresholds kept apart, with as much of the hysteresis as there is room for."""
    yellow, green = (first, second) if adverse else (second, first)
    yellow = min(max(yellow, 1), 98)
    green = min(max(green, yellow + 1), 99)
    room = min(before.hysteresis, green - yellow, 100 - green)
    return replace(before, green=float(green), yellow=float(yellow), hysteresis=float(room))
