"""What a fit learns from: accounts at past instants, their marks, and what became of them."""

from dataclasses import dataclass, replace

import numpy as np

from keepwell.scoring.observed import Bools, Floats, Ints

MOST_ROWS = 150_000
"""A fit reads at most about so many rows: all of the rarer kind, as far as they go, and as many others as there is room for."""


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """One row per account and instant whose outcome is known.

    `marks` (rows × measures, 0–100; NaN: unknown) are the scaled signals. `good` says what a high mark should go before: that a loss
    did not come, or that a gain did. `account` is a surrogate id; the same account is seen at many instants. `at` is the instant
    as a number of days, and `embargo` how many days after an instant its outcome was known (gap and horizon): rows can teach
    about a later instant only if it is that much later.

    Rows may have been thinned by kind: then the log-odds of `good` are too high by `shift`, at every mark alike.
    """

    marks: Floats
    good: Bools
    account: Ints
    at: Floats
    embargo: float = 0.0
    shift: float = 0.0

    def __len__(self) -> int:
        return len(self.good)

    @property
    def rarer(self) -> int:
        """How many rows are of the rarer kind: what there is to learn from."""
        good = int(self.good.sum())
        return min(good, len(self) - good)

    @property
    def accounts(self) -> int:
        """How many accounts there are."""
        return len(np.unique(self.account))

    def rows(self, which: Bools | Ints) -> "Sample":
        """Some of the rows only."""
        return replace(
            self,
            marks=self.marks[which],
            good=self.good[which],
            account=self.account[which],
            at=self.at[which],
        )

    def thinned(self, most: int = MOST_ROWS, seed: int = 0) -> "Sample":
        """At most `most` rows: of the commoner kind a random part, of the rarer kind all unless they alone are too many.

        Choosing rows by what became of them moves the log-odds at every mark by the same amount, the logarithm of how many times
        more of one kind was kept (Prentice & Pyke 1979), so that what marks are worth is estimated as before.
        """
        if len(self) <= most:
            return self
        random = np.random.default_rng(seed)
        kinds = [np.flatnonzero(self.good), np.flatnonzero(~self.good)]
        rare = min(self.rarer, most // 2)
        kept = [
            one if len(one) <= rare else random.permutation(one)[: _room(one, rare, most)] for one in kinds
        ]
        parts = [len(some) / len(one) if len(one) else 1.0 for some, one in zip(kept, kinds, strict=True)]
        which = np.sort(np.concatenate(kept))
        return replace(self.rows(which), shift=self.shift + float(np.log(parts[0] / parts[1])))


def _room(kind: Ints, rare: int, most: int) -> int:
    return min(len(kind), most - rare)
