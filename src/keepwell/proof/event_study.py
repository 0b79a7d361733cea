"""Event study: how a signal moves in the weeks before and after the outcome, against accounts it does not happen to."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from keepwell.proof.interval import Estimate, around, equal_witnesses
from keepwell.proof.tally import MIN_OTHERS, MIN_OUTCOMES
from keepwell.scoring.observed import Bools, Floats, Ints

FIRST_WEEK, LAST_WEEK = -12, 8
"""The weeks that are looked at. Week -1 holds the seven days before the outcome, week 0 begins with it."""

CLOSE_WEEK = -4
"""From here to week -1 it is close to the outcome."""

FLAT = 0.1
"""A signal that stands apart from the rest by less than so many spreads before the outcome does not warn (an AUC of about 0.53)."""

SURELY_FLAT = 0.2
"""That it does not warn is sure if no value of the interval is further from 0 than so many spreads."""

JUMP = 0.5
"""From so many spreads on it moves afterwards."""


@dataclass(frozen=True, slots=True, eq=False)
class Sightings:
    """Accounts at instants, before and after the outcome, in any order.

    `account` is the surrogate id. `cell` numbers rows that can be compared, as a rule those of one as_of and segment. `until` counts
    days from the as_of to the account's outcome: negative once it has happened, NaN where it never did. Accounts
    that ended for another reason are left out from their end on.
    """

    account: Ints
    cell: Ints
    until: Floats

    def rows(self, which: Bools) -> "Sightings":
        """Some of the rows only."""
        return Sightings(self.account[which], self.cell[which], self.until[which])

    @property
    def week(self) -> Floats:
        """The week of the row relative to the outcome; NaN where it never happened."""
        return np.floor(-self.until / 7)

    @property
    def rest(self) -> Bools:
        """Rows to compare with: it has not happened, and does not happen in the next weeks either."""
        return np.asarray(np.isnan(self.until) | (self.until > -FIRST_WEEK * 7))


@dataclass(frozen=True, slots=True)
class Week:
    """One week relative to the outcome: of how many `accounts` it is known, their `mean`, and their `difference` from the rest of the same cells."""

    week: int
    accounts: int
    mean: float
    difference: Estimate


@dataclass(frozen=True, slots=True)
class EventStudy:
    """A signal around the outcome.

    `spread`: half the width of the middle 68% of the rest, within cells, in the signal's unit. `before`, `close` and `after`: the difference from the rest over weeks -12 to
    -1, -4 to -1, and 0 to 8, in spreads (`None`: too little data). `accounts`: how many are seen before the outcome; `rest`: how many they are compared with.
    """

    name: str
    spread: float
    before: Estimate | None
    close: Estimate | None
    after: Estimate | None
    accounts: int
    rest: int

    @property
    def moves_after(self) -> bool:
        """Whether it moves clearly once it has happened, surely less than a quarter as much before, and, as far as can be seen, not at all."""
        if self.before is None or self.close is None or self.after is None:
            return False
        reach = (self.after.high - self.after.low) / 2
        jump = abs(self.after.value)
        if jump <= max(JUMP, 2 * reach):
            return False
        return all(
            (abs(each.value) < FLAT or each.includes(0)) and each.low > -jump / 4 and each.high < jump / 4
            for each in (self.before, self.close)
        )

    @property
    def surely_flat(self) -> bool:
        """Whether there is enough data to say that it does not warn."""
        return all(
            each is not None and each.low > -SURELY_FLAT and each.high < SURELY_FLAT
            for each in (self.before, self.close)
        )


def event_study(
    name: str, values: Floats, sightings: Sightings, *, least_spread: float = 0.0
) -> EventStudy | None:
    """How a signal (NaN: not known) moves around the outcome. `None`: too few accounts are seen before it or in the rest, or the rest does not vary.

    In each cell the difference is that from the rest's mean there, so that season and growth fall out. Intervals count an account as one witness, also in the
    rest, whose mean is uncertain too. A spread below `least_spread` counts as that.
    """
    known = ~np.isnan(values)
    rows = _Rows.of(values[known], sightings.rows(known))
    if rows is None:
        return None
    spread = max(rows.spread(), least_spread)
    before = rows.between(FIRST_WEEK, -1)
    accounts, rest = rows.count(before), rows.count(rows.rest)
    if spread <= 0 or accounts < MIN_OUTCOMES or rest < MIN_OTHERS:
        return None
    return EventStudy(
        name,
        spread,
        before=rows.difference(before, spread),
        close=rows.difference(rows.between(CLOSE_WEEK, -1), spread),
        after=rows.difference(rows.between(0, LAST_WEEK), spread),
        accounts=accounts,
        rest=rest,
    )


def by_week(values: Floats, sightings: Sightings) -> tuple[Week, ...]:
    """The same week by week, in the signal's own unit; weeks with too few accounts are left out."""
    known = ~np.isnan(values)
    rows = _Rows.of(values[known], sightings.rows(known))
    if rows is None:
        return ()
    weeks = (rows.one_week(week) for week in range(FIRST_WEEK, LAST_WEEK + 1))
    return tuple(each for each in weeks if each is not None)


@dataclass(frozen=True, slots=True, eq=False)
class _Rows:
    """Known values with their accounts and cells numbered 0, 1, ...; `apart` is each value less the rest's mean in its cell."""

    values: Floats
    account: Ints
    accounts: int
    cell: Ints
    week: Floats
    rest: Bools
    apart: Floats
    of_rest: Floats

    @classmethod
    def of(cls, values: Floats, sightings: Sightings) -> "_Rows | None":
        """Rows of the cells in which there is a rest; `None` if there is none anywhere."""
        rest = sightings.rest
        cells, cell = np.unique(sightings.cell, return_inverse=True)
        of_rest = np.bincount(cell[rest], minlength=len(cells)).astype(np.float64)
        matched = of_rest[cell] > 0 if len(cell) else np.zeros(0, dtype=np.bool_)
        if not matched.any():
            return None
        sums = np.bincount(cell[rest], values[rest], minlength=len(cells))
        mean = sums / np.maximum(of_rest, 1)
        ids, account = np.unique(sightings.account[matched], return_inverse=True)
        return cls(
            values[matched],
            account,
            len(ids),
            cell[matched],
            sightings.week[matched],
            rest[matched],
            (values - mean[cell])[matched],
            of_rest,
        )

    def between(self, first: int, last: int) -> Bools:
        """The rows of some weeks, both included."""
        return np.asarray((self.week >= first) & (self.week <= last))

    def count(self, which: Bools) -> int:
        """Of how many accounts some rows are."""
        return int(np.count_nonzero(np.bincount(self.account[which])))

    def spread(self) -> float:
        """Half the width of the middle 68% of the rest; where most are equal, the standard deviation."""
        apart = self.apart[self.rest]
        low, high = np.quantile(apart, [0.16, 0.84])
        return float(high - low) / 2 or float(apart.std())

    def one_week(self, week: int) -> Week | None:
        which = self.between(week, week)
        difference = self.difference(which)
        if difference is None:
            return None
        return Week(week, self.count(which), float(self.values[which].mean()), difference)

    def difference(self, which: Bools, unit: float = 1.0) -> Estimate | None:
        """The mean difference of some rows from the rest, in units; `None` if they are of too few accounts.

        The variance is the sum of the accounts' squared influences: that of the chosen rows on their mean, and that of the rest on the means that
        these are compared with.
        """
        rows = int(np.count_nonzero(which))
        if rows < MIN_OUTCOMES or self.count(which) < MIN_OUTCOMES:
            return None
        value = float(self.apart[which].mean())
        own = self._by_account(which, (self.apart[which] - value) / rows)
        drawn = np.bincount(self.cell[which], minlength=len(self.of_rest)) / (
            rows * np.maximum(self.of_rest, 1)
        )
        others = self._by_account(self.rest, self.apart[self.rest] * drawn[self.cell[self.rest]])
        influence = own - others
        n = int(np.count_nonzero(own))
        error = math.sqrt(float(np.dot(influence, influence)) * (n / (n - 1) if n > 1 else 1.0))
        return around(value / unit, error / unit, min(n, equal_witnesses(influence)))

    def _by_account(self, which: Bools, weights: Floats) -> Floats:
        return np.bincount(self.account[which], weights, minlength=self.accounts).astype(
            np.float64, copy=False
        )


def told(study: EventStudy) -> str:
    """What a signal that moves only afterwards shows, in words."""
    parts: Mapping[str, Estimate | None] = {
        "in the 12 weeks before": study.before,
        "in the last 4 of them": study.close,
        "in the 8 weeks after": study.after,
    }
    said = ", ".join(
        f"{each.value:+.2f} ({each.low:+.2f} to {each.high:+.2f}) {when}"
        for when, each in parts.items()
        if each
    )
    return (
        f"against accounts it did not happen to it stands apart by {said} (in spreads), over {study.accounts:,} accounts "
        f"that it happened to and {study.rest:,} others"
    )
