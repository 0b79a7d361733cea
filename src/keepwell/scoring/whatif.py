"""One account under hypotheses: what its score would be if signals had other values or conditions turned."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TypeAlias

import numpy as np

from keepwell.scoring.consequences import Consequences
from keepwell.scoring.evaluation import Evaluation, evaluate
from keepwell.scoring.observed import (
    FAILS,
    HOLDS,
    UNKNOWN,
    Floats,
    Groups,
    Observed,
    Trits,
    condition_of,
    conditional,
)
from keepwell.scoring.overrides import SCORE, InForce, Override
from keepwell.scoring.scorecard import Cap, Rule, Scorecard
from keepwell.signals.definition import Signal
from keepwell.signals.expression import names
from keepwell.signals.meaning import Value


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """Other values of some signals, and conditions (by their names in `Observed.conditions`) taken to hold or not to."""

    values: Mapping[str, float] = field(default_factory=dict)
    taken: Mapping[str, bool] = field(default_factory=dict)

    def also(self, signal: str, value: float) -> "Hypothesis":
        """The same with one more signal changed."""
        return Hypothesis({**self.values, signal: value}, self.taken)

    def taking(self, condition: str, holds: bool) -> "Hypothesis":
        """The same with one more condition taken to hold or not to, whatever it says."""
        return Hypothesis(self.values, {**self.taken, condition: holds})


NOTHING_CHANGED = Hypothesis()

_Values: TypeAlias = Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class WhatIf:
    """An evaluated account that can be scored anew under hypotheses; its children's scores stay as they are.

    A changed signal changes, by `consequences`, the signals that are computed from it and the conditions that name any of
    them; those it is computed from itself stay. An override of the score is left out, since it would hide every effect.
    """

    evaluation: Evaluation
    position: int
    consequences: Consequences

    @property
    def card(self) -> Scorecard:
        """The account's scorecard."""
        return self.evaluation.cards[int(self.evaluation.chosen[self.position])]

    @property
    def by_hand(self) -> Mapping[str, Override]:
        """What people have set for the account, by target."""
        return self.evaluation.overrides.of(int(self.evaluation.observed.accounts[self.position]))

    @property
    def signals(self) -> Mapping[str, Signal]:
        """The signals by name."""
        return self.consequences.signals

    def value(self, signal: str, given: Hypothesis = NOTHING_CHANGED) -> float | None:
        """The signal's value, as it is or under a hypothesis (`None`: unknown)."""
        changed = self.consequences.of(given.values) if given.values else {}
        if signal in changed:
            value = _number(changed[signal])
        else:
            value = float(self.evaluation.observed.values[signal][self.position])
        return None if np.isnan(value) else value

    def holds(self, part: Cap | Rule) -> bool:
        """Whether a cap's or rule's condition holds as things are."""
        return bool(self.evaluation.observed.holds(condition_of(self.card, part))[self.position])

    def scores(self, hypotheses: Sequence[Hypothesis]) -> Floats:
        """The score under each hypothesis (NaN: there would still be none).

        Each hypothesis is an account of its own, with stand-ins for the children that show their scores.
        """
        old = self.evaluation.observed
        count = len(hypotheses)
        children = self.evaluation.children(self.position)
        copies = np.arange(count)
        size = count * (1 + len(children))
        owners = np.tile(copies, len(children))
        own = np.full(size, self.position, dtype=np.int64)
        overrides: dict[int, dict[str, Override]] = {}
        mine = {target: said for target, said in self.by_hand.items() if target != SCORE}
        for copy in copies.tolist():
            overrides[copy] = {target: replace(said, account=copy) for target, said in mine.items()}
        changed = [self.consequences.of(hypothesis.values) for hypothesis in hypotheses]
        worth = np.repeat(old.worth[self.position], size)
        for index, child in enumerate(children.tolist()):
            stands = Override(0, SCORE, float(self.evaluation.score[child]), old.as_of, old.as_of, "")
            for place in range(count + index * count, count + (index + 1) * count):
                overrides[place] = {SCORE: replace(stands, account=place)}
                worth[place] = self._worth_of_all(child)
        observed = Observed(
            as_of=old.as_of,
            accounts=np.arange(size),
            population=Groups((old.population[self.position],), np.zeros(size, dtype=np.int64)),
            parents=np.concatenate([np.full(count, -1), owners]).astype(np.int64),
            segments=old.segments.take(own),
            stages=old.stages.take(own),
            values={name: self._column(name, column, changed, size) for name, column in old.values.items()},
            conditions=self._conditions(hypotheses, changed, size),
            worth=worth,
        )
        chosen = np.repeat(self.evaluation.chosen[self.position], size)
        result = evaluate(
            self.evaluation.cards, observed, self.evaluation.frozen, InForce(overrides), chosen=chosen
        )
        return result.score[:count]

    def _worth_of_all(self, position: int) -> float:
        """The worth of an account and of all that was scored below it."""
        own = float(self.evaluation.observed.worth[position])
        below = sum(self._worth_of_all(int(child)) for child in self.evaluation.children(position))
        return (0.0 if np.isnan(own) else max(own, 0.0)) + below

    def _column(self, name: str, column: Floats, changed: Sequence[_Values], size: int) -> Floats:
        result = np.repeat(column[self.position], size)
        for place, values in enumerate(changed):
            if name in values:
                result[place] = _number(values[name])
        return result

    def _conditions(
        self, hypotheses: Sequence[Hypothesis], changed: Sequence[_Values], size: int
    ) -> dict[str, Trits]:
        card, old = self.card, self.evaluation.observed.conditions
        result = {name: np.repeat(column[self.position], size) for name, column in old.items()}
        for part in conditional(card):
            name = condition_of(card, part)
            column = result[name]
            used = frozenset(names(part.when))
            for place, (hypothesis, values) in enumerate(zip(hypotheses, changed, strict=True)):
                held: bool | None = hypothesis.taken.get(name)
                if held is None and used & values.keys():
                    held = self.consequences.holds(part.when, values)
                    column[place] = UNKNOWN if held is None else HOLDS if held else FAILS
                elif held is not None:
                    column[place] = HOLDS if held else FAILS
        return result


def _number(value: Value) -> float:
    """A value as scales read it: truth values are 1 and 0; unknown ones, and texts, are no number."""
    return float(value) if isinstance(value, bool | int | float | Decimal) else np.nan
