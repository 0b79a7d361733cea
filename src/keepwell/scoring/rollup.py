"""Parents and children: in which order they are scored, and how a parent's score takes in its children's."""

from dataclasses import dataclass

import numpy as np

from keepwell.scoring.observed import Bools, Floats, Ints
from keepwell.scoring.scorecard import RollUp

NO_PARENT = -1


@dataclass(frozen=True, slots=True)
class Family:
    """Who belongs to whom, by position. `parents` holds each account's parent (-1: none), circles cut open.

    `levels` lists all positions, children always in an earlier level than their parent. `circles` are the positions whose
    parents lead back to themselves: their links to a parent are ignored.
    """

    parents: Ints
    levels: tuple[Ints, ...]
    circles: Ints


def family(parents: Ints) -> Family:
    """Orders accounts bottom-up.

    Accounts without unscored children are taken off, level by level. Every account has at most one parent, so that what is
    never taken off are exactly the accounts on a circle: they lose their parents, and the rest follows.
    """
    levels, left = _peel(parents)
    circles = np.flatnonzero(left)
    if len(circles):
        parents = parents.copy()
        parents[circles] = NO_PARENT
        levels, _ = _peel(parents)
    return Family(parents, tuple(levels), circles)


def _peel(parents: Ints) -> tuple[list[Ints], Bools]:
    waiting = np.bincount(parents[parents >= 0], minlength=len(parents))
    left = np.ones(len(parents), dtype=np.bool_)
    level = np.flatnonzero(waiting == 0)
    levels = []
    while len(level):
        levels.append(level)
        left[level] = False
        above = parents[level]
        above = above[above >= 0]
        np.subtract.at(waiting, above, 1)
        level = np.unique(above[waiting[above] == 0])
    return levels, left


@dataclass(slots=True)
class Brood:
    """What the children scored so far add up to, per parent's position: a running sum that is fed level by level.

    A child's worth is that of all that was scored at or below it; an unknown or negative worth counts as 0.
    """

    own_worth: Floats
    least: Floats
    total: Floats
    count: Floats
    worth: Floats
    weighed: Floats

    @classmethod
    def none(cls, worth: Floats) -> "Brood":
        """No child has been scored yet; `worth` is each account's own."""
        known = np.maximum(np.nan_to_num(worth), 0.0)
        return cls(known, np.full(len(worth), np.inf), *np.zeros((4, len(worth))))

    def born(self, children: Ints, parents: Ints, scores: Floats) -> None:
        """Adds children that have been scored, given their parents and final scores."""
        worth = self.own_worth[children] + self.worth[children]
        np.minimum.at(self.least, parents, scores)
        np.add.at(self.total, parents, scores)
        np.add.at(self.count, parents, 1.0)
        np.add.at(self.worth, parents, worth)
        np.add.at(self.weighed, parents, worth * scores)

    def rolled(self, how: RollUp, rows: Ints, own: Floats) -> Floats:
        """The scores of the parents at `rows`: `own` alone for those without scored children.

        `worst` is the least of own and children's scores; `mean` their plain mean; `value` their mean weighted by worth, or
        the plain mean where nobody's worth is known to be above zero.
        """
        count, worth = self.count[rows], self.own_worth[rows]
        mean = (own + self.total[rows]) / (1 + count)
        match how:
            case RollUp.WORST:
                result = np.minimum(own, self.least[rows])
            case RollUp.MEAN:
                result = mean
            case RollUp.VALUE:
                whole = worth + self.worth[rows]
                safe = np.where(whole > 0, whole, 1.0)
                result = np.where(whole > 0, (worth * own + self.weighed[rows]) / safe, mean)
        return np.where(count > 0, result, own)
