"""Bands with hysteresis: a fold over the days of a grid."""

from dataclasses import dataclass

import numpy as np

from keepwell.scoring.observed import Floats, Ints, Trits
from keepwell.scoring.score import Band
from keepwell.scoring.scorecard import Bands, Scorecard

NO_BAND = np.int8(-1)
BY_CODE = (Band.RED, Band.YELLOW, Band.GREEN)
"""Bands as arrays hold them: 0 red, 1 yellow, 2 green; -1 none."""


def band_of(code: int) -> Band | None:
    """The band that an array's code stands for."""
    return None if code == NO_BAND else BY_CODE[code]


def code_of(band: Band | None) -> int:
    """The code of a band in arrays."""
    return int(NO_BAND) if band is None else BY_CODE.index(band)


def threshold(bands: Bands, target: Band, previous: Band | None) -> float:
    """The least score that is in `target` or better, coming from `previous`.

    The way up needs the hysteresis on top, but never more than 100; a first score and the way down need no margin.
    """
    plain = {Band.GREEN: bands.green, Band.YELLOW: bands.yellow, Band.RED: 0.0}[target]
    climbs = previous is not None and BY_CODE.index(previous) < BY_CODE.index(target)
    return min(plain + bands.hysteresis, 100.0) if climbs else plain


def banded(bands: Bands, scores: Floats, previous: Trits) -> Trits:
    """The bands of scores, given the bands held before (-1: none, a first score). No score, no band.

    Down as soon as the score is below the threshold; up only if it reaches the threshold and the hysteresis.
    """
    green, yellow = bands.green, bands.yellow
    plain = (scores >= yellow).astype(np.int8) + (scores >= green).astype(np.int8)
    up_yellow, up_green = min(yellow + bands.hysteresis, 100.0), min(green + bands.hysteresis, 100.0)
    climbed = (scores >= up_yellow).astype(np.int8) + (scores >= up_green).astype(np.int8)
    rising = (previous != NO_BAND) & (plain > previous)
    result = np.where(rising, np.maximum(previous, climbed), plain).astype(np.int8)
    return np.where(np.isnan(scores), NO_BAND, result).astype(np.int8)


NO_DAY = -1


@dataclass(frozen=True, slots=True)
class Held:
    """The band each account holds and since which day (`date.toordinal`); -1 for an account never scored.

    `accounts` are surrogate ids, ascending. A day without a score changes nothing.
    """

    accounts: Ints
    bands: Trits
    since: Ints

    @classmethod
    def nothing(cls) -> "Held":
        """No account has been scored."""
        return cls(np.empty(0, np.int64), np.empty(0, np.int8), np.empty(0, np.int64))

    def of(self, accounts: Ints) -> "Held":
        """What the given accounts hold; those unknown here hold nothing."""
        if not len(self.accounts):
            nobody = np.full(len(accounts), -1)
            return Held(accounts, nobody.astype(np.int8), nobody.astype(np.int64))
        found = np.minimum(np.searchsorted(self.accounts, accounts), len(self.accounts) - 1)
        here = self.accounts[found] == accounts
        return Held(
            accounts,
            np.where(here, self.bands[found], NO_BAND).astype(np.int8),
            np.where(here, self.since[found], NO_DAY),
        )

    def after(self, bands: Trits, day: int) -> "Held":
        """What the same accounts hold once `bands` are theirs on a grid day (-1: not scored that day)."""
        moved = (bands != NO_BAND) & (bands != self.bands)
        return Held(
            self.accounts,
            np.where(moved, bands, self.bands).astype(np.int8),
            np.where(moved, day, self.since),
        )


def range_of_bands(cards: tuple[Scorecard, ...], chosen: Ints, scores: Floats) -> tuple[Trits, Trits]:
    """The worst and the best band that accounts' scores can mean, whatever they held before: two, where a score lies within the margin
    that only a way up needs. No score, no band."""
    worst = all_banded(cards, chosen, scores, np.full(len(scores), BY_CODE.index(Band.RED), dtype=np.int8))
    return worst, all_banded(cards, chosen, scores, np.full(len(scores), NO_BAND, dtype=np.int8))


def all_banded(cards: tuple[Scorecard, ...], chosen: Ints, scores: Floats, previous: Trits) -> Trits:
    """The bands of accounts on several scorecards, each by its own thresholds."""
    result = np.full(len(scores), NO_BAND, dtype=np.int8)
    for index, card in enumerate(cards):
        mine = chosen == index
        result[mine] = banded(card.bands, scores[mine], previous[mine])
    return result
