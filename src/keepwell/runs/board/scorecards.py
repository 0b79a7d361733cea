"""How accounts are scored, in words: scorecards with their weights, the evidence they have, and their versions."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np

from keepwell.runs import purposes
from keepwell.runs.board.current import Current
from keepwell.runs.board.desk import Desk
from keepwell.runs.versions import Past, by_earlier
from keepwell.scoring.score import Band
from keepwell.scoring.scorecard import (
    Cap,
    Line,
    Measure,
    Missing,
    Percentile,
    Reference,
    RollUp,
    Rule,
    Scorecard,
)
from keepwell.scoring.wording import called, in_points, judged, number
from keepwell.signals.definition import Signal
from keepwell.signals.writing import written
from keepwell.store import certificates, plans
from keepwell.store.engine import Store
from keepwell.store.plans import Plan


@dataclass(frozen=True, slots=True)
class MeasureLine:
    """A signal as a measure: its `share` (0–1) of the whole weight, its weight as it is written, how it is marked in words.

    `knots` are the (value, points) of its scale; empty where marks are percentiles.
    """

    signal: str
    title: str
    weight: float
    share: float
    scale: str
    knots: tuple[tuple[float, float], ...]
    advice: str


@dataclass(frozen=True, slots=True)
class DimensionLine:
    """A dimension, its `share` (0–1) of the whole weight, and its measures."""

    name: str
    title: str
    weight: float
    share: float
    measures: tuple[MeasureLine, ...]


@dataclass(frozen=True, slots=True)
class ConditionLine:
    """A cap or a rule: when it holds, and what it does, in words."""

    name: str
    when: str
    does: str
    because: str
    advice: str


@dataclass(frozen=True, slots=True)
class EvidenceLine:
    """A certificate: for which outcome, when it was made, its grade, its verdict in a sentence, all of it as JSON, and whether the outcome has been defined anew
    since (`earlier`)."""

    outcome: str
    made_at: datetime
    grade: str
    headline: str
    content: Mapping[str, Any]
    earlier: bool


@dataclass(frozen=True, slots=True)
class ScorecardLine:
    """One scorecard in plain words.

    `who` says for which accounts it is; `accounts` counts those within the viewer's reach that the shown run scored by it, `mean` is their mean score. `policies` say
    what else there is to know: what contributions are measured from, what is missing, parents, where weights come from.
    """

    name: str
    purpose: str
    version: str
    who: str
    dimensions: tuple[DimensionLine, ...]
    caps: tuple[ConditionLine, ...]
    rules: tuple[ConditionLine, ...]
    bands: tuple[tuple[Band, float], ...]
    hysteresis: float
    policies: tuple[str, ...]
    accounts: int
    mean: float | None


@dataclass(frozen=True, slots=True)
class ScorecardsView:
    """The scorecards of one purpose as they are in force; `evidence` are the last certificates of that version, `past` the versions that were
    applied, the newest first, `plans` those that wait for approval or to be applied.
    """

    current: Current
    version: str
    scorecards: tuple[ScorecardLine, ...]
    evidence: tuple[EvidenceLine, ...]
    past: tuple[Past, ...]
    plans: tuple[Plan, ...]


def scorecards(desk: Desk, store: Store, past: tuple[Past, ...]) -> ScorecardsView:
    """How a purpose is scored; `past` are the versions that were applied, the oldest first."""
    project = desk.project
    definition = purposes.definition(project, desk.purpose)
    with store.reading() as connection:
        kept = certificates.latest(connection, definition.version)
        waiting = plans.pending(connection)
    versions = dict(definition.versions)
    return ScorecardsView(
        current=desk.current,
        version=definition.version,
        scorecards=tuple(_line(desk, card, versions[card.name]) for card in definition.cards),
        evidence=tuple(
            EvidenceLine(
                outcome=each.outcome,
                made_at=each.made_at,
                grade=each.content["verdict"]["grade"],
                headline=each.content["verdict"]["headline"],
                content=each.content,
                earlier=by_earlier(each, project),
            )
            for each in kept
        ),
        past=tuple(reversed(past)),
        plans=waiting,
    )


def _line(desk: Desk, card: Scorecard, version: str) -> ScorecardLine:
    accounts, mean = _scored_by(desk, card)
    whole = sum(dimension.weight for dimension in card.dimensions)
    return ScorecardLine(
        name=card.name,
        purpose=card.purpose,
        version=version,
        who=who(card),
        dimensions=tuple(_dimensions(desk.labels, card, whole)),
        caps=tuple(_condition(cap) for cap in card.caps),
        rules=tuple(_condition(rule) for rule in card.rules),
        bands=((Band.GREEN, card.bands.green), (Band.YELLOW, card.bands.yellow), (Band.RED, 0.0)),
        hysteresis=card.bands.hysteresis,
        policies=policies(card),
        accounts=accounts,
        mean=mean,
    )


def _scored_by(desk: Desk, card: Scorecard) -> tuple[int, float | None]:
    sheet = desk.sheet
    if sheet is None:
        return 0, None
    mine = desk.reached & sheet.scored & sheet.scorecards.among(frozenset({card.name}))
    return int(mine.sum()), float(np.mean(sheet.scores[mine])) if mine.any() else None


def who(card: Scorecard) -> str:
    """For which accounts a scorecard is."""
    said = [
        f"{noun} {' or '.join(sorted(names))}"
        for noun, names in (("segment", card.segments), ("stage", card.stages))
        if names is not None
    ]
    return f"accounts of {' and '.join(said)}" if said else "all accounts that no scorecard before it is for"


def _dimensions(labels: Mapping[str, Signal], card: Scorecard, whole: float) -> list[DimensionLine]:
    lines = []
    for dimension in card.dimensions:
        share = dimension.weight / whole if whole else 0.0
        within = sum(measure.weight for measure in dimension.measures)
        measures = tuple(
            _measure(labels, measure, share * measure.weight / within if within else 0.0)
            for measure in dimension.measures
        )
        lines.append(DimensionLine(dimension.name, called(dimension.name), dimension.weight, share, measures))
    return lines


def _measure(labels: Mapping[str, Signal], measure: Measure, share: float) -> MeasureLine:
    signal = labels[measure.signal]
    return MeasureLine(
        signal=measure.signal,
        title=signal.title,
        weight=measure.weight,
        share=share,
        scale=scale_in_words(measure, signal),
        knots=measure.scale.knots if isinstance(measure.scale, Line) else (),
        advice=measure.advice,
    )


def scale_in_words(measure: Measure, signal: Signal) -> str:
    """How a measure is marked."""
    match measure.scale:
        case Line(knots):
            return ", ".join(f"{judged(signal, value)}: {number(points)}" for value, points in knots)
        case Percentile(within, higher_is_better):
            peers = "all accounts" if within == "all" else f"the accounts of its {within}"
            return f"the share of {peers} that it is {'above' if higher_is_better else 'below'}"


def _condition(part: Cap | Rule) -> ConditionLine:
    does = f"at most {number(part.at_most)}" if isinstance(part, Cap) else in_points(part.points)
    return ConditionLine(part.name, written(part.when), does, part.because, part.advice)


_MISSING = {
    Missing.REDISTRIBUTE: "An unknown measure hands its weight to the known ones of its dimension.",
    Missing.NEUTRAL: "An unknown measure counts as 50 of 100.",
    Missing.WORST: "An unknown measure counts as 0.",
}
_ROLL_UP = {
    RollUp.WORST: "A parent scores no better than the worst of the accounts that belong to it.",
    RollUp.MEAN: "A parent's score is the mean of its own and those of the accounts that belong to it.",
    RollUp.VALUE: "A parent's score is the mean, weighted by value, of its own and those of the accounts that belong to it.",
}


def policies(card: Scorecard) -> tuple[str, ...]:
    """What else there is to know of a scorecard, a sentence each."""
    said = []
    if card.measures:
        full = card.reference is Reference.FULL
        said.append(f"Points are counted from {'full marks' if full else 'the mean of the segment'}.")
        said.append(_MISSING[card.missing])
        said.append(
            f"With less than {number(round(100 * card.min_coverage, 1))}% of the weight known there is no score."
        )
    else:
        said.append(f"Points are added to {number(card.base)}.")
    if card.roll_up is not None:
        said.append(_ROLL_UP[card.roll_up])
    if card.fitted is not None:
        fitted = card.fitted
        said.append(f"Fitted on {fitted.on} to {fitted.outcome}, from {fitted.first} to {fitted.last}.")
    return tuple(said)
