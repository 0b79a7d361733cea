"""Fitting: rows whose outcome is known become a model; a later slice of time calibrates it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from keepwell.errors import UserError
from keepwell.models import boosting, logistic, purchases, survival, trees
from keepwell.models.calibration import AS_IT_IS, FEWEST_OF_EACH, Calibration, learn
from keepwell.models.definition import Calibrate, Holds, Kind, ModelDefinition
from keepwell.models.design import sign
from keepwell.models.extra import versions
from keepwell.models.fitted import FittedModel, Parameters, Training
from keepwell.models.table import Table, fingerprint
from keepwell.scoring.observed import Bools, Floats, Ints

FEWEST_OUTCOMES = 20
"""So many accounts the outcome must have happened to, and as many not, for a model to learn anything worth the name."""

MANY_TO_BEND = 1000
"""An isotonic curve is drawn only through as many calibration rows as that; of fewer it would learn the noise."""

SAME_WAY = 0.1
"""The difference of means, in deviations, from which the data is said to contradict a declared direction."""

LIBRARIES = {
    Kind.LOGISTIC: logistic.LIBRARIES,
    Kind.BOOSTING: boosting.LIBRARIES,
    Kind.TREES: trees.LIBRARIES,
    Kind.SURVIVAL: survival.LIBRARIES,
    Kind.PURCHASES: purchases.LIBRARIES,
}

FITS: Mapping[Kind, Callable[[ModelDefinition, Table, Bools, bool], Parameters]] = {
    Kind.LOGISTIC: logistic.fit,
    Kind.BOOSTING: boosting.fit,
    Kind.TREES: trees.fit,
}


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """Accounts at as_ofs, and what became of them.

    `happened` tells whether the outcome came within its horizon; `days` how long each row was watched after its as_of, until the outcome or
    the end of what was to be seen, and `ended` whether the outcome ended it, whenever (survival models learn from these two).
    `judged` are the rows whose `happened` is known. `first` and `last` are the as_ofs, ISO 8601.
    """

    table: Table
    account: Ints
    happened: Bools
    judged: Bools
    days: Floats
    ended: Bools
    first: str
    last: str


@dataclass(frozen=True, slots=True)
class Ahead:
    """How far a model looks: the outcome's horizon and gap in words and in days, and whether the outcome is a loss."""

    horizon: str
    gap: str
    horizon_days: float
    gap_days: float
    adverse: bool


def fit(
    definition: ModelDefinition, rows: Rows, later: Rows | None, ahead: Ahead, through: str
) -> FittedModel:
    """The model that the rows teach, calibrated on `later` ones; without any it is left as it is, and says so.

    `through` is the instant (ISO 8601) up to which either has seen what happened. Rows count alike, seeds are fixed: the same rows give
    the same model.

    Raises:
        UserError: there are too few outcomes to learn from, or the extra `models` is not installed.
    """
    judged = rows.judged
    if definition.kind is not Kind.PURCHASES:
        _enough(definition, rows)
    parameters = _parameters(definition, rows, ahead)
    notes = list(contradictions(definition, rows, adverse=ahead.adverse))
    calibration: Calibration = AS_IT_IS
    later_judged = later.judged if later is not None else np.zeros(0, dtype=np.bool_)
    if later is not None and definition.calibrate is not Calibrate.NONE:
        happened = later.happened[later_judged]
        how = steady(definition.calibrate, len(happened))
        if how is not definition.calibrate:
            notes.append(
                f"calibrated by a sigmoid: {len(happened):,} rows are too few for an isotonic curve ({MANY_TO_BEND:,} are needed)"
            )
        calibration = learn(how, parameters.margin(later.table.rows(later_judged)), happened)
    if calibration == AS_IT_IS and definition.calibrate is not Calibrate.NONE:
        notes.append(
            f"not calibrated: a later slice with {FEWEST_OF_EACH} outcomes and {FEWEST_OF_EACH} others is not there yet"
        )
    return FittedModel(
        name=definition.name,
        kind=definition.kind,
        outcome=definition.outcome,
        adverse=ahead.adverse,
        horizon=ahead.horizon,
        gap=ahead.gap,
        inputs=definition.inputs,
        parameters=parameters,
        calibration=calibration,
        training=Training(
            first=rows.first,
            last=rows.last,
            through=through,
            rows=len(rows.table),
            accounts=len(np.unique(rows.account)),
            outcomes=int(rows.happened[judged].sum()),
            fingerprint=fingerprint(rows.table, rows.happened),
            calibrated_first=later.first if later is not None else "",
            calibrated_last=later.last if later is not None else "",
            calibrated_rows=int(later_judged.sum()),
            calibrated_outcomes=int(later.happened[later_judged].sum()) if later is not None else 0,
            libraries=versions("numpy", *LIBRARIES[definition.kind]),
            purchases=purchases.days_bought(rows.table) if definition.kind is Kind.PURCHASES else 0,
        ),
        notes=tuple(notes),
    )


def steady(how: Calibrate, rows: int) -> Calibrate:
    """How so many rows calibrate, if they are asked to in a way: a curve is bent only by many."""
    return Calibrate.SIGMOID if how is Calibrate.ISOTONIC and rows < MANY_TO_BEND else how


def _enough(definition: ModelDefinition, rows: Rows) -> None:
    happened, account = rows.happened[rows.judged], rows.account[rows.judged]
    with_it = len(np.unique(account[happened]))
    without = len(np.setdiff1d(account, account[happened]))
    for count, what in ((with_it, "had the outcome"), (without, "did not")):
        if count < FEWEST_OUTCOMES:
            raise UserError(
                f"{definition.name} cannot be fitted: {count} accounts of the training rows {what}, and {FEWEST_OUTCOMES} are needed",
                do=f"load more history, or give the outcome {definition.outcome} a longer horizon",
            )


def _parameters(definition: ModelDefinition, rows: Rows, ahead: Ahead) -> Parameters:
    match definition.kind:
        case Kind.SURVIVAL:
            return survival.fit(
                definition,
                rows.table,
                rows.ended,
                rows.days,
                gap=ahead.gap_days,
                horizon=ahead.horizon_days,
            )
        case Kind.PURCHASES:
            return purchases.fit(
                definition,
                rows.table,
                gap=ahead.gap_days,
                horizon=ahead.horizon_days,
                adverse=ahead.adverse,
            )
        case _:
            table, happened = rows.table.rows(rows.judged), rows.happened[rows.judged]
            return FITS[definition.kind](definition, table, happened, ahead.adverse)


def contradictions(definition: ModelDefinition, rows: Rows, *, adverse: bool) -> list[str]:
    """Inputs of which the data says the opposite of what the team has declared, in words."""
    table, happened = rows.table.rows(rows.judged), rows.happened[rows.judged]
    found = []
    for one in definition.inputs:
        expected = sign(one.direction, adverse)
        if not expected or one.holds is not Holds.NUMBER:
            continue
        values = table.numbers(one.name)
        known = ~np.isnan(values)
        groups = values[known & happened], values[known & ~happened]
        spread = float(values[known].std()) if known.any() else 0.0
        if min(map(len, groups)) < FEWEST_OUTCOMES or not spread:
            continue
        moved = float(groups[0].mean() - groups[1].mean()) / spread
        if moved * expected < -SAME_WAY:
            more = "more" if moved > 0 else "less"
            held = ", and is held by its direction" if definition.monotone else ""
            found.append(
                f"{one.name} is declared {one.direction}, but accounts that had {definition.outcome} had {more} of it{held}"
            )
    return found
