"""What evidence comes to, in plain words."""

from collections.abc import Iterator
from dataclasses import dataclass

from keepwell.proof.baselines import Baseline
from keepwell.proof.evidence import Evidence, Slice
from keepwell.proof.grade import Grade, graded
from keepwell.proof.statement import Statement, Tone
from keepwell.proof.subject import Grid, Question
from keepwell.proof.telling import bands, opening, scores


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
    headline = opening.headline(grade, found.question, found.whole)
    if not found.grid.point_in_time:
        headline = f"Not point in time. {headline}"
    told = sorted(_statements(found), key=lambda statement: list(Tone).index(statement.tone))
    return Verdict(grade, headline, tuple(told))


def _statements(found: Findings) -> Iterator[Statement]:
    question, whole = found.question, found.whole
    yield from opening.of_grid(found.grid)
    yield from opening.of_tally(question, whole.tally)
    if not whole.tally.enough:
        return
    yield from scores.of_ranking(question, whole)
    yield from scores.of_capture(question, whole)
    yield from bands.of_standings(question, whole)
    yield from bands.of_warnings(question, whole)
    yield from scores.of_calibration(question, whole)
    yield from scores.of_baselines(found.baselines)
    upside_down = [one for one in found.slices if graded(one.evidence) is Grade.UPSIDE_DOWN]
    poor = [one for one in found.slices if not one.evidence.tally.enough and one.evidence.tally.judged]
    yield from scores.of_slices([] if graded(whole) is Grade.UPSIDE_DOWN else upside_down, poor)
