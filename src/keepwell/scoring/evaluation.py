"""The score of every account for one purpose, step by step, as arrays."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from keepwell.scoring.marks import Marks, marked
from keepwell.scoring.observed import NO_CARD, Bools, Floats, Ints, Observed, choose, condition_of
from keepwell.scoring.overrides import NONE_IN_FORCE, SCORE, InForce
from keepwell.scoring.peers import Frozen
from keepwell.scoring.rollup import Brood, Family, family
from keepwell.scoring.scorecard import Scorecard

DECIMALS = 6
"""Scores are rounded to so many decimals, before they are banded."""

NO_CAP = -1

PIECE = 4096
"""So many accounts are marked at a time where only scores are wanted: what they take stays in the processor's cache."""


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What every step makes of every account (by position; NaN where there is no score).

    `chosen` is the index of its scorecard (-1: none), `marks` hold one block per scorecard (none, where no explanation was
    wanted), and `place` says at which row of its block an account stands. `own` is the score of measures and rules, whether or not enough is known; `rolled`,
    `capped` and `overridden` are the points that the later steps add; `cap` is the index of the lowest cap that holds
    (-1: none). `score` is the rounded end of it.
    """

    observed: Observed
    cards: tuple[Scorecard, ...]
    frozen: Frozen
    overrides: InForce
    kin: Family
    chosen: Ints
    marks: tuple[Marks, ...]
    place: Ints
    own: Floats
    rolled: Floats
    cap: Ints
    capped: Floats
    overridden: Floats
    baseline: Floats
    coverage: Floats
    score: Floats

    def __len__(self) -> int:
        return len(self.observed)

    def children(self, position: int) -> Ints:
        """The positions of an account's scored children."""
        return np.flatnonzero((self.kin.parents == position) & ~np.isnan(self.score))


def evaluate(
    cards: Sequence[Scorecard],
    observed: Observed,
    frozen: Frozen,
    overrides: InForce = NONE_IN_FORCE,
    *,
    chosen: Ints | None = None,
    excused: Bools | None = None,
    explained: bool = True,
) -> Evaluation:
    """Scores the active accounts by the scorecards of one purpose.

    Measures, rules, clamp, roll-up (children first), caps, override of the score: each step takes the whole result of the one before.
    A parent takes in what its children show in the end, their own caps and overrides included. `chosen` fixes the scorecards
    instead of the first match. Of the `excused` accounts coverage is not asked: they are scored on whatever is known.
    Not `explained`, it holds scores alone, which is quicker.
    """
    chosen = np.where(observed.active, choose(cards, observed) if chosen is None else chosen, NO_CARD)
    total = len(observed)
    own, baseline, coverage, enough = np.full((4, total), np.nan)
    place = np.full(total, -1, dtype=np.int64)
    blocks: list[Marks] = []
    for index, card in enumerate(cards):
        for rows in _pieces(np.flatnonzero(chosen == index), explained):
            block = marked(card, rows, observed, frozen, overrides)
            own[rows] = block.own
            baseline[rows] = block.baseline
            coverage[rows] = block.coverage
            known = block.enough
            if excused is not None:
                known = known | excused[rows] & (block.weights.any(axis=1) | (not card.measures))
            enough[rows] = np.where(known, 1.0, np.nan)
            place[rows] = np.arange(len(rows))
            if explained:
                blocks.append(block)

    kin = family(observed.positions(observed.parents))
    cap, at_most = _caps(cards, observed, chosen)
    by_hand = np.where(chosen == NO_CARD, np.nan, overrides.set_to(SCORE, observed.accounts))
    rolled, capped, overridden = np.zeros((3, total))
    score = np.full(total, np.nan)
    brood = Brood.none(observed.worth)
    for level in kin.levels:
        reached = _rolled(cards, chosen[level], level, own[level], brood)
        rolled[level] = reached - own[level]
        held = np.minimum(reached, at_most[level])
        capped[level] = held - reached
        final = np.where(np.isnan(by_hand[level]), held * enough[level], by_hand[level])
        overridden[level] = np.where(np.isnan(by_hand[level]), 0.0, final - held)
        score[level] = np.round(final, DECIMALS)
        born = level[(kin.parents[level] >= 0) & ~np.isnan(final)]
        brood.born(born, kin.parents[born], score[born])
    return Evaluation(
        observed, tuple(cards), frozen, overrides, kin, chosen, tuple(blocks), place,
        own, rolled, cap, capped, overridden, baseline, coverage, score,
    )  # fmt: skip


def _pieces(rows: Ints, whole: bool) -> Iterator[Ints]:
    """The rows in one piece, or a few at a time."""
    if whole:
        yield rows
        return
    for start in range(0, len(rows), PIECE):
        yield rows[start : start + PIECE]


def _caps(cards: Sequence[Scorecard], observed: Observed, chosen: Ints) -> tuple[Ints, Floats]:
    """The lowest cap that holds for each account and its limit; of equal ones the first."""
    index = np.full(len(observed), NO_CAP, dtype=np.int64)
    limit = np.full(len(observed), np.inf)
    for which, card in enumerate(cards):
        mine = chosen == which
        for number, cap in enumerate(card.caps):
            lower = mine & observed.holds(condition_of(card, cap)) & (cap.at_most < limit)
            index[lower], limit[lower] = number, cap.at_most
    return index, limit


def _rolled(cards: Sequence[Scorecard], chosen: Ints, level: Ints, own: Floats, brood: Brood) -> Floats:
    result = own.copy()
    for which, card in enumerate(cards):
        mine = chosen == which
        if card.roll_up is not None and mine.any():
            result[mine] = brood.rolled(card.roll_up, level[mine], own[mine])
    return result
