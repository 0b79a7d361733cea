"""What follows for one account when a signal takes another value, and which signals anybody can move at all."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias
from zoneinfo import ZoneInfo

from keepwell.signals.definition import (
    ACCOUNT,
    Aggregate,
    Change,
    Formula,
    How,
    Meaning,
    Predicted,
    Ratio,
    Signal,
    needs,
)
from keepwell.signals.expression import Expression, names
from keepwell.signals.kinds import AS_OF
from keepwell.signals.meaning import Value, arithmetic
from keepwell.signals.meaning import evaluate as meaning

Model: TypeAlias = Callable[[Mapping[str, Value]], float | None]
"""What a fitted model says (0–1, `None`: nothing) of an account of which these facts are known."""


@dataclass(frozen=True, slots=True)
class Consequences:
    """The signals of one account, each after those it needs, and everything known of it: `facts` by name, signals and
    `account.` attributes alike. `models` are those of the predicted signals, by name."""

    signals: Mapping[str, Signal]
    facts: Mapping[str, Value]
    zone: ZoneInfo
    models: Mapping[str, Model] = field(default_factory=dict)

    def of(self, values: Mapping[str, float]) -> dict[str, Value]:
        """Those values, and the new ones of every signal that is computed from them and not itself among them."""
        changed: dict[str, Value] = dict(values)
        for name, signal in self.signals.items():
            if name not in changed and any(need in changed for need in needs(signal)):
                changed[name] = self._settled(signal, {**self.facts, **changed})
        return changed

    def above(self, name: str) -> tuple[str, ...]:
        """The signals that are computed from one, directly or not."""
        found = {name}
        for signal in self.signals.values():
            if found.intersection(needs(signal)):
                found.add(signal.name)
        return tuple(other for other in self.signals if other in found and other != name)

    def holds(self, condition: Expression, changed: Mapping[str, Value]) -> bool | None:
        """Whether a condition holds with some signals changed; `None`: nobody knows."""
        held = meaning(condition, {**self.facts, **changed}.get, self.zone)
        return None if held is None else held is True

    def _settled(self, signal: Signal, known: Mapping[str, Value]) -> Value:
        """A derived value; `missing` stands for an unknown one unless its feed is silent, as an unknown fact then shows."""
        if signal.name in self.models:
            return self.models[signal.name](known)
        value = self._computed(signal.meaning, known)
        silent = signal.missing is not None and self.facts.get(signal.name) is None
        return None if silent else signal.missing if value is None else value

    def _computed(self, how: Meaning, known: Mapping[str, Value]) -> Value:
        match how:
            case Change(of, against):
                moved = arithmetic("-", known.get(of), known.get(against))
                return arithmetic("/", moved, known.get(against))
            case Ratio(of, to):
                return arithmetic("/", known.get(of), known.get(to))
            case Formula(expression):
                return meaning(expression, known.get, self.zone)
            case Aggregate() | Predicted():
                return None


def can_move(name: str, signals: Mapping[str, Signal]) -> bool:
    """Whether anybody can move a signal: nobody moves a market's index or an account's age, nor what only they make up."""
    signal = signals.get(name)
    match signal.meaning if signal is not None else None:
        case Aggregate(how, table):
            return table != "context" and (how, table) != (How.DAYS_SINCE_LAST, "accounts")
        case Formula(expression):
            return _any_moves(names(expression), signals)
        case Predicted():
            return False  # what it reads can be moved, each by itself
        case None:
            return True
    return signal is None or _any_moves(needs(signal), signals)


def can_turn(condition: Expression, signals: Mapping[str, Signal]) -> bool:
    """Whether anybody can turn a condition: one that reads only what nobody moves turns by itself or not at all."""
    return _any_moves(names(condition), signals)


def _any_moves(used: Iterable[str], signals: Mapping[str, Signal]) -> bool:
    read = [name for name in used if name != AS_OF]
    return not read or any(name.startswith(ACCOUNT) or can_move(name, signals) for name in read)
