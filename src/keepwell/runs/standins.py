"""Stand-ins: where an outcome has no dates, models learned from some accounts judge the others, each account once."""

import numpy as np

from keepwell.models.definition import ModelDefinition
from keepwell.models.fit import Ahead, fit
from keepwell.proof.split import folds
from keepwell.runs.model_rows import Seen
from keepwell.scoring.observed import Bools, Floats

STAND_INS = 5
"""So many models of the same definition each judge a fifth of the accounts."""

PARTS = 2 * STAND_INS
"""A stand-in judges two of these parts, is calibrated on one, and learns from the others."""


def out_of_fold(model: ModelDefinition, found: Seen, ahead: Ahead) -> Floats:
    """The probability (0–1) that every row is given by a stand-in which has not seen its account; NaN where nothing that it reads is known.

    Into which part an account falls depends on nothing but its id, so that two models of an outcome are judged by the same folds.

    Raises:
        UserError: too few accounts are left to learn from.
    """
    part = folds(found.account, PARTS)
    probability = np.full(len(part), np.nan)
    for number in range(STAND_INS):
        judged: Bools = part // 2 == number
        later: Bools = part == (2 * number + 2) % PARTS
        fitted = fit(
            model, found.rows(~judged & ~later), found.rows(later), ahead, found.as_ofs[-1].isoformat()
        )
        probability[judged] = fitted.probability(found.table.rows(judged))
    return probability
