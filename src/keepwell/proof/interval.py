"""How sure a figure is: an estimate and its 95% interval.

Every variance here is a sum over accounts, since the rows of one account are no independent witnesses.
"""

import math
from dataclasses import dataclass

import numpy as np

from keepwell.scoring.observed import Bools, Floats, Ints

LEVEL = 0.95
"""How often the intervals are to hold the true value."""

_Z = 1.959963984540054
"""The 97.5% point of the normal distribution."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure with its 95% interval: `low <= value <= high`, all three finite.

    Intervals respect that the same account is seen at many instants: an account is one witness, however often it is
    seen.
    """

    value: float
    low: float
    high: float

    def includes(self, other: float) -> bool:
        """Whether the interval leaves `other` possible."""
        return self.low <= other <= self.high


def critical(freedom: float) -> float:
    """The 97.5% point of Student's distribution with 2 or more degrees of freedom.

    Within 0.02 from 3 on and within 0.0001 from 8 on. Abramowitz and Stegun (1964), 26.7.5.
    """
    z, n = _Z, max(freedom, 2.0)
    return (
        z
        + (z**3 + z) / (4 * n)
        + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * n**2)
        + (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / (384 * n**3)
        + (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / (92160 * n**4)
    )


def between_0_and_1(value: float, error: float, witnesses: float) -> Estimate:
    """The interval of a figure that lies between 0 and 1, symmetric on the logit scale, so that it stays there.

    `error` is its standard error, `witnesses` the number of accounts it rests on. At exactly 0 or 1 the error is no
    guide: then the bound is the rate at which as many witnesses would all agree by chance in 2.5% of cases.
    """
    if value <= 0.0 or value >= 1.0:
        agreed = ((1 - LEVEL) / 2) ** (1 / max(witnesses, 1))
        return Estimate(0.0, 0.0, 1 - agreed) if value <= 0.0 else Estimate(1.0, agreed, 1.0)
    centre = math.log(value / (1 - value))
    reach = critical(witnesses - 1) * error / (value * (1 - value))
    return Estimate(value, min(_expit(centre - reach), value), max(_expit(centre + reach), value))


def equal_witnesses(influence: Floats) -> float:
    """How many accounts of equal weight would leave a sum of squared influences as uncertain as these do: 2 or more.

    Where few accounts decide a figure, its variance is itself a guess, and the interval must be wider. Satterthwaite,
    Biometrics 2 (1946), 110–114, for the variance of independent, roughly normal influences.
    """
    squares = np.square(influence)
    total = float(squares.sum())
    if total <= 0.0:
        return float(len(influence))
    unequal = float((squares * squares).sum()) / total**2 - 1 / max(int(np.count_nonzero(influence)), 1)
    return 1 + (2 / unequal if unequal > 0 else np.inf)


def around(value: float, error: float, witnesses: float) -> Estimate:
    """The symmetric interval of a figure without bounds, such as a difference."""
    reach = critical(witnesses - 1) * error
    return Estimate(value, value - reach, value + reach)


def share_of(holds: Bools, account: Ints) -> Estimate | None:
    """The share of rows of which something holds, with an interval in which an account is one witness; `None`: there is no row."""
    _, code = np.unique(account, return_inverse=True)
    part = np.bincount(code, holds).astype(np.float64)
    return share(part, np.bincount(code).astype(np.float64))


def mean(values: Floats, account: Ints) -> Estimate:
    """The mean of at least one row's values, with an interval in which an account is one witness.

    Of a single account nothing is known of others: its interval is that one value. So ask for more.
    """
    _, code = np.unique(account, return_inverse=True)
    value = float(values.mean())
    influence = np.bincount(code, values - value) / len(values)
    accounts = len(influence)
    variance = float(np.dot(influence, influence)) * (accounts / (accounts - 1) if accounts > 1 else 1.0)
    return around(value, math.sqrt(variance), min(accounts, equal_witnesses(influence)))


def _expit(x: float) -> float:
    return 1 / (1 + math.exp(-x)) if x >= 0 else math.exp(x) / (1 + math.exp(x))


def share(part: Floats, whole: Floats, value: float | None = None) -> Estimate | None:
    """The interval of a share `sum(part) / sum(whole)` (0–1), by Wilson's formula over as many rows as the accounts
    amount to.

    `part` and `whole` are sums by account, 0 or more: rows that it happened to and all rows, or the same in money. The
    variance is that of a ratio between accounts; the rows they amount to are those that, each independent, would have
    that variance. `value` replaces the ratio where it is known better. `None`: `whole` is empty.

    See Korn and Graubard, Survey Methodology 24 (1998), 193–201.
    """
    accounts = int(np.count_nonzero(whole))
    if not accounts:
        return None
    total = float(whole.sum())
    ratio = min(float(part.sum()) / total, 1.0)
    rate = ratio if value is None else value
    if ratio in (0.0, 1.0) or accounts == 1:
        return wilson(rate, total**2 / float((whole * whole).sum()))
    apart = part - ratio * whole
    spread = float((apart * apart).sum()) * accounts / (accounts - 1)
    independent = ratio * (1 - ratio) * total**2 / spread if spread > 0 else total
    return wilson(rate, independent, critical(min(accounts, equal_witnesses(apart)) - 1))


def difference(one: Estimate, other: Estimate) -> Estimate:
    """The difference of two shares (0–1) of different accounts, −1 to 1: Newcombe's interval, from that of each.

    Statistics in Medicine 17 (1998), 873–890, method 10.
    """
    value = one.value - other.value
    low = value - math.hypot(one.value - one.low, other.high - other.value)
    high = value + math.hypot(one.high - one.value, other.value - other.low)
    return Estimate(value, max(low, -1.0), min(high, 1.0))


def wilson(rate: float, rows: float, z: float = _Z) -> Estimate:
    """Wilson's interval of a rate counted over `rows` independent rows (also fractions of one); `z` is the critical
    value.
    """
    z2 = z**2
    centre = (rate + z2 / (2 * rows)) / (1 + z2 / rows)
    reach = z / (1 + z2 / rows) * math.sqrt(rate * (1 - rate) / rows + z2 / (4 * rows**2))
    low, high = max(centre - reach, 0.0), min(centre + reach, 1.0)
    return Estimate(rate, min(low, rate), max(high, rate))
