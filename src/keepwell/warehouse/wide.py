"""The tables of scores, and the wide row that holds one score: its contributions, marks and signals as arrays."""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from keepwell.scoring.bands import NO_BAND
from keepwell.scoring.evaluation import DECIMALS
from keepwell.scoring.marks import Marks
from keepwell.scoring.observed import Floats, Ints, Trits, condition_of, conditional
from keepwell.scoring.scorecard import Scorecard
from keepwell.scoring.scores import Scores
from keepwell.signals.definition import Signal

TABLES: Mapping[str, Mapping[str, str]] = {
    "scores.definitions": {
        "version": "VARCHAR",
        "purpose": "VARCHAR",
        "at": "TIMESTAMP",
        "content": "VARCHAR",
    },
    "scores.scorecards": {
        "version": "VARCHAR",
        "scorecard": "VARCHAR",
        "scorecard_version": "VARCHAR",
        "contributions": "VARCHAR[]",
        "measures": "VARCHAR[]",
        "signals": "VARCHAR[]",
    },
    "scores.grids": {
        "run": "INTEGER",
        "version": "VARCHAR",
        "first": "TIMESTAMP",
        "last": "TIMESTAMP",
        "load": "INTEGER",
        "at": "TIMESTAMP",
    },
    "scores.restatements": {
        "run": "INTEGER",
        "version": "VARCHAR",
        "at": "TIMESTAMP",
    },
    "scores.days": {
        "run": "INTEGER",
        "as_of": "TIMESTAMP",
        "account": "INTEGER",
        "score": "DOUBLE",
        "band": "TINYINT",
        "held": "TINYINT",
        "since": "INTEGER",
    },
    "scores.peers": {
        "run": "INTEGER",
        "as_of": "TIMESTAMP",
        "signal": "VARCHAR",
        "within": "VARCHAR",
        "scorecard": "VARCHAR",
        "peers": "VARCHAR",
        "knots": "DOUBLE[]",
        "shares": "DOUBLE[]",
    },
    "scores.runs": {
        "run": "INTEGER",
        "purpose": "VARCHAR",
        "version": "VARCHAR",
        "as_of": "TIMESTAMP",
        "on_grid": "BOOLEAN",
        "load": "INTEGER",
        "at": "TIMESTAMP",
        "risk_basis": "VARCHAR",
    },
    "scores.scores": {
        "run": "INTEGER",
        "account": "INTEGER",
        "scorecard": "VARCHAR",
        "segment": "VARCHAR",
        "stage": "VARCHAR",
        "score": "DOUBLE",
        "computed_score": "DOUBLE",
        "band": "TINYINT",
        "coverage": "DOUBLE",
        "value": "DOUBLE",
        "value_at_risk": "DOUBLE",
        "baseline": "DOUBLE",
        "contributions": "DOUBLE[]",
        "scaled": "DOUBLE[]",
        "signals": "DOUBLE[]",
        "conditions": "TINYINT[]",
    },
}
"""The tables of scores. Bands are 0 red, 1 yellow, 2 green; `since` counts days as `date.toordinal`; of the scorecard's conditions, in
the order of `conditional`, 1 holds, 0 does not, -1 is unknown."""


def contributions_of(card: Scorecard) -> list[str]:
    """What the array of contributions holds, in its order: with the baseline they add up to the score before rounding."""
    measures = [measure.signal for measure in card.measures]
    dimensions = [dimension.name for dimension in card.dimensions]
    return [
        *measures,
        *(f"override of {name}" for name in (*measures, *dimensions)),
        *(f"rule {rule.name}" for rule in card.rules),
        "clamp",
        "roll_up",
        "cap",
        "override of score",
    ]


def wide_rows(run: int, scores: Scores, signals: Sequence[Signal]) -> pa.Table:
    """One row per account that has a scorecard, whether or not enough was known for a score."""
    parts = [_of_card(run, scores, marks, signals) for marks in scores.evaluation.marks if len(marks.rows)]
    return pa.concat_tables(parts) if parts else pa.table({"run": pa.array([], pa.int32())})


def _of_card(run: int, scores: Scores, marks: Marks, signals: Sequence[Signal]) -> pa.Table:
    evaluation, observed, rows = scores.evaluation, scores.observed, marks.rows
    later = (evaluation.rolled, evaluation.capped, evaluation.overridden)
    contributions = np.column_stack(
        [
            marks.points,
            marks.by_measure,
            marks.by_dimension,
            marks.rules,
            marks.clamp,
            *(part[rows] for part in later),
        ]
    )
    values = [
        observed.values[signal.name][rows] if signal.name in observed.values else np.full(len(rows), np.nan)
        for signal in signals
    ]
    conditions = [
        observed.conditions[condition_of(marks.card, part)][rows] for part in conditional(marks.card)
    ]
    bands = scores.bands[rows]
    return pa.table(
        {
            "run": pa.array(np.full(len(rows), run), pa.int32()),
            "account": pa.array(observed.accounts[rows], pa.int32()),
            "scorecard": _repeated(marks.card.name, len(rows)),
            "segment": pa.array(
                np.array(observed.segments.names, dtype=object)[observed.segments.codes[rows]]
            ),
            "stage": pa.array(np.array(observed.stages.names, dtype=object)[observed.stages.codes[rows]]),
            "score": nullable(evaluation.score[rows]),
            "computed_score": nullable(scores.computed[rows]),
            "band": pa.array(bands, mask=bands == NO_BAND),
            "coverage": pa.array(np.round(marks.coverage, DECIMALS)),
            "value": nullable(observed.worth[rows]),
            "value_at_risk": nullable(scores.value_at_risk[rows]),
            "baseline": pa.array(marks.baseline),
            "contributions": _lists(contributions),
            "scaled": _lists(marks.scaled),
            "signals": _lists(np.column_stack(values) if values else np.empty((len(rows), 0))),
            "conditions": _codes(conditions, len(rows)),
        }
    )


def nullable(values: Floats) -> pa.Array:
    """An array of numbers in which NaN is NULL."""
    return pa.array(values, pa.float64(), mask=np.isnan(values))


def _repeated(text: str, count: int) -> pa.Array:
    codes: Ints = np.zeros(count, dtype=np.int64)
    return pa.DictionaryArray.from_arrays(codes, [text]).cast(pa.string())


def _lists(matrix: npt.NDArray[np.float64]) -> pa.Array:
    return _in_rows(nullable(matrix.ravel()), *matrix.shape)


def _codes(columns: Sequence[Trits], rows: int) -> pa.Array:
    codes = np.stack(columns, axis=1) if columns else np.empty((rows, 0), dtype=np.int8)
    return _in_rows(pa.array(codes.ravel(), pa.int8()), *codes.shape)


def _in_rows(values: pa.Array, rows: int, width: int) -> pa.Array:
    return pa.ListArray.from_arrays(pa.array(np.arange(rows + 1) * width, pa.int32()), values)
