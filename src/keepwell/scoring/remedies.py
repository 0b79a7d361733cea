"""What would turn an account green: computed from its scorecard, and checked by scoring it anew."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from keepwell.scoring.bands import threshold
from keepwell.scoring.consequences import can_move, can_turn
from keepwell.scoring.observed import NO_CARD, condition_of
from keepwell.scoring.overrides import SCORE
from keepwell.scoring.score import Band, Remedy
from keepwell.scoring.scorecard import Cap, Measure, Rule
from keepwell.scoring.search import Search
from keepwell.scoring.whatif import NOTHING_CHANGED, Hypothesis, WhatIf
from keepwell.scoring.wording import called, in_points, judged, number
from keepwell.signals.definition import Signal

TOGETHER = "together"
"""The name of a remedy that takes several steps."""

_LEAST_TOLD = 0.05


@dataclass(frozen=True, slots=True)
class _Step:
    """A remedy, and the hypothesis under which it has been taken."""

    remedy: Remedy
    taken: Hypothesis


def remedies(case: WhatIf, band: Band | None) -> tuple[Remedy, ...]:
    """What would turn an account green that stands in `band`: first what is enough, in the order of the scorecard.

    If nothing alone is enough, a combination comes before all: caps that stand in the way are lifted, then what adds most is taken until
    green is reached. At the end stands what helps without being enough, by what it adds. Nothing for an account that is green or not
    scored, and nothing that nobody can move: a market, an account's age, a measure that is declared so.
    """
    evaluation, position = case.evaluation, case.position
    if evaluation.chosen[position] == NO_CARD or np.isnan(evaluation.score[position]) or band is Band.GREEN:
        return ()
    search = Search(case, threshold(case.card.bands, Band.GREEN, band))
    now = search.score(NOTHING_CHANGED)
    if np.isnan(now):
        return ()
    if now >= search.goal:
        return tuple(_without_correction(case, now))
    steps = [step.remedy for step in _steps(search, NOTHING_CHANGED, now)]
    enough = [remedy for remedy in steps if remedy.enough]
    short = [remedy for remedy in steps if not remedy.enough and remedy.points >= _LEAST_TOLD]
    together = None if enough else _together(search, now)
    first = [together] if together is not None else enough
    return (*first, *sorted(short, key=lambda remedy: -remedy.points))


def _without_correction(case: WhatIf, now: float) -> Iterator[Remedy]:
    said = case.by_hand.get(SCORE)
    if said is not None:
        points = round(now - float(case.evaluation.score[case.position]), 6)
        text = f"Without the correction by hand: {in_points(points)}, to {number(round(now, 1))}"
        yield Remedy(SCORE, said.value, None, points, text, now)


def _steps(search: Search, given: Hypothesis, before: float) -> Iterator[_Step]:
    """Everything that can be done next: measures in their order, then conditions that could turn for the better."""
    case = search.case
    for measure in case.card.measures:
        free = measure.signal not in case.by_hand and measure.signal not in given.values
        if free and _actionable(measure, case):
            step = _of_measure(search, measure, given, before)
            if step is not None:
                yield step
    parts: list[Cap | Rule] = [*_to_lift(search), *_to_turn(search)]
    for part in parts:
        name = condition_of(case.card, part)
        if name not in given.taken:
            step = _of_condition(search, part, given, before)
            if step.remedy.points > 0:
                yield step


def _actionable(measure: Measure, case: WhatIf) -> bool:
    said = measure.actionable
    return can_move(measure.signal, case.signals) if said is None else said


def _to_lift(search: Search) -> list[Cap]:
    """The caps in force that somebody can lift, the lowest first."""
    case = search.case
    holding = [cap for cap in case.card.caps if case.holds(cap) and can_turn(cap.when, case.signals)]
    return sorted(holding, key=lambda cap: cap.at_most)


def _to_turn(search: Search) -> list[Rule]:
    """The rules that take points and hold, or give points and do not, and that somebody can turn."""
    case = search.case
    return [
        rule
        for rule in case.card.rules
        if case.holds(rule) == (rule.points < 0) and can_turn(rule.when, case.signals)
    ]


def _of_measure(search: Search, measure: Measure, given: Hypothesis, before: float) -> _Step | None:
    signal, current = search.case.signals[measure.signal], search.case.value(measure.signal, given)
    target = search.smallest(measure, given)
    best = search.most(measure, given) if target is None else (target, 0.0)
    if best is None:
        return None
    taken = given.also(measure.signal, best[0])
    reaches = search.score(taken)
    points = round(reaches - before, 6)
    moved = f"{signal.title} {_from_to(signal, current, best[0])}"
    most = "" if target is not None else ", the most it could add"
    text = f"{moved}{most}: {_end(points, reaches)}"
    return _Step(Remedy(measure.signal, current, target, points, text, reaches, target is not None), taken)


def _from_to(signal: Signal, current: float | None, value: float) -> str:
    to = judged(signal, value)
    return f"known, and {to}" if current is None else f"from {judged(signal, current)} to {to}"


def _end(points: float, reaches: float) -> str:
    return f"{in_points(points)}, to {number(round(reaches, 1))}"


def _of_condition(search: Search, part: Cap | Rule, given: Hypothesis, before: float) -> _Step:
    """A cap that no longer holds, a rule that no longer takes points, or one that begins to give some."""
    holds = search.case.holds(part)
    taken = given.taking(condition_of(search.case.card, part), not holds)
    reaches = search.score(taken)
    points = round(reaches - before, 6)
    turned = "Once this no longer holds" if holds else "Once this holds"
    text = f"{turned} ({part.because or called(part.name)}): {_end(points, reaches)}"
    return _Step(Remedy(part.name, None, None, points, text, reaches, reaches >= search.goal), taken)


def _together(search: Search, now: float) -> Remedy | None:
    """Several steps: caps that stand in the way, then what adds most, again and again, until the goal is reached or nothing helps."""
    steps: list[Remedy] = []
    given, reached = NOTHING_CHANGED, now
    for cap in _to_lift(search):
        if cap.at_most < search.goal:
            step = _of_condition(search, cap, given, reached)
            steps.append(step.remedy)
            given, reached = step.taken, step.remedy.reaches
    while reached < search.goal:
        options = [step for step in _steps(search, given, reached) if step.remedy.points >= _LEAST_TOLD]
        if not options:
            break
        best = max(options, key=lambda step: (step.remedy.enough, step.remedy.points))
        steps.append(best.remedy)
        given, reached = best.taken, best.remedy.reaches
    if len(steps) < 2:
        return None
    points = round(reached - now, 6)
    end = "" if reached >= search.goal else ", which is not yet green"
    told = "; then ".join(step.text.replace(", the most it could add", "") for step in steps)
    text = f"Together {_end(points, reached)}{end}: {told}"
    return Remedy(TOGETHER, None, None, points, text, reached, reached >= search.goal, tuple(steps))
