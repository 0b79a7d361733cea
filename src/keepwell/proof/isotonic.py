"""The monotone map from risk to probability that fits past outcomes best."""

from dataclasses import dataclass

import numpy as np

from keepwell.scoring.observed import Bools, Floats


@dataclass(frozen=True, slots=True, eq=False)
class Isotonic:
    """A map that never falls: `values` at `risks` (ascending), straight between them, level beyond the first and the
    last.
    """

    risks: Floats
    values: Floats

    def __call__(self, risk: Floats) -> Floats:
        """The probability (0–1) of each risk."""
        return np.interp(risk, self.risks, self.values)


def isotonic(happened: Bools, risk: Floats) -> Isotonic:
    """The map of least squared error, by pooling adjacent violators.

    Neighbours whose rates do not rise are pooled, whole runs of them in one pass over all, until every rate is above
    the one before. In which order they are pooled makes no difference. Barlow et al., Statistical Inference under Order
    Restrictions (1972).

    Raises:
        ValueError: there are no rows.
    """
    if not len(risk):
        raise ValueError("a map is learned from at least one row")
    order = np.argsort(risk)
    rising = risk[order]
    starts = np.flatnonzero(np.append(True, rising[1:] != rising[:-1]))
    size = np.diff(np.append(starts, len(risk))).astype(np.float64)
    hits = np.add.reduceat(happened[order].astype(np.float64), starts)
    first, last = rising[starts], rising[starts]
    while True:
        # hits and sizes are whole numbers: cross products compare the rates exactly
        rises = np.append(True, hits[1:] * size[:-1] > hits[:-1] * size[1:])
        if rises.all():
            break
        heads = np.flatnonzero(rises)
        hits, size = np.add.reduceat(hits, heads), np.add.reduceat(size, heads)
        first, last = first[heads], last[np.append(heads[1:], len(last)) - 1]
    rates = hits / size
    wide = first != last
    return Isotonic(
        np.insert(last, np.flatnonzero(wide), first[wide]),
        np.insert(rates, np.flatnonzero(wide), rates[wide]),
    )
