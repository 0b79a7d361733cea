"""By what evidence is split: what accounts were at the time, in groups small enough in number to be read."""

from collections.abc import Callable, Sequence
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from keepwell.scoring.observed import Floats, Groups, Ints

Days: TypeAlias = npt.NDArray[np.datetime64]

UNKNOWN = "unknown"
MOST_QUARTERS = 8
"""Cohorts are quarters of a year as long as there are at most so many, else years."""

MOST_LEVELS = 12
"""An attribute of more levels is split by the most frequent ones; the rest are `other`."""

FEW = 4
"""A number that takes at most so many different values, such as 0 and 1, is split by each of them."""

OTHER = "other"
_PARTS = ("low", "middle", "high")


def joined(blocks: Sequence[Groups]) -> Groups:
    """The groups of several blocks of accounts, one after the other."""
    names = tuple(dict.fromkeys(name for block in blocks for name in block.names))
    place = {name: code for code, name in enumerate(names)}
    codes = [np.array([place[name] for name in block.names], dtype=np.int64)[block.codes] for block in blocks]
    return Groups(names, np.concatenate(codes) if codes else np.empty(0, dtype=np.int64))


def labels(column: pa.ChunkedArray | pa.Array) -> Groups:
    """One group per text, truth value or day that a column holds; `unknown` where it holds nothing."""
    texts = pc.fill_null(column.cast(pa.string()), UNKNOWN)
    if isinstance(texts, pa.ChunkedArray):
        texts = texts.combine_chunks()
    encoded = texts.dictionary_encode()
    return Groups(tuple(encoded.dictionary.to_pylist()), encoded.indices.to_numpy().astype(np.int64))


def numeric(kind: pa.DataType) -> bool:
    """Whether a column counts or measures, so that its values are split into ranges."""
    return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind))


def ranges(values: Floats) -> Groups:
    """Thirds of the known values: low, middle, high, with the values at their edges; equal values stay together.

    Values of which there are only a few different ones are groups of their own.
    """
    known = values[~np.isnan(values)]
    different = np.unique(known)
    if 0 < len(different) <= FEW:
        codes = np.where(np.isnan(values), len(different), np.searchsorted(different, values))
        return Groups((*(f"{value:g}" for value in different), UNKNOWN), codes.astype(np.int64))
    if not len(known):
        return Groups((UNKNOWN,), np.zeros(len(values), dtype=np.int64))
    edges = np.unique(np.quantile(known, (1 / 3, 2 / 3), method="higher"))
    codes = np.where(np.isnan(values), len(edges) + 1, np.searchsorted(edges, values, side="left"))
    bounds = [known.min(), *edges, known.max()]
    parts = _PARTS if len(edges) == len(_PARTS) - 1 else tuple(map(str, range(1, len(edges) + 2)))
    names = [
        f"{part} ({low:g} to {high:g})" for part, low, high in zip(parts, bounds, bounds[1:], strict=False)
    ]
    return Groups((*names, UNKNOWN), codes.astype(np.int64))


def fewer(groups: Groups) -> Groups:
    """The groups with all but the most frequent `MOST_LEVELS` of them as one."""
    if len(groups.names) <= MOST_LEVELS:
        return groups
    counts = np.bincount(groups.codes, minlength=len(groups.names))
    kept = sorted(np.argsort(-counts, kind="stable")[: MOST_LEVELS - 1].tolist())
    place = np.full(len(groups.names), len(kept), dtype=np.int64)
    place[kept] = np.arange(len(kept))
    return Groups((*(groups.names[code] for code in kept), OTHER), place[groups.codes])


def cohorts(began: Days) -> Groups:
    """The quarter, or the year, in which each account began (`NaT`: not known)."""
    quarters = began.astype("datetime64[M]").astype(np.int64) // 3
    if len(np.unique(quarters[~np.isnat(began)])) <= MOST_QUARTERS:
        return _named(began, quarters, lambda quarter: f"{1970 + quarter // 4} Q{quarter % 4 + 1}")
    years = began.astype("datetime64[Y]").astype(np.int64)
    return _named(began, years, lambda year: str(1970 + year))


def _named(began: Days, numbers: Ints, name: Callable[[int], str]) -> Groups:
    known, codes = np.unique(np.where(np.isnat(began), np.iinfo(np.int64).max, numbers), return_inverse=True)
    names = [UNKNOWN if number == np.iinfo(np.int64).max else name(int(number)) for number in known]
    return Groups(tuple(names), codes.astype(np.int64))
