"""Scorecards with the scales that outcomes propose."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from keepwell.project.project import Project
from keepwell.proof.fitting.scales import scale
from keepwell.runs.rewriting import AS_PERCENT
from keepwell.scoring.observed import Bools, Floats
from keepwell.scoring.scorecard import Dimension, Line, Measure, Scorecard


def units(project: Project) -> dict[str, str]:
    """The unit of every signal, by its name."""
    return {signal.name: signal.unit for signal in project.signals}


def rescaled(
    card: Scorecard, values: Mapping[str, Floats], good: Bools, unit_of: Mapping[str, str]
) -> Scorecard:
    """The scorecard with scales fitted to outcomes, in the directions of the present ones.

    `values` are the signals and `good` what high marks should go before, a row per account and instant. Percentiles stay, and so do
    scales that rise and fall, and those that nothing speaks for.
    """
    return replace(
        card,
        dimensions=tuple(
            Dimension(
                dimension.name,
                dimension.weight,
                tuple(
                    _rescaled(measure, values[measure.signal], good, unit_of.get(measure.signal, ""))
                    for measure in dimension.measures
                ),
            )
            for dimension in card.dimensions
        ),
    )


def _rescaled(measure: Measure, values: Floats, good: Bools, unit: str) -> Measure:
    if not isinstance(measure.scale, Line):
        return measure
    steps = np.diff([points for _, points in measure.scale.knots])
    if (steps > 0).any() and (steps < 0).any():
        return measure
    found = scale(values, good, bool((steps > 0).any()), fraction=unit in AS_PERCENT)
    return measure if found is None else replace(measure, scale=found)
