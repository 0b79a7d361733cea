"""How much each measure counts, and how much of that is known."""

import numpy as np

from keepwell.scoring.observed import Bools, Floats, Ints
from keepwell.scoring.scorecard import Missing, Scorecard


def membership(card: Scorecard) -> Floats:
    """A matrix of measures × dimensions: 1 where the measure belongs to the dimension."""
    sizes = [len(dimension.measures) for dimension in card.dimensions]
    return np.repeat(np.eye(len(sizes)), sizes, axis=0)


def nominal(card: Scorecard) -> Floats:
    """Each measure's share of the score when everything is known: they add up to 1.

    A measure weighs `dimension weight / all dimensions' weights × its weight / its dimension's weights`.
    """
    total = sum(dimension.weight for dimension in card.dimensions)
    shares = []
    for dimension in card.dimensions:
        within = sum(measure.weight for measure in dimension.measures)
        shares += [
            _share(dimension.weight, total) * _share(measure.weight, within) for measure in dimension.measures
        ]
    return np.array(shares, dtype=np.float64)


def _share(part: float, whole: float) -> float:
    return part / whole if whole else 0.0


def coverage(card: Scorecard, known: Bools) -> Floats:
    """The share (0–1) of the scorecard's weight that is known, per account; 1 for a scorecard without measures."""
    if not card.measures:
        return np.ones(len(known))
    return np.asarray(np.minimum((known * nominal(card)).sum(axis=1), 1.0))


def weigh(card: Scorecard, known: Bools, fixed: Bools) -> Floats:
    """Each measure's weight in each account's score (accounts × measures).

    `known` says which measures have a mark; `fixed` (accounts × dimensions) which dimensions were set by hand and so
    count whether or not their measures are known. Under `redistribute` an unknown measure hands its weight to the known ones of
    its dimension, a dimension without any hands its own to the other dimensions, and the weights of an account of
    which nothing is known are all 0. Under the other policies nothing moves.
    """
    if card.missing is not Missing.REDISTRIBUTE:
        return np.broadcast_to(nominal(card), known.shape).copy()
    belongs = membership(card)
    own = np.array([measure.weight for measure in card.measures], dtype=np.float64)
    of_known = known * own
    of_all = np.broadcast_to(own, known.shape)
    heard = (of_known @ belongs) > 0
    counted = np.where((heard | ~fixed) @ belongs.T > 0, of_known, of_all)
    within = _divide(counted, (counted @ belongs) @ belongs.T)
    dimensions = (heard | fixed) * np.array([dimension.weight for dimension in card.dimensions])
    across = _divide(dimensions, dimensions.sum(axis=1, keepdims=True))
    shares: Floats = within * (across @ belongs.T)
    return shares


def alike(*flags: Bools) -> tuple[Ints, Ints]:
    """Rows that are the same in all the flags (each accounts × anything): the first of each sort, and of which sort every row is.

    What is known differs in few ways, however many accounts there are, and weights follow from that alone.
    """
    packed = np.packbits(np.concatenate(flags, axis=1), axis=1)
    rows, width = packed.shape
    words = np.zeros((rows, -(-width // _WORD)), dtype=np.uint64)
    words.view(np.uint8)[:, :width] = packed
    if words.shape[1] == 1:
        _, first, which = np.unique(words[:, 0], return_index=True, return_inverse=True)
    else:
        _, first, which = np.unique(words, axis=0, return_index=True, return_inverse=True)
    return first, which.reshape(-1)


_WORD = 8


def _divide(parts: Floats, wholes: Floats) -> Floats:
    wholes = np.broadcast_to(wholes, parts.shape)
    return np.divide(parts, wholes, out=np.zeros(parts.shape), where=wholes > 0)
