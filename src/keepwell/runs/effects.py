"""What a change of the definitions does to accounts: who changes band, how scores are spread, and the weightiest reason."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from keepwell.scoring.bands import band_of
from keepwell.scoring.observed import Bools, Floats, Trits
from keepwell.scoring.score import Band, Reason, Score, Step
from keepwell.scoring.scores import Scores

BINS = 10
SHOWN = 10


@dataclass(frozen=True, slots=True)
class Spread:
    """How scores are spread: how many there are, how many in each ten points from 0 to 100, and their deciles (10% to 90%)."""

    scored: int
    histogram: tuple[int, ...]
    deciles: tuple[float, ...]

    @classmethod
    def of(cls, scores: Floats) -> "Spread":
        """The spread of scores (NaN: none). Without any there are no deciles."""
        known = scores[~np.isnan(scores)]
        counts, _ = np.histogram(known, bins=BINS, range=(0, 100))
        deciles = np.quantile(known, np.arange(1, BINS) / BINS) if len(known) else np.empty(0)
        return cls(len(known), tuple(counts.tolist()), tuple(np.round(deciles, 1).tolist()))


@dataclass(frozen=True, slots=True)
class Mover:
    """An account that changes band: its worth, its score and band before and after, and why in words."""

    account_id: str
    name: str
    value: float | None
    score_before: float | None
    score_after: float | None
    band_before: Band | None
    band_after: Band | None
    why: str


@dataclass(frozen=True, slots=True)
class Effect:
    """What a change does to the scores of one purpose (`before` is `None` where the purpose is new, `after` where it goes).

    `moves` counts accounts by (band before, band after), also those that stay; `moved` are those that change band, of all
    `accounts` that have a score before or after; `value_moved` is what they are worth. `examples` are the weightiest of them.
    """

    purpose: str
    before: Spread | None
    after: Spread | None
    moves: Mapping[tuple[Band | None, Band | None], int]
    accounts: int
    moved: int
    value_moved: float | None
    examples: tuple[Mover, ...]

    @property
    def share(self) -> float:
        """The share of the accounts that change band (0–1). A purpose that is new, or goes, moves nobody."""
        both = self.before is not None and self.after is not None
        return self.moved / self.accounts if both and self.accounts else 0.0


def effect(before: Scores | None, after: Scores | None, within: Bools | None = None) -> Effect:
    """What becomes of one purpose's scores. Both are of the same accounts and the same instant; at least one is given.

    `within` are the accounts to speak of (`None`: all).
    """
    one = after if after is not None else before
    assert one is not None
    nobody = np.full(len(one), np.nan), np.full(len(one), -1, dtype=np.int8)
    old = nobody if before is None else (before.evaluation.score, before.bands)
    new = nobody if after is None else (after.evaluation.score, after.bands)
    among = np.ones(len(one), dtype=np.bool_) if within is None else within
    concerned = among & ~(np.isnan(old[0]) & np.isnan(new[0]))
    moved = concerned & (old[1] != new[1])
    worth = one.observed.worth
    return Effect(
        purpose=one.purpose,
        before=None if before is None else Spread.of(old[0][among]),
        after=None if after is None else Spread.of(new[0][among]),
        moves=_moves(old[1], new[1], concerned),
        accounts=int(concerned.sum()),
        moved=int(moved.sum()) if before is not None and after is not None else 0,
        value_moved=None if np.isnan(worth[among]).all() else float(np.nansum(worth[moved])),
        examples=() if before is None or after is None else _examples(before, after, moved),
    )


def _moves(before: Trits, after: Trits, concerned: Bools) -> Mapping[tuple[Band | None, Band | None], int]:
    counted = Counter(zip(before[concerned].tolist(), after[concerned].tolist(), strict=True))
    return {(band_of(old), band_of(new)): n for (old, new), n in sorted(counted.items(), reverse=True)}


def _examples(before: Scores, after: Scores, moved: Bools) -> tuple[Mover, ...]:
    places = np.flatnonzero(moved)
    worth = np.nan_to_num(after.observed.worth[places])
    change = np.nan_to_num(
        np.abs(after.evaluation.score[places] - before.evaluation.score[places]), nan=100.0
    )
    order = np.lexsort((places, -change, -worth))[:SHOWN]
    return tuple(_mover(before[int(place)], after[int(place)]) for place in places[order])


def _mover(before: Score, after: Score) -> Mover:
    return Mover(
        account_id=after.account_id,
        name=after.name,
        value=after.value if after.value is not None else before.value,
        score_before=before.score,
        score_after=after.score,
        band_before=before.band,
        band_after=after.band,
        why=why(before, after),
    )


LEAST = 0.05
"""Points below which a difference is not worth telling: it would read as 0.0."""


def why(before: Score, after: Score) -> str:
    """What of an account's score the change of definitions moves most, in words."""
    if after.score is None or before.score is None:
        return (after.why_not or "no score any more") if after.score is None else "it has a score now"
    if before.scorecard != after.scorecard:
        return f"scorecard {after.scorecard} instead of {before.scorecard}"
    points = [_points(each.reasons) for each in (before, after)]
    moved = {name: points[1].get(name, 0.0) - points[0].get(name, 0.0) for name in {**points[0], **points[1]}}
    weightiest = max(moved, key=lambda name: (abs(moved[name]), name), default=None)
    if weightiest is None or abs(moved[weightiest]) < LEAST:
        same = abs(after.score - before.score) < LEAST
        return "the same score, in another band" if same else "what contributions are measured from changed"
    told = {(r.step, r.name): r.text for r in (*before.reasons, *after.reasons)}
    was = f"before {points[0][weightiest]:+.1f}" if weightiest in points[0] else "new"
    if weightiest not in points[1]:
        return f"no longer counted: {told[weightiest]}"
    return f"{told[weightiest]} ({was.replace('-', '−')})"


def _points(reasons: Sequence[Reason]) -> dict[tuple[Step, str], float]:
    found: dict[tuple[Step, str], float] = {}
    for reason in reasons:
        key = (reason.step, reason.name)
        found[key] = found.get(key, 0.0) + reason.points
    return found
