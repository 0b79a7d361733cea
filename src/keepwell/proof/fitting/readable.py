"""Fitted weights as people would write them: dimensions that add up to 100, and small numbers within them."""

from dataclasses import dataclass, replace

import numpy as np

from keepwell.scoring.observed import Floats
from keepwell.scoring.scorecard import Dimension, Scorecard
from keepwell.scoring.weights import membership, nominal

CLOSE_ENOUGH = 0.01
"""Whole numbers up to 10 are taken if no measure's share of the whole is off by more than this; else tenths."""


@dataclass(frozen=True, slots=True)
class Rounded:
    """The weights of dimensions, and of the measures within each, in a scorecard's order."""

    dimensions: tuple[int, ...]
    measures: tuple[tuple[float, ...], ...]


def readable(card: Scorecard, shares: Floats) -> Rounded:
    """The shares of measures (adding up to 1) as weights: none is 0, since a scorecard lists only what counts."""
    of_dimensions = shares @ membership(card)
    dimensions = parts(of_dimensions, 100)
    measures, begin = [], 0
    for dimension, share in zip(card.dimensions, of_dimensions.tolist(), strict=True):
        size = len(dimension.measures)
        inside = shares[begin : begin + size]
        within = inside / share if share > 0 else np.full(size, 1 / size)
        measures.append(_within(within, share))
        begin += size
    return Rounded(tuple(dimensions), tuple(measures))


def weighted(card: Scorecard, rounded: Rounded) -> Scorecard:
    """The scorecard with these weights."""
    return replace(
        card,
        dimensions=tuple(
            Dimension(
                dimension.name,
                float(weight),
                tuple(
                    replace(measure, weight=own)
                    for measure, own in zip(dimension.measures, inside, strict=True)
                ),
            )
            for dimension, weight, inside in zip(
                card.dimensions, rounded.dimensions, rounded.measures, strict=True
            )
        ),
    )


def shares(card: Scorecard, rounded: Rounded) -> Floats:
    """The shares of the whole that the rounded weights give the measures."""
    return nominal(weighted(card, rounded))


def parts(shares: Floats, total: int) -> list[int]:
    """Whole numbers that add up to `total` and are nearest to the shares, none below 1: the largest remainders are rounded up.

    Raises:
        ValueError: there are more shares than `total`.
    """
    if len(shares) > total:
        raise ValueError(f"{len(shares)} parts of {total} cannot all be 1 or more")
    exact = np.maximum(shares * total, 1.0)
    # what the least ones were given is taken from the others
    while exact.sum() > total + 1e-9:
        above = exact > 1.0
        spare = exact.sum() - total
        exact[above] = np.maximum(exact[above] - spare * (exact[above] - 1) / (exact[above] - 1).sum(), 1.0)
    whole = np.floor(exact + 1e-9).astype(np.int64)
    left = total - int(whole.sum())
    for position in np.argsort(whole - exact, kind="stable")[:left]:
        whole[position] += 1
    return [int(one) for one in whole]


def _within(within: Floats, share: float) -> tuple[float, ...]:
    for total in range(len(within), 11):
        numbers = parts(within, total)
        if (np.abs(np.array(numbers) / total - within) * share).max() <= CLOSE_ENOUGH:
            common = int(np.gcd.reduce(numbers))
            return tuple(float(one // common) for one in numbers)
    tenths = parts(within, 100) if len(within) <= 100 else [1] * len(within)
    return tuple(one / 10 for one in tenths)
