"""Logistic regression whose slopes are never negative and are pulled towards a direction."""

from dataclasses import dataclass

import numpy as np

from keepwell.scoring.observed import Bools, Floats

RIDGE = 1e-6
"""A pull towards zero that is always there, so that outcomes which the marks separate perfectly have finite slopes, too."""

MOST_STEPS = 200
CLOSE = 1e-10
"""A fit has converged when the next step is expected to lower the mean loss by less than this."""


@dataclass(frozen=True, slots=True, eq=False)
class Fitted:
    """Log-odds = `intercept` + x · `slopes`."""

    intercept: float
    slopes: Floats

    def log_odds(self, x: Floats) -> Floats:
        """The log-odds of each row."""
        return np.asarray(self.intercept + x @ self.slopes)


def penalty(start: Floats, pull: float) -> Floats:
    """The matrix Q of the penalty ½ b'Qb that pulls slopes b towards the direction of `start`.

    Only what is at right angles to `start` is penalised: an endless pull gives the score that `start` makes, with the slope
    that suits it best, and not a slope of zero.
    """
    direction = start / np.linalg.norm(start)
    eye = np.eye(len(start))
    return np.asarray(pull * (eye - np.outer(direction, direction)) + RIDGE * eye)


def loss(log_odds: Floats, good: Bools) -> Floats:
    """The negative log-likelihood of each row."""
    return np.asarray(np.maximum(log_odds, 0) - log_odds * good + np.log1p(np.exp(-np.abs(log_odds))))


def chance(log_odds: Floats) -> Floats:
    """Log-odds as probabilities."""
    return np.asarray(0.5 * (1 + np.tanh(0.5 * log_odds)))


def fit(x: Floats, good: Bools, penalised: Floats, begin: Fitted | None = None) -> Fitted:
    """The least mean loss + ½ b'Qb over intercept and slopes b ≥ 0.

    Newton's method: each step minimises the quadratic form of the loss under the bounds, exactly, and is halved until the loss
    falls. The loss is convex, so that there is one minimum, and it is found from anywhere.

    Raises:
        ValueError: all rows are of one kind.
    """
    if good.all() or not good.any():
        raise ValueError("all outcomes are alike: there is nothing to fit")
    here = begin or Fitted(float(np.log(good.mean() / (1 - good.mean()))), np.zeros(x.shape[1]))
    now = _objective(here, x, good, penalised)
    for _ in range(MOST_STEPS):
        gradient, curvature = derivatives(here, x, good)
        gradient[1:] += penalised @ here.slopes
        curvature[1:, 1:] += penalised
        at = np.concatenate(([here.intercept], here.slopes))
        step = nonnegative(curvature, gradient - curvature @ at) - at
        expected = -float(gradient @ step)
        if expected < CLOSE:
            return here
        size = 1.0
        while True:
            there = Fitted(float(at[0] + size * step[0]), np.maximum(at[1:] + size * step[1:], 0.0))
            then = _objective(there, x, good, penalised)
            if then <= now - 1e-4 * size * expected or size < 1e-8:
                break
            size /= 2
        here, now = there, then
    raise ArithmeticError("the fit did not converge")


def derivatives(at: Fitted, x: Floats, good: Bools, of: int | None = None) -> tuple[Floats, Floats]:
    """Gradient and curvature of the loss of the rows, intercept first, divided by `of` (their number, if not said)."""
    p = chance(at.log_odds(x))
    miss, spread = p - good, p * (1 - p)
    gradient = np.concatenate(([miss.sum()], miss @ x))
    weighed = x * spread[:, None]
    curvature = np.empty((len(gradient), len(gradient)))
    curvature[0, 0] = spread.sum()
    curvature[0, 1:] = curvature[1:, 0] = weighed.sum(axis=0)
    curvature[1:, 1:] = weighed.T @ x
    count = of or len(good)
    return gradient / count, curvature / count


def nonnegative(curvature: Floats, linear: Floats) -> Floats:
    """The least ½ z'Hz + c'z over z whose entries but the first are at least 0; H must be positive definite.

    The active set method of Lawson & Hanson (1974, chapter 23): let in the entry that would help most, solve for those let in, and
    turn back where one would become negative.
    """
    size = len(linear)
    z = np.zeros(size)
    inside = np.zeros(size, dtype=np.bool_)
    inside[0] = True
    z[0] = -linear[0] / curvature[0, 0]
    tolerance = 1e-12 * max(1.0, float(np.abs(linear).max()))
    for _ in range(10 * size):
        slope = curvature @ z + linear
        slope[inside] = np.inf
        best = int(slope.argmin())
        if slope[best] >= -tolerance:
            return z
        inside[best] = True
        while True:
            trial = np.zeros(size)
            trial[inside] = np.linalg.solve(curvature[np.ix_(inside, inside)], -linear[inside])
            below = inside & (trial <= 0)
            below[0] = False
            if not below.any():
                z = trial
                break
            way = float((z[below] / (z[below] - trial[below])).min())
            z = z + way * (trial - z)
            inside &= z > tolerance
            inside[0] = True
            z[~inside] = 0.0
    return z


def _objective(at: Fitted, x: Floats, good: Bools, penalised: Floats) -> float:
    return float(loss(at.log_odds(x), good).mean() + 0.5 * at.slopes @ penalised @ at.slopes)
