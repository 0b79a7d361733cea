"""What evidence comes to, in plain words."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from keepwell.proof import telling
from keepwell.proof.baselines import Baseline
from keepwell.proof.evidence import Evidence, Slice
from keepwell.proof.interval import Estimate
from keepwell.proof.statement import Statement, Tone
from keepwell.proof.subject import Grid, Question

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


@dataclass(frozen=True, slots=True)
class Verdict:
    """`headline` says the most important thing in a sentence or two; `statements` the rest, the gravest first."""

    grade: Grade
    headline: str
    statements: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class Findings:
    """All that a verdict rests on: see `certificate.Certificate`."""

    question: Question
    grid: Grid
    whole: Evidence
    slices: tuple[Slice, ...]
    baselines: tuple[Baseline, ...]


def verdict(found: Findings) -> Verdict:
    """Puts findings in words for those who look after customers."""
    grade = graded(found.whole)
    headline = telling.headline(grade.value, found.question, found.whole)
    if not found.grid.point_in_time:
        headline = f"Not point in time. {headline}"
    told = sorted(_statements(found), key=lambda statement: list(Tone).index(statement.tone))
    return Verdict(grade, headline, tuple(told))


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


def _statements(found: Findings) -> Iterator[Statement]:
    question, whole = found.question, found.whole
    yield from telling.of_grid(found.grid)
    yield from telling.of_tally(question, whole.tally)
    if not whole.tally.enough:
        return
    yield from telling.of_ranking(question, whole)
    yield from telling.of_capture(question, whole)
    yield from telling.of_standings(question, whole)
    yield from telling.of_warnings(question, whole)
    yield from telling.of_calibration(question, whole)
    yield from telling.of_baselines(found.baselines)
    upside_down = [one for one in found.slices if graded(one.evidence) is Grade.UPSIDE_DOWN]
    poor = [one for one in found.slices if not one.evidence.tally.enough and one.evidence.tally.judged]
    yield from telling.of_slices([] if graded(whole) is Grade.UPSIDE_DOWN else upside_down, poor)
