"""The slow, obvious meaning of a score: one account after the other, in plain Python. The arrays are tested against it.

It shares no step with `scoring.evaluation`, only the scales' knots and the rounding.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from keepwell.scoring.score import Band
from keepwell.scoring.scorecard import Bands, Line, Missing, RollUp, Scorecard

NOTHING: Mapping[str, float] = {}


@dataclass(frozen=True, slots=True)
class Subject:
    """One account: its scorecard, what is known of it, and what it is measured by.

    `values` are its known signals; `lines` and `reference` give each measure's scale and what contributions are measured from;
    `holding` names the caps and rules whose condition holds; `by_hand` what people have set, by target.
    """

    card: Scorecard
    values: Mapping[str, float]
    lines: Mapping[str, Line | None]
    reference: Mapping[str, float]
    holding: frozenset[str] = frozenset()
    by_hand: Mapping[str, float] = field(default_factory=lambda: NOTHING)
    worth: float | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one account: the final score (`None`: not enough data), and the points by step and name."""

    score: float | None
    coverage: float
    baseline: float
    points: Mapping[str, float]
    worth: float


def on_line(line: Line, value: float) -> float:
    """A value's mark on a piecewise linear scale."""
    knots = line.knots
    if value <= knots[0][0]:
        return knots[0][1]
    for (left, low), (right, high) in pairwise(knots):
        if value <= right:
            return low + (high - low) * (value - left) / (right - left)
    return knots[-1][1]


def score_one(subject: Subject, children: Sequence[Outcome] = ()) -> Outcome:
    """Scores one account; `children` are the outcomes of its child accounts."""
    card, by_hand = subject.card, subject.by_hand
    marks = {}
    for measure in card.measures:
        line = subject.lines.get(measure.signal)
        if measure.signal in subject.values and line is not None:
            marks[measure.signal] = on_line(line, subject.values[measure.signal])
    known = set(marks)
    for measure in card.measures:
        if measure.signal in by_hand:
            marks[measure.signal] = by_hand[measure.signal]
    weights = _weights(card, set(marks), set(by_hand))
    baseline = sum(weights[m.signal] * subject.reference[m.signal] for m in card.measures)
    baseline += 0.0 if card.measures else card.base
    total = 0.0 if card.measures else card.base
    for dimension in card.dimensions:
        if dimension.name in by_hand:
            total += sum(weights[m.signal] for m in dimension.measures) * by_hand[dimension.name]
            continue
        for measure in dimension.measures:
            stand_in = {Missing.NEUTRAL: 50.0, Missing.WORST: 0.0, Missing.REDISTRIBUTE: 0.0}[card.missing]
            total += weights[measure.signal] * marks.get(measure.signal, stand_in)
    points = {"measures": total - baseline}
    for rule in card.rules:
        if rule.name in subject.holding:
            total += rule.points
            points[f"rule {rule.name}"] = rule.points
    own = min(max(total, 0.0), 100.0)
    points["clamp"] = own - total
    worth = max(subject.worth or 0.0, 0.0)
    scored = [child for child in children if child.score is not None]
    rolled = _roll_up(card.roll_up, own, worth, scored)
    points["roll_up"] = rolled - own
    held = min([rolled, *(cap.at_most for cap in card.caps if cap.name in subject.holding)])
    points["cap"] = held - rolled
    final: float | None = held
    sure = set(marks) | {
        m.signal for dimension in card.dimensions if dimension.name in by_hand for m in dimension.measures
    }
    if card.measures and (_share(card, sure) < card.min_coverage - 1e-9 or sum(weights.values()) == 0):
        final = None
    if "score" in by_hand:
        final = by_hand["score"]
        points["override"] = final - held
    return Outcome(
        None if final is None else float(np.round(final, 6)),
        _share(card, known),
        baseline,
        points,
        worth + sum(child.worth for child in scored),
    )


def _share(card: Scorecard, known: set[str]) -> float:
    if not card.measures:
        return 1.0
    every = sum(dimension.weight for dimension in card.dimensions)
    share = 0.0
    for dimension in card.dimensions:
        within = sum(measure.weight for measure in dimension.measures)
        for measure in dimension.measures:
            if measure.signal in known:
                share += dimension.weight / every * measure.weight / within
    return share


def _weights(card: Scorecard, known: set[str], by_hand: set[str]) -> dict[str, float]:
    counted: dict[str, float] = {}
    dimension_weight: dict[str, float] = {}
    for dimension in card.dimensions:
        heard = [m for m in dimension.measures if m.signal in known and m.weight > 0]
        if card.missing is not Missing.REDISTRIBUTE or (not heard and dimension.name in by_hand):
            heard = list(dimension.measures)
        dimension_weight[dimension.name] = dimension.weight if heard else 0.0
        within = sum(m.weight for m in heard)
        for measure in dimension.measures:
            counted[measure.signal] = measure.weight / within if measure in heard else 0.0
    every = sum(dimension_weight.values())
    return {
        measure.signal: counted[measure.signal] * dimension_weight[dimension.name] / every if every else 0.0
        for dimension in card.dimensions
        for measure in dimension.measures
    }


def _roll_up(how: RollUp | None, own: float, worth: float, children: Sequence[Outcome]) -> float:
    scores = [child.score for child in children if child.score is not None]
    if how is None or not scores:
        return own
    if how is RollUp.WORST:
        return min(own, *scores)
    weights = [worth, *(child.worth for child in children)]
    if how is RollUp.MEAN or sum(weights) <= 0:
        weights = [1.0] * (1 + len(scores))
    return sum(w * s for w, s in zip(weights, [own, *scores], strict=True)) / sum(weights)


def band_one(bands: Bands, score: float, previous: Band | None) -> Band:
    """One score's band, given the one held before."""
    plain = Band.GREEN if score >= bands.green else Band.YELLOW if score >= bands.yellow else Band.RED
    order = [Band.RED, Band.YELLOW, Band.GREEN]
    if previous is None or order.index(plain) <= order.index(previous):
        return plain
    for candidate, least in ((Band.GREEN, bands.green), (Band.YELLOW, bands.yellow)):
        if score >= min(least + bands.hysteresis, 100) and order.index(candidate) > order.index(previous):
            return candidate
    return previous
