"""What chance alone could have done: tail probabilities, and how to ask many questions at once."""

import math
from collections.abc import Sequence

import numpy as np

from keepwell.scoring.observed import Floats


def chi_square_tail(statistic: float, freedom: int) -> float:
    """The probability that a chi-square variable exceeds `statistic`: 1 − P(k/2, x/2), by series or continued fraction.

    Exact to about 1e-12. Press et al., Numerical Recipes (2007), 6.2.

    Raises:
        ValueError: fewer than one degree of freedom.
    """
    if freedom < 1:
        raise ValueError(f"a chi-square variable has at least one degree of freedom, not {freedom}")
    if statistic <= 0:
        return 1.0
    a, x = freedom / 2, statistic / 2
    scale = math.exp(a * math.log(x) - x - math.lgamma(a))
    return max(1 - scale * _series(a, x), 0.0) if x < a + 1 else scale * _fraction(a, x)


def _series(a: float, x: float) -> float:
    """The lower incomplete gamma function over x^a e^-x, for x below a + 1."""
    term = total = 1 / a
    n = a
    while term > total * 1e-16:
        n += 1
        term *= x / n
        total += term
    return total


def _fraction(a: float, x: float) -> float:
    """The upper incomplete gamma function over x^a e^-x, for x from a + 1 on, by Lentz's method."""
    tiny = 1e-300
    b = x + 1 - a
    c, d = 1 / tiny, 1 / b
    value = d
    for i in range(1, 10_000):
        step = -i * (i - a)
        b += 2
        d = step * d + b
        d = 1 / (d if abs(d) > tiny else tiny)
        c = b + step / c
        c = c if abs(c) > tiny else tiny
        factor = d * c
        value *= factor
        if abs(factor - 1) < 1e-16:
            break
    return value


def chi_square_point(freedom: int, tail: float = 0.05) -> float:
    """The value that a chi-square variable exceeds with probability `tail`, to 1e-9, by halving."""
    low, high = 0.0, 1.0
    while chi_square_tail(high, freedom) > tail:
        high *= 2
    while high - low > 1e-9 * max(high, 1.0):
        middle = (low + high) / 2
        low, high = (middle, high) if chi_square_tail(middle, freedom) > tail else (low, middle)
    return high


def holm(chances: Sequence[float]) -> Floats:
    """Probabilities of single tests, adjusted so that the least of many is not taken for a find: reject what is below 0.05.

    The chance that any true hypothesis is rejected is then at most 5%, however the tests depend on one another. Holm,
    Scandinavian Journal of Statistics 6 (1979), 65–70.
    """
    single = np.asarray(chances, dtype=np.float64)
    order = np.argsort(single, kind="stable")
    stepped = np.maximum.accumulate(single[order] * np.arange(len(single), 0, -1))
    adjusted = np.empty_like(single)
    adjusted[order] = np.minimum(stepped, 1.0)
    return adjusted
