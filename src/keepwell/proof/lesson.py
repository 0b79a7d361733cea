"""What a version's evidence teaches: the chance of loss that each of its scores stands for."""

import numpy as np

from keepwell.proof.calibration import Basis, Calibration
from keepwell.proof.isotonic import isotonic
from keepwell.proof.judged import Judged
from keepwell.scoring.chances import Chances


def taught(rows: Judged, stated: Calibration | None) -> Chances | None:
    """The map from score to probability, learned from all judged rows; `None` if such a map has not proved itself.

    It has if one learned from other rows in the same way (`stated`) came closer than always stating the rate would (Brier). The rows' risk is the
    negative score. 0 and 1 are kept half a row away: no score makes a loss certain.
    """
    if stated is None or stated.basis is Basis.GIVEN or stated.brier.value >= stated.brier_of_rate:
        return None
    found = isotonic(rows.happened, rows.risk)
    nearest = 0.5 / len(rows)
    values = np.clip(found.values, nearest, 1 - nearest)
    # a score is the negative risk: turned around it ascends
    return Chances(tuple((0 - found.risks[::-1]).tolist()), tuple(values[::-1].tolist()), len(rows))
