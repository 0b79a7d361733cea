"""Measures that say nearly the same, which are weighed as one: their outcomes cannot tell which of them it was."""

import numpy as np

from keepwell.scoring.observed import Floats

ALIKE = 0.8
"""Marks whose rank correlation is above this are weighed as one."""

FEWEST_TOGETHER = 30
"""In fewer rows that know both, a correlation says nothing."""

MOST_COMPARED = 20_000
"""Of more rows, evenly spaced ones are compared: so many tell a correlation to within 0.01."""

Sets = tuple[tuple[int, ...], ...]


def correlations(marks: Floats) -> Floats:
    """Spearman's rank correlation of every two measures over the rows that know both; 0 where they are few or alike throughout."""
    count = marks.shape[1]
    marks = marks[:: -(-len(marks) // MOST_COMPARED) or 1]
    result = np.eye(count)
    for left in range(count):
        for right in range(left):
            both = ~np.isnan(marks[:, left]) & ~np.isnan(marks[:, right])
            if both.sum() >= FEWEST_TOGETHER:
                pair = _ranks(marks[both, left]), _ranks(marks[both, right])
                result[left, right] = result[right, left] = _correlation(*pair)
    return result


def alike(rho: Floats, above: float = ALIKE) -> Sets:
    """Sets of measures of which every two correlate above the threshold: each measure in one set, the first ones first.

    The two most alike are joined first, and a set grows only by what is like all of it (complete linkage), so that a chain of
    neighbours does not join ends that have nothing to do with each other.
    """
    sets = [[one] for one in range(len(rho))]
    while True:
        best, pair = above, None
        for left in range(len(sets)):
            for right in range(left):
                least = float(rho[np.ix_(sets[left], sets[right])].min())
                if least > best:
                    best, pair = least, (right, left)
        if pair is None:
            return tuple(sorted(tuple(sorted(one)) for one in sets))
        sets[pair[0]] += sets.pop(pair[1])


def opposed(rho: Floats, below: float = -ALIKE) -> tuple[tuple[int, int], ...]:
    """Pairs of measures whose marks are opposites: what is good by one is bad by the other, so one of the two scales is wrong."""
    left, right = np.nonzero(np.triu(rho < below, 1))
    return tuple(zip(left.tolist(), right.tolist(), strict=True))


def together(sets: Sets, start: Floats) -> Floats:
    """A matrix of measures × sets that makes one column of each set: the mean of its marks, weighted by the start's shares."""
    matrix = np.zeros((len(start), len(sets)))
    for column, members in enumerate(sets):
        inside = list(members)
        matrix[inside, column] = start[inside] / start[inside].sum()
    return matrix


def _ranks(values: Floats) -> Floats:
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    return (np.cumsum(counts) - counts / 2)[inverse]


def _correlation(x: Floats, y: Floats) -> float:
    x, y = x - x.mean(), y - y.mean()
    norm = float(np.sqrt((x @ x) * (y @ y)))
    return float(x @ y) / norm if norm > 0 else 0.0
