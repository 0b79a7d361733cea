"""Purchases to come of customers without a contract: who still buys, how often, and for how much.

BG/NBD: while a customer is alive, purchases come at a rate of its own (gamma distributed over customers); after each purchase
it leaves for good with a probability of its own (beta distributed). Gamma-Gamma: a customer's purchases scatter around a mean of
its own. Fader, Hardie and Lee (2005), "Counting your customers" the easy way, Marketing Science 24(2), 275–284; Fader, Hardie
and Lee (2008), Computing P(alive) using the BG/NBD model; Fader and Hardie (2013), The Gamma-Gamma model of monetary value.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from keepwell.errors import UserError
from keepwell.models.contributions import Contributions, Scale
from keepwell.models.definition import Input, ModelDefinition
from keepwell.models.extra import needed
from keepwell.models.odds import log_odds
from keepwell.models.plain import Reading, agree
from keepwell.models.table import Table
from keepwell.scoring.observed import Floats

LIBRARIES = ("scipy",)

REPEATS, LAST, AGE, SPEND = "repeat_purchases", "last_purchase", "customer_age", "mean_spend"
"""Days with a purchase after the first; days from the first to the last; days from the first to the last one seen; mean amount of the repeat days."""

INPUTS = tuple(map(Input, (REPEATS, LAST, AGE, SPEND)))

ENOUGH = 1e-13
"""The series of the expected purchases ends where a term adds less than this share."""

MOST_TERMS = 20_000

NEAR_ONE = 1e-6
"""The expected purchases are worked out for an `a` at least so far from 1."""


@dataclass(frozen=True, slots=True)
class Spending:
    """The Gamma-Gamma model: a customer's mean spend over `p` (shape), `q` and `v` of all customers."""

    p: float
    q: float
    v: float

    def expected(self, repeats: Floats, spend: Floats) -> Floats:
        """The expected amount of a purchase: between the customer's own mean and everybody's; everybody's where there is no repeat."""
        everybody = self.p * self.v / (self.q - 1)
        own = np.where(repeats > 0, np.nan_to_num(spend), 0.0)
        weight = self.p * repeats / (self.p * repeats + self.q - 1)
        return np.asarray((1 - weight) * everybody + weight * own)


@dataclass(frozen=True, slots=True)
class Purchases:
    """Fitted BG/NBD: rates over customers `gamma(r, alpha)` per day, leaving `beta(a, b)`; and what a purchase brings.

    The outcome is either a purchase in `(gap, gap + horizon]` days (`adverse` false), or that there is none.
    """

    r: float
    alpha: float
    a: float
    b: float
    spending: Spending | None
    gap: float
    horizon: float
    adverse: bool

    def alive(self, table: Table) -> Floats:
        """The probability that the customer still buys at all."""
        return self._alive(*_history(table))

    def _alive(self, x: Floats, last: Floats, age: Floats) -> Floats:
        with np.errstate(divide="ignore", over="ignore"):
            odds = (
                self.a
                / (self.b + np.maximum(x, 1) - 1)
                * ((self.alpha + age) / (self.alpha + last)) ** (self.r + x)
            )
        return np.asarray(np.where(x == 0, 1.0, 1 / (1 + odds)))  # NaN: has never bought

    def expected(self, table: Table) -> Floats:
        """The expected number of days with a purchase in `(gap, gap + horizon]` days."""
        return self._coming(*_history(table))

    def _coming(self, x: Floats, last: Floats, age: Floats) -> Floats:
        until = self._expected(x, last, age, self.gap + self.horizon)
        return until - self._expected(x, last, age, self.gap) if self.gap else until

    def _expected(self, x: Floats, last: Floats, age: Floats, days: float) -> Floats:
        """Equation 10 of Fader, Hardie and Lee (2005)."""
        a, b, r, alpha = self.a, self.b, self.r, self.alpha
        if abs(a - 1) < NEAR_ONE:
            a = 1 + NEAR_ONE  # where the formula is nothing over nothing, and its value hardly moves
        gauss = hypergeometric(r + x, b + x, a + b + x - 1, days / (alpha + age + days))
        left = ((alpha + age) / (alpha + age + days)) ** (r + x) * gauss
        return np.asarray((a + b + x - 1) / (a - 1) * (1 - left) * self._alive(x, last, age))

    def value(self, table: Table) -> Floats:
        """What the expected purchases bring, in the amounts' currency; NaN where spending was not fitted."""
        if self.spending is None:
            return np.full(len(table), np.nan)
        return self.expected(table) * self.spending.expected(table.numbers(REPEATS), table.numbers(SPEND))

    def margin(self, table: Table) -> Floats:
        """The log-odds of the outcome, before calibration; unknown for who has never bought.

        The probability of a purchase is taken from the expected number, `1 − exp(−expected)`. The model's own chance of none holds
        everybody without a repeat to be alive for certain, and ranks worse (CDNOW: AUC 0.747 against 0.763).
        """
        return self._margin(*_history(table))

    def _margin(self, x: Floats, last: Floats, age: Floats) -> Floats:
        margin = log_odds(-np.expm1(-self._coming(x, last, age)))
        return -margin if self.adverse else margin

    def contributions(self, table: Table) -> Contributions:
        """What is learnt step by step: of somebody who bought for the first time today; how long ago that was; the repeats, the
        last of them today; and how long ago the last was. Exact."""
        x, last, age = _history(table)
        new = self._margin(np.zeros(1), np.zeros(1), np.zeros(1))
        aged = self._margin(np.zeros_like(x), np.zeros_like(x), age)
        bought = self._margin(x, np.where(x > 0, age, 0.0), age)
        known = self._margin(x, last, age)
        by_input = {AGE: aged - new, REPEATS: bought - aged, LAST: known - bought}
        return Contributions(Scale.LOG_ODDS, float(new[0]), by_input)

    def plain(self) -> dict[str, Any]:
        """The same as JSON's own types."""
        spending = self.spending
        return {
            "r": self.r,
            "alpha": self.alpha,
            "a": self.a,
            "b": self.b,
            "spending": [] if spending is None else [spending.p, spending.q, spending.v],
            "gap": self.gap,
            "horizon": self.horizon,
            "adverse": self.adverse,
        }

    @classmethod
    def read(cls, reading: Reading) -> "Purchases":
        """What `plain` wrote."""
        spending = reading.numbers("spending").tolist()
        agree(len(spending) in (0, 3), "spending has not three numbers")
        made = cls(
            r=reading.number("r"),
            alpha=reading.number("alpha"),
            a=reading.number("a"),
            b=reading.number("b"),
            spending=Spending(*spending) if spending else None,
            gap=reading.number("gap"),
            horizon=reading.number("horizon"),
            adverse=reading.flag("adverse"),
        )
        agree(min(made.r, made.alpha, made.a, made.b, *spending) > 0, "a number of the model is not above 0")
        return made


def _history(table: Table) -> tuple[Floats, Floats, Floats]:
    return table.numbers(REPEATS), table.numbers(LAST), table.numbers(AGE)


def days_bought(table: Table) -> int:
    """On how many days the customers have bought, all taken together."""
    repeats = table.numbers(REPEATS)
    return int((repeats[~np.isnan(repeats)] + 1).sum())


def hypergeometric(a: Floats, b: Floats, c: Floats, z: Floats) -> Floats:
    """Gauss's `2F1(a, b; c; z)` for `0 ≤ z < 1`, by its series; scipy has it too, but predicting should not need it."""
    term = np.ones(np.broadcast(a, b, c, z).shape)
    total = term.copy()
    for n in range(MOST_TERMS):
        term = term * (a + n) * (b + n) / (c + n) * z / (n + 1)
        total = total + term
        if not (np.abs(term) > ENOUGH * np.abs(total)).any():
            return total
    raise UserError(
        f"the expected purchases do not settle within {MOST_TERMS:,} terms: the horizon is very long against the history",
        do="shorten the outcome's horizon",
    )


def log_likelihood(
    r: float, alpha: float, a: float, b: float, history: tuple[Floats, Floats, Floats]
) -> Floats:
    """Each customer's log-likelihood under the BG/NBD (equation 6 of Fader, Hardie and Lee, 2005)."""
    special = needed("scipy.special", "fitting a purchases model")
    x, last, age = history
    rate = special.gammaln(r + x) - special.gammaln(r) + r * np.log(alpha)
    stay = special.betaln(a, b + x) - special.betaln(a, b)
    lively = stay - (r + x) * np.log(alpha + age)
    repeats = np.maximum(x, 1)
    gone = special.betaln(a + 1, b + repeats - 1) - special.betaln(a, b) - (r + x) * np.log(alpha + last)
    return np.asarray(rate + np.where(x > 0, np.logaddexp(lively, gone), lively))


def fit(definition: ModelDefinition, table: Table, *, gap: float, horizon: float, adverse: bool) -> Purchases:
    """Maximum likelihood, over each customer's purchases up to one instant; no outcome is needed.

    Raises:
        UserError: scipy is not installed, or hardly anybody has bought twice.
    """
    optimize = needed("scipy.optimize", "fitting a purchases model")
    history = _history(table)
    known = ~np.isnan(history[0])
    x, last, age = (column[known] for column in history)
    if (x > 0).sum() < 30:
        raise UserError(
            f"only {int((x > 0).sum())} customers have bought on two days or more; 30 are the least to fit purchases on",
            do="load a longer history of orders",
        )
    # in units of the mean age the numbers are near 1 whatever the shop; who has the same history counts together
    unit = float(age.mean())
    alike, count = np.unique(np.stack((x, last / unit, age / unit)), axis=1, return_counts=True)
    scaled, share = (alike[0], alike[1], alike[2]), count / count.sum()

    def loss(logs: Floats) -> float:
        r, alpha, a, b = np.exp(logs)
        likelihood = log_likelihood(r, alpha, a, b, scaled) @ share
        return float(-likelihood + definition.option("penalty") * (logs**2).sum())

    found = _minimum(optimize, loss, np.zeros(4))
    r, alpha, a, b = np.exp(found).tolist()
    spending = _spending(optimize, x, table.numbers(SPEND)[known])
    return Purchases(r, alpha * unit, a, b, spending, float(gap), float(horizon), adverse)


def _spending(optimize: Any, x: Floats, spend: Floats) -> Spending | None:
    """The Gamma-Gamma model of those who have repeated and paid something; nothing if they are few."""
    special = needed("scipy.special", "fitting a purchases model")
    paying = (x > 0) & (spend > 0)
    if paying.sum() < 30:
        return None
    count, mean = x[paying], spend[paying]
    unit = float(mean.mean())
    amount = mean / unit

    def loss(logs: Floats) -> float:
        p, q, v = np.exp(logs)
        q = q + 1  # so that everybody's mean exists
        likelihood = (
            special.gammaln(p * count + q)
            - special.gammaln(p * count)
            - special.gammaln(q)
            + q * np.log(v)
            + (p * count - 1) * np.log(amount)
            + p * count * np.log(count)
            - (p * count + q) * np.log(v + count * amount)
        )
        return float(-likelihood.mean())

    p, q, v = np.exp(_minimum(optimize, loss, np.array([1.0, 1.0, 0.0]))).tolist()
    return Spending(p, q + 1, v * unit)


def _minimum(optimize: Any, loss: Any, start: Floats) -> Floats:
    """Where the loss is least: by the simplex, then by gradients, so that a bad start does not matter."""
    rough = optimize.minimize(
        loss, start, method="Nelder-Mead", options={"maxiter": 2000, "xatol": 1e-4, "fatol": 1e-9}
    )
    fine = optimize.minimize(loss, rough.x, method="BFGS", options={"gtol": 1e-8})
    best: Floats = fine.x if fine.fun <= rough.fun else rough.x
    return best
