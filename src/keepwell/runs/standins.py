"""Stand-ins: where an outcome has no dates, models learned from some accounts judge the others, each account once."""

from dataclasses import replace

import numpy as np

from keepwell.models.calibration import learn
from keepwell.models.definition import Calibrate, ModelDefinition
from keepwell.models.fit import Ahead, fit, steady
from keepwell.proof.panel import HAPPENED, KEPT
from keepwell.proof.split import FOLDS, folds
from keepwell.runs.model_rows import Seen
from keepwell.scoring.observed import Floats

STAND_INS = FOLDS
"""So many models of one definition judge, each a fold of the accounts."""


def out_of_fold(model: ModelDefinition, found: Seen, ahead: Ahead) -> Floats:
    """The probability (0–1) that every row is given without its own outcome; NaN where nothing that the model reads is known.

    Of `STAND_INS` models each learns from the accounts of all folds but one, and speaks of that one; what turns its log-odds into probabilities
    is learned from what was said of the other folds. Into which fold an account falls depends on nothing but its id, so
    that two models of an outcome are judged by the same folds.

    Raises:
        UserError: too few accounts are left to learn from.
    """
    fold = folds(found.account)
    uncalibrated, through = replace(model, calibrate=Calibrate.NONE), found.as_ofs[-1].isoformat()
    margin = np.full(len(fold), np.nan)
    for number in range(STAND_INS):
        judged = fold == number
        fitted = fit(uncalibrated, found.rows(~judged), None, ahead, through)
        table = found.table.rows(judged)
        margin[judged] = np.where(np.isnan(fitted.probability(table)), np.nan, fitted.margin(table))
    known = (found.state >= KEPT) & ~np.isnan(margin)
    happened = found.state == HAPPENED
    probability = np.full(len(fold), np.nan)
    for number in range(STAND_INS):
        judged, others = fold == number, known & (fold != number)
        how = steady(model.calibrate, int(others.sum()))
        probability[judged] = learn(how, margin[others], happened[others]).of(margin[judged])
    return probability
