"""What would turn an account green: computed from its scorecard, and checked by scoring it anew."""

from collections.abc import Iterator, Mapping

import numpy as np

from keepwell.scoring.bands import threshold
from keepwell.scoring.observed import NO_CARD
from keepwell.scoring.overrides import SCORE
from keepwell.scoring.score import Band, Remedy
from keepwell.scoring.scorecard import Cap, Measure
from keepwell.scoring.search import Search
from keepwell.scoring.whatif import NOTHING_CHANGED, Hypothesis, WhatIf
from keepwell.scoring.wording import called, in_points, judged, number
from keepwell.signals.definition import Signal

TOGETHER = "together"
"""The name of a remedy that takes several steps."""


def remedies(case: WhatIf, band: Band | None, signals: Mapping[str, Signal]) -> tuple[Remedy, ...]:
    """What would turn an account green that stands in `band`, the easiest to name first.

    First the measures of which one value is enough, in the order of the scorecard; then the caps whose lifting helps; then the measures that
    cannot do it alone, by what they could add. If nothing alone is enough, a combination comes before all: caps that stand in
    the way are lifted, and the measures that add most are taken until it is reached. Nothing for an account that is green or not scored.
    """
    evaluation, position = case.evaluation, case.position
    if evaluation.chosen[position] == NO_CARD or np.isnan(evaluation.score[position]):
        return ()
    goal = threshold(case.card.bands, Band.GREEN, band)
    search = Search(case, signals, goal)
    now = search.score(NOTHING_CHANGED)
    if band is Band.GREEN or np.isnan(now):
        return ()
    if now >= goal:
        return tuple(_without_correction(case, now))
    found = [
        _of_measure(search, measure, NOTHING_CHANGED, now)
        for measure in case.card.measures
        if measure.signal not in case.by_hand
    ]
    singles = [remedy for remedy in found if remedy is not None]
    enough = [remedy for remedy in singles if remedy.enough]
    lifts = list(_of_caps(search, now))
    short = sorted(
        (remedy for remedy in singles if not remedy.enough and remedy.points > 0), key=lambda r: -r.points
    )
    together = None if enough or any(lift.enough for lift in lifts) else _together(search, now)
    return (*([together] if together else []), *enough, *lifts, *short)


def _without_correction(case: WhatIf, now: float) -> Iterator[Remedy]:
    said = case.by_hand.get(SCORE)
    if said is not None:
        points = round(now - float(case.evaluation.score[case.position]), 6)
        text = f"Without the correction by hand: {in_points(points)}, to {number(round(now, 1))}"
        yield Remedy(SCORE, said.value, None, points, text, now)


def _of_measure(search: Search, measure: Measure, given: Hypothesis, before: float) -> Remedy | None:
    signal, current = search.signals[measure.signal], search.case.value(measure.signal)
    target = search.smallest(measure, given)
    best = None
    if target is None:
        best = search.most(measure, given)
        if best is None:
            return None
    value = target if target is not None else best[0] if best else 0.0
    reaches = search.score(given.also(measure.signal, value))
    points = round(reaches - before, 6)
    moved = f"{signal.title} {_from_to(signal, current, value)}"
    end = f"{in_points(points)}, to {number(round(reaches, 1))}"
    text = f"{moved}: {end}" if target is not None else f"{moved}, the most it could add: {end}"
    return Remedy(measure.signal, current, target, points, text, reaches, target is not None)


def _from_to(signal: Signal, current: float | None, value: float) -> str:
    to = judged(signal, value)
    return f"known, and {to}" if current is None else f"from {judged(signal, current)} to {to}"


def _of_caps(search: Search, now: float) -> Iterator[Remedy]:
    for cap in search.case.holding():
        reaches = search.score(NOTHING_CHANGED.without([cap.name]))
        if reaches > now:
            yield _lifted(cap, now, reaches, search.goal)


def _lifted(cap: Cap, before: float, reaches: float, goal: float) -> Remedy:
    points = round(reaches - before, 6)
    text = f"Once this no longer holds: {cap.because or called(cap.name)}: {in_points(points)}, to {number(round(reaches, 1))}"
    return Remedy(cap.name, None, None, points, text, reaches, reaches >= goal)


def _together(search: Search, now: float) -> Remedy | None:
    """Several steps: caps that stand in the way, then the measure that adds most, again and again."""
    steps: list[Remedy] = []
    given, reached = NOTHING_CHANGED, now
    for cap in sorted(search.case.holding(), key=lambda held: held.at_most):
        if cap.at_most < search.goal:
            given = given.without([cap.name])
            after = search.score(given)
            steps.append(_lifted(cap, reached, after, search.goal))
            reached = after
    left = [measure for measure in search.case.card.measures if measure.signal not in search.case.by_hand]
    while left and reached < search.goal:
        options = [(search.most(measure, given), measure) for measure in left]
        known = [(best, measure) for best, measure in options if best is not None]
        if not known:
            break
        best, measure = max(known, key=lambda option: option[0][1])
        if best[1] <= reached:
            break
        step = _of_measure(search, measure, given, reached)
        if step is None:
            break
        steps.append(step)
        left.remove(measure)
        given = given.also(measure.signal, best[0] if step.target is None else step.target)
        reached = step.reaches
    if len(steps) < 2:
        return None
    return _combined(steps, now, reached, search.goal)


def _combined(steps: list[Remedy], now: float, reached: float, goal: float) -> Remedy:
    points = round(reached - now, 6)
    told = "; then ".join(step.text.replace(", the most it could add", "") for step in steps)
    end = "" if reached >= goal else " (not yet green)"
    text = f"Together {in_points(points)}, to {number(round(reached, 1))}{end}: {told}"
    return Remedy(TOGETHER, None, None, points, text, reached, reached >= goal, tuple(steps))
