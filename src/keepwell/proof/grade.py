"""How good a score is, in one word."""

from enum import StrEnum

from keepwell.proof.evidence import Evidence
from keepwell.proof.interval import Estimate

CHANCE = 0.5
"""The AUC of a coin."""

USEFUL, STRONG = 0.6, 0.75
"""A score is useful, or strong, if the whole interval of its AUC lies above."""


class Grade(StrEnum):
    """What the evidence comes to."""

    TOO_LITTLE_DATA = "too_little_data"
    """Fewer outcomes or others than `tally.MIN_OUTCOMES` and `tally.MIN_OTHERS`: no figure is shown."""

    NO_SIGNAL = "no_usable_signal"
    """The interval of the AUC includes chance."""

    UPSIDE_DOWN = "upside_down"
    """The whole interval lies below chance."""

    WEAK = "weak"
    USEFUL = "useful"
    STRONG = "strong"


def graded(evidence: Evidence) -> Grade:
    """The grade, by where the whole interval of the AUC lies."""
    if evidence.ranking is None:
        return Grade.TOO_LITTLE_DATA
    return grade_of(evidence.ranking.auc)


def grade_of(auc: Estimate) -> Grade:
    """The grade of an AUC with its interval."""
    if auc.includes(CHANCE):
        return Grade.NO_SIGNAL
    if auc.high < CHANCE:
        return Grade.UPSIDE_DOWN
    return Grade.STRONG if auc.low > STRONG else Grade.USEFUL if auc.low > USEFUL else Grade.WEAK
