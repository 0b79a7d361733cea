"""Logistic regression: log-odds as a weighted sum, ridge-penalised, signs held where that is asked for."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from keepwell.models.contributions import Contributions, Scale
from keepwell.models.definition import ModelDefinition
from keepwell.models.design import Design
from keepwell.models.extra import needed
from keepwell.models.linear import Linear
from keepwell.models.odds import log_odds, probability
from keepwell.models.plain import Reading
from keepwell.models.table import Table
from keepwell.scoring.observed import Bools, Floats

LIBRARIES = ("scipy",)


@dataclass(frozen=True, slots=True)
class Logistic:
    """Fitted log-odds of the outcome."""

    linear: Linear

    def margin(self, table: Table) -> Floats:
        """The log-odds of the outcome before calibration."""
        return self.linear.of(table)

    def contributions(self, table: Table) -> Contributions:
        """What each input adds to the log-odds of the average account; exact."""
        return Contributions(Scale.LOG_ODDS, self.linear.base, self.linear.by_input(table))

    def plain(self) -> dict[str, Any]:
        """The same as JSON's own types."""
        return self.linear.plain()

    @classmethod
    def read(cls, reading: Reading) -> "Logistic":
        """What `plain` wrote."""
        return cls(Linear.read(reading))


def fit(definition: ModelDefinition, table: Table, happened: Bools, adverse: bool) -> Logistic:
    """The weights that minimise `Σ log loss + penalty / 2 × Σ weight²`; the base is not penalised.

    Convex, so that the same rows always give the same weights. Rows count alike: nothing is resampled or reweighted, since that would
    spoil the probabilities.

    Raises:
        UserError: scipy is not installed.
    """
    optimize = needed("scipy.optimize", "fitting a logistic model")
    design = Design.of(table, definition.inputs)
    matrix = design.matrix(table)
    signs = design.signs(definition.inputs, adverse) if definition.monotone else [0] * matrix.shape[1]
    bounds = [{1: (0, None), -1: (None, 0), 0: (None, None)}[one] for one in signs]
    weights = ridge(optimize, matrix, happened, definition.option("penalty"), bounds)
    return Logistic(design.linear(weights[1:], float(weights[0]), table))


def ridge(optimize: Any, matrix: Floats, happened: Bools, penalty: float, bounds: list[Any]) -> Floats:
    """The base and the weights at the minimum."""
    truth = happened.astype(np.float64)
    sides = np.where(happened, 1.0, -1.0)

    def loss(weights: Floats) -> tuple[float, Floats]:
        margin = weights[0] + matrix @ weights[1:]
        away = probability(margin) - truth
        slope = np.concatenate(([away.sum()], matrix.T @ away + penalty * weights[1:]))
        value = np.logaddexp(0, -sides * margin).sum() + penalty / 2 * weights[1:] @ weights[1:]
        return float(value) / len(truth), slope / len(truth)

    start = np.zeros(1 + matrix.shape[1])
    start[0] = log_odds(np.array([truth.mean()]))[0]
    found = optimize.minimize(
        loss,
        start,
        jac=True,
        method="L-BFGS-B",
        bounds=[(None, None), *bounds],
        options={"maxiter": 5000, "maxfun": 20_000, "ftol": 1e-14, "gtol": 1e-9},
    )
    weights: Floats = found.x
    return weights
