"""Accounts' standings read from arrays, without their reasons: a portfolio of 100,000 accounts is summed up in moments."""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from keepwell.scoring.bands import band_of
from keepwell.scoring.observed import Floats
from keepwell.scoring.score import Band
from keepwell.scoring.scores import Scores


@dataclass(frozen=True, slots=True)
class Place:
    """One account's standing; `position` is where its whole score stands among the scores."""

    position: int
    account_id: str
    score: float | None
    band: Band | None
    previous_band: Band | None
    value: float | None
    value_at_risk: float | None
    why_not: str


def standings(scores: Scores, within: Collection[int] | None = None) -> list[Place]:
    """The standing of every account, or of those at the positions `within`, in the order of the scores."""
    points, worth, risk = (
        _known(array) for array in (scores.evaluation.score, scores.observed.worth, scores.value_at_risk)
    )
    bands, before = scores.bands.tolist(), scores.before.bands.tolist()
    return [
        Place(
            position=position,
            account_id=scores.who.ids[position],
            score=points[position],
            band=band_of(bands[position]),
            previous_band=band_of(before[position]),
            value=worth[position],
            value_at_risk=risk[position],
            why_not="" if points[position] is not None else scores[position].why_not,
        )
        for position in (range(len(scores)) if within is None else sorted(within))
    ]


def _known(array: Floats) -> list[float | None]:
    return [
        None if unknown else value for value, unknown in zip(array.tolist(), np.isnan(array), strict=True)
    ]


def among(scores: Scores, segment: str | None, owner: str | None) -> list[int]:
    """The positions of the accounts of a segment and of an owner (`None`: any)."""
    return [
        position
        for position in range(len(scores))
        if segment in (None, scores.observed.segments[position])
        and owner in (None, scores.who.owners[position])
    ]
