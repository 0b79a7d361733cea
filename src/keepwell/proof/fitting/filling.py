"""Unknown marks, filled with what a scorecard's policy makes of them, so that the score is the plain sum of weight × mark."""

import numpy as np

from keepwell.scoring.marks import NEUTRAL_MARK
from keepwell.scoring.observed import Floats
from keepwell.scoring.scorecard import Missing, Scorecard
from keepwell.scoring.weights import membership

FAINT = 1e-9
"""A share that a measure without weight has in its dimension's mean, so that the mean is there if it alone is known."""


def filled(card: Scorecard, marks: Floats, shares: Floats) -> Floats:
    """The marks (rows × measures) without gaps: under these shares, `filled · shares` is the score of the measures.

    Under `redistribute` an unknown measure hands its weight to the known ones of its dimension, which is the same as
    having their weighted mean for a mark; a dimension without any has the weighted mean of the others. Of a row of which nothing is
    known all are neutral.
    """
    unknown = np.isnan(marks)
    if not unknown.any():
        return marks
    if card.missing is not Missing.REDISTRIBUTE:
        return np.where(unknown, NEUTRAL_MARK if card.missing is Missing.NEUTRAL else 0.0, marks)
    belongs = membership(card)
    own = np.maximum(shares, FAINT)
    known = ~unknown * own
    of_dimension = known @ belongs
    heard = of_dimension > 0
    sums = np.where(unknown, 0.0, marks * own) @ belongs
    means = np.divide(sums, of_dimension, out=np.zeros_like(sums), where=heard)
    across = heard * np.maximum(shares @ belongs, FAINT)
    whole = across.sum(axis=1)
    overall = np.divide(
        (across * means).sum(axis=1), whole, out=np.full(len(marks), NEUTRAL_MARK), where=whole > 0
    )
    stand_in = np.where(heard, means, overall[:, None]) @ belongs.T
    return np.where(unknown, stand_in, marks)
