"""Rank correlation: whether two opinions of the same accounts put them in the same order."""

import math

import numpy as np

from keepwell.proof.interval import Estimate, critical, equal_witnesses
from keepwell.scoring.observed import Floats, Ints


def rank_correlation(one: Floats, other: Floats, account: Ints) -> Estimate | None:
    """Spearman's rank correlation (−1 to 1; equal values share their ranks' mean), with an interval in which an account is one witness.

    With u and v the ranks as shares less a half, it is C / √(V W): C the mean of u v, V that of u², W that of v². A row bears
    on it by itself and through the ranks of all others; the variance is the sum of the accounts' squared influences, and
    the interval symmetric on Fisher's scale. Croux and Dehon, Statistical Methods and Applications 19 (2010), 497–515.
    `None`: all values of one are equal, or they are of fewer than four accounts. At exactly −1 and 1 the interval is that one value.
    """
    ids, code = np.unique(account, return_inverse=True)
    accounts = len(ids)
    if accounts < 4:
        return None
    u, v = _ranks(one), _ranks(other)
    c, v_one, v_other = float(np.mean(u * v)), float(np.mean(u * u)), float(np.mean(v * v))
    if v_one == 0 or v_other == 0:
        return None
    value = max(-1.0, min(c / math.sqrt(v_one * v_other), 1.0))
    if abs(value) > 1 - 1e-12:
        return Estimate(round(value), round(value), round(value))
    on_c = u * v + _above(one, v) + _above(other, u) - 3 * c
    on_one = u * u + 2 * _above(one, u) - 3 * v_one
    on_other = v * v + 2 * _above(other, v) - 3 * v_other
    by_row = on_c / math.sqrt(v_one * v_other) - value / 2 * (on_one / v_one + on_other / v_other)
    influence = np.bincount(code, by_row) / len(one)
    error = math.sqrt(float(np.dot(influence, influence)) * accounts / (accounts - 1)) / (1 - value**2)
    centre, reach = math.atanh(value), critical(min(accounts, equal_witnesses(influence)) - 1) * error
    return Estimate(value, math.tanh(centre - reach), math.tanh(centre + reach))


def _ranks(values: Floats) -> Floats:
    """Of each value the share of all that are below it, equal ones counted half, less a half."""
    _, code, counts = np.unique(values, return_inverse=True, return_counts=True)
    below = np.cumsum(counts) - counts
    return np.asarray(((below + counts / 2) / len(values) - 0.5)[code])


def _above(values: Floats, weights: Floats) -> Floats:
    """Of each value the mean, over all rows, of the weights of those above it; of equal ones half."""
    _, code = np.unique(values, return_inverse=True)
    here = np.bincount(code, weights)
    above = np.cumsum(here[::-1])[::-1] - here
    return np.asarray(((above + here / 2) / len(values))[code])
