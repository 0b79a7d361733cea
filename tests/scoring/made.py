"""Scorecards and accounts made by hand for tests of scoring."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import numpy as np

from keepwell.scoring.observed import Groups, Observed
from keepwell.scoring.scorecard import Cap, Dimension, Line, Measure, Rule, Scorecard
from keepwell.signals.expression import parse

AS_OF = datetime(2025, 6, 30, tzinfo=UTC)
TENTHS = Line(((0.0, 0.0), (10.0, 100.0)))
"""A scale of ten points of mark per unit, so that 4 is marked 40."""


def measure(signal: str, weight: float = 1, scale: Any = TENTHS, advice: str = "") -> Measure:
    return Measure(signal, weight, scale, advice)


def dimension(name: str, weight: float, *measures: Measure) -> Dimension:
    return Dimension(name, weight, measures)


def card(*dimensions: Dimension, name: str = "default", **fields: Any) -> Scorecard:
    return Scorecard(name, dimensions=dimensions, **fields)


def cap(name: str, at_most: float, when: str = "payment_failures >= 1", because: str = "") -> Cap:
    return Cap(name, parse(when), at_most, because)


def rule(name: str, points: float, when: str = "active_days >= 4", because: str = "") -> Rule:
    return Rule(name, parse(when), points, because)


def observed(
    values: Mapping[str, Sequence[float | None]],
    conditions: Mapping[str, Sequence[bool | None]] | None = None,
    **fields: Any,
) -> Observed:
    """Accounts 0, 1, 2, ... with these values (`None`: unknown)."""
    count = len(next(iter({**values, **(conditions or {})}.values())))
    made: dict[str, Any] = {
        "as_of": AS_OF,
        "accounts": np.arange(count),
        "population": Groups.of(fields.pop("population", ["active"] * count)),
        "parents": np.array(fields.pop("parents", [-1] * count)),
        "segments": Groups.of(fields.pop("segments", ["any"] * count)),
        "stages": Groups.of(fields.pop("stages", ["any"] * count)),
        "worth": floats(fields.pop("worth", [None] * count)),
    }
    return Observed(
        **{**made, **fields},
        values={name: floats(column) for name, column in values.items()},
        conditions={name: trits(column) for name, column in (conditions or {}).items()},
    )


def floats(column: Sequence[float | None]) -> Any:
    return np.array([np.nan if value is None else value for value in column], dtype=np.float64)


def trits(column: Sequence[bool | None]) -> Any:
    return np.array([-1 if value is None else int(value) for value in column], dtype=np.int8)
