"""Rows made by hand or from known weights, for tests of models; and the public data that they are measured on."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from keepwell.models.definition import Holds, Input, Kind, ModelDefinition
from keepwell.models.fit import Ahead, Rows
from keepwell.models.odds import probability
from keepwell.models.table import Labels, Table
from keepwell.scoring.observed import Bools, Floats

DATASETS = Path(os.environ.get("KEEPWELL_DATASETS", Path(__file__).parents[3] / "shared" / "datasets"))

MONTH = Ahead(horizon="30 days", gap="0 days", horizon_days=30, gap_days=0, adverse=True)
"""A loss within thirty days."""


def table(**columns: Sequence[float | None] | Sequence[str | None]) -> Table:
    """A table from one list per input: texts are labels, `None` is unknown."""
    made: dict[str, Any] = {}
    for name, values in columns.items():
        if any(isinstance(value, str) for value in values):
            made[name] = Labels.of([value if isinstance(value, str) else None for value in values])
        else:
            made[name] = np.array([np.nan if value is None else value for value in values], dtype=np.float64)
    return Table(made, len(next(iter(columns.values()))))


def inputs(of: Table) -> tuple[Input, ...]:
    """An input for every column."""
    return tuple(
        Input(name, Holds.LABEL if isinstance(column, Labels) else Holds.NUMBER)
        for name, column in of.columns.items()
    )


def definition(kind: Kind, of: Table, **fields: Any) -> ModelDefinition:
    """A model of a kind over every column of a table."""
    return ModelDefinition(
        **{"name": "churn", "kind": kind, "outcome": "churned", "inputs": inputs(of), **fields}
    )


def world(count: int = 3000, seed: int = 1) -> tuple[Table, Bools, Floats]:
    """Accounts of a world whose log-odds are known: logins, tickets (some unknown) and a plan; with them what happened."""
    rng = np.random.default_rng(seed)
    logins = rng.gamma(2.0, 5.0, count)
    tickets = rng.poisson(2.0, count).astype(np.float64)
    plan = rng.choice(["basic", "plus", "pro"], count, p=[0.5, 0.3, 0.2])
    odds = -0.6 - 0.12 * (logins - 10) + 0.5 * (tickets - 2)
    odds = odds + np.select([plan == "basic", plan == "pro"], [0.4, -0.8], 0.0)
    happened = rng.random(count) < probability(odds)
    tickets[rng.random(count) < 0.1] = np.nan
    made = Table({"logins": logins, "tickets": tickets, "plan": Labels.of(plan.tolist())}, count)
    return made, np.asarray(happened), odds


def rows(of: Table, happened: Bools, **fields: Any) -> Rows:
    """Rows that were all watched for a month and a day, those that it happened to until the tenth day."""
    made: Mapping[str, Any] = {
        "table": of,
        "account": np.arange(len(of)),
        "happened": happened,
        "judged": np.ones(len(of), dtype=np.bool_),
        "days": np.where(happened, 10.0, 31.0),
        "ended": happened,
        "first": "2025-01-01T00:00:00+00:00",
        "last": "2025-03-01T00:00:00+00:00",
    }
    return Rows(**{**made, **fields})
