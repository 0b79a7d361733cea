"""Why a score moved: the change between two instants split, exactly and in a fixed order, by cause."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from keepwell.scoring.evaluation import DECIMALS, Evaluation, evaluate
from keepwell.scoring.marks import Marks
from keepwell.scoring.observed import (
    NO_CARD,
    UNKNOWN,
    Floats,
    Ints,
    Observed,
    Trits,
    choose,
    condition_of,
    conditional,
)
from keepwell.scoring.overrides import InForce
from keepwell.scoring.peers import Frozen
from keepwell.scoring.score import Move
from keepwell.scoring.scorecard import Cap, Rule, Scorecard
from keepwell.scoring.wording import in_points, judged, of_condition
from keepwell.signals.definition import Signal


class Cause(StrEnum):
    """What moves a score, in the order in which the change is split."""

    DEFINITION = "definition"
    SWITCH = "scorecard switch"
    AGEING = "ageing"
    DATA = "data"
    COVERAGE = "coverage"
    PEERS = "peers"
    OVERRIDE = "override"


@dataclass(frozen=True, slots=True)
class Standing:
    """All that a score rests on: the scorecards, what was observed, the frozen peers, the overrides in force."""

    cards: tuple[Scorecard, ...]
    observed: Observed
    frozen: Frozen
    overrides: InForce

    def evaluated(self, position: int, chosen: Ints | None = None) -> Evaluation:
        """The evaluation; the account at `position` on whatever is known of it: a split needs a number at each of its steps."""
        excused = np.arange(len(self.observed)) == position
        return evaluate(
            self.cards, self.observed, self.frozen, self.overrides, chosen=chosen, excused=excused
        )


def path(then: Standing, aged: Observed, now: Standing, position: int) -> list[tuple[Cause, Evaluation]]:
    """The evaluations one passes on the way to the score of the account at `position` now, each with the cause that leads to it.

    `then` is the earlier instant under today's definitions (the step before it, under the definitions of its time, is the caller's),
    `aged` the earlier facts seen at the later instant, `now` the later instant; all of the same accounts. With the scorecard switch
    come the segment and stage that call for it. A value ages or is renewed only where it is known before and after; what became known or
    unknown is coverage. Conditions follow the values; parents, children and worth are data.
    """
    cards, earlier, later = now.cards, then.observed, now.observed
    chosen = choose(cards, later)
    switched = replace(earlier, segments=later.segments, stages=later.stages)
    older = _renewed(switched, aged)
    newer = _renewed(
        replace(older, population=later.population, parents=later.parents, worth=later.worth), later
    )

    def standing(observed: Observed, peers: Standing, corrections: Standing) -> Evaluation:
        return Standing(cards, observed, peers.frozen, corrections.overrides).evaluated(position, chosen)

    return [
        (Cause.DEFINITION, then.evaluated(position)),
        (Cause.SWITCH, standing(switched, then, then)),
        (Cause.AGEING, standing(older, then, then)),
        (Cause.DATA, standing(newer, then, then)),
        (Cause.COVERAGE, standing(later, then, then)),
        (Cause.PEERS, standing(later, now, then)),
        (Cause.OVERRIDE, standing(later, now, now)),
    ]


def _renewed(older: Observed, newer: Observed) -> Observed:
    """The older values, those known on both sides taken from the newer ones; conditions likewise."""
    values: dict[str, Floats] = {
        name: np.where(np.isnan(column) | np.isnan(newer.values[name]), column, newer.values[name])
        for name, column in older.values.items()
    }
    conditions: dict[str, Trits] = {
        name: np.where(
            (column == UNKNOWN) | (newer.conditions[name] == UNKNOWN), column, newer.conditions[name]
        ).astype(np.int8)
        for name, column in older.conditions.items()
    }
    return older.changed(values, conditions)


def split(
    before: Evaluation,
    steps: Sequence[tuple[Cause, Evaluation]],
    position: int,
    signals: Mapping[str, Signal],
) -> tuple[Move, ...]:
    """The moves of one account from `before` along `steps`: one per cause, in order, adding up exactly to the change.

    A step at which there would be no score (nothing known) changes nothing; the next one that has a score takes it all.
    """
    moves = []
    last, reached = before, float(before.score[position])
    for cause, evaluation in steps:
        score = float(evaluation.score[position])
        points = 0.0 if np.isnan(score) else round(score - reached, DECIMALS)
        moves.append(Move(cause, points, _text(cause, last, evaluation, position, signals)))
        reached = reached if np.isnan(score) else score
        last = evaluation
    return tuple(moves)


def _text(
    cause: Cause, before: Evaluation, after: Evaluation, position: int, signals: Mapping[str, Signal]
) -> str:
    if cause is Cause.SWITCH:
        cards = [_card(evaluation, position) for evaluation in (before, after)]
        if cards[0] != cards[1]:
            return f"Scorecard {cards[0]}, now {cards[1]}"
        same = before.score[position] == after.score[position]
        return (
            "The same scorecard"
            if same
            else "The same scorecard, but other peers: its segment or stage changed"
        )
    if before.score[position] == after.score[position]:
        return _NOTHING[cause]
    told = list(_changes(cause, before, after, position, signals))
    return f"{_SOMETHING[cause]}{': ' if told else ''}{'; '.join(told[:_MOST_TOLD])}"


_MOST_TOLD = 4

_SOMETHING = {
    Cause.DEFINITION: "The definitions changed",
    Cause.AGEING: "Time passed over the same facts",
    Cause.DATA: "New facts",
    Cause.COVERAGE: "What is known changed",
    Cause.PEERS: "The peers moved",
    Cause.OVERRIDE: "Corrections by hand changed",
}
_NOTHING = {
    Cause.DEFINITION: "The same definitions, or none that matter here",
    Cause.AGEING: "Nothing that ages",
    Cause.DATA: "No new facts that count",
    Cause.COVERAGE: "The same is known",
    Cause.PEERS: "The peers stand where they stood",
    Cause.OVERRIDE: "No correction by hand began or ended",
}


def _card(evaluation: Evaluation, position: int) -> str:
    chosen = int(evaluation.chosen[position])
    return "none" if chosen == NO_CARD else evaluation.cards[chosen].name


def _changes(
    cause: Cause, before: Evaluation, after: Evaluation, position: int, signals: Mapping[str, Signal]
) -> Iterator[str]:
    """What changed, the weightiest first: measures with their values, then caps that came or went."""
    if cause is Cause.DEFINITION or _card(before, position) != _card(after, position):
        return
    marks = [evaluation.marks[int(evaluation.chosen[position])] for evaluation in (before, after)]
    rows = [int(evaluation.place[position]) for evaluation in (before, after)]
    points = marks[1].points[rows[1]] - marks[0].points[rows[0]]
    for column in np.argsort(-np.abs(points), kind="stable"):
        if abs(points[column]) >= _LEAST_TOLD:
            signal = signals[marks[1].card.measures[int(column)].signal]
            values = [
                float(evaluation.observed.values[signal.name][position]) for evaluation in (before, after)
            ]
            yield f"{signal.title} {_from_to(signal, *values)}({in_points(points[column])})"
    holding = [
        {part.name: of_condition(part) for part in conditional(m.card) if _holds(e, m, part, position)}
        for m, e in zip(marks, (before, after), strict=True)
    ]
    yield from (text for name, text in holding[1].items() if name not in holding[0])
    yield from (f"no longer: {text}" for name, text in holding[0].items() if name not in holding[1])


def _holds(evaluation: Evaluation, marks: Marks, part: Cap | Rule, position: int) -> bool:
    return bool(evaluation.observed.holds(condition_of(marks.card, part))[position])


_LEAST_TOLD = 0.05


def _from_to(signal: Signal, before: float, after: float) -> str:
    if before == after or (np.isnan(before) and np.isnan(after)):
        return ""
    told = ["unknown" if np.isnan(value) else judged(signal, value) for value in (before, after)]
    return f"{told[0]} → {told[1]} "
