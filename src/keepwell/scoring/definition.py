"""Everything that the scores of one purpose depend on, and its faithful copy as text, so that old scores can be made again."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from enum import Enum
from typing import Any

from keepwell.scoring import scorecard
from keepwell.scoring.observed import conditions
from keepwell.scoring.scorecard import Scorecard
from keepwell.signals import definition, expression, window
from keepwell.signals.definition import ACCOUNT, Feed, Formula, Predicted, Signal, attributes, needs
from keepwell.signals.expression import Expression, names
from keepwell.signals.kinds import AS_OF


@dataclass(frozen=True, slots=True)
class Prediction:
    """A fitted model that the scores depend on, faithfully: `content` is its text, `name` that of the signal it makes."""

    name: str
    content: str


Cases = tuple[tuple[str, Expression | None], ...]


@dataclass(frozen=True, slots=True)
class Definition:
    """A purpose's scorecards in the order in which they are tried, with all that they need.

    `versions` are those of the scorecards, by name; `version` is that of the purpose as a whole. `signals` come after those
    they need and hold only what the scorecards, conditions, segments, stages and the value use. `zone` is an IANA name.
    `predictions` are the models of the predicted signals; `risk` names the one whose probability says how much of an account's value
    is at risk (empty: the band does).
    """

    purpose: str
    version: str
    versions: tuple[tuple[str, str], ...]
    cards: tuple[Scorecard, ...]
    signals: tuple[Signal, ...]
    segments: Cases
    stages: Cases
    value: Expression | None
    feeds: tuple[Feed, ...]
    zone: str
    predictions: tuple[Prediction, ...] = ()
    risk: str = ""

    @property
    def conditions(self) -> Mapping[str, Expression]:
        """Every cap's and rule's condition by its name in `Observed.conditions`."""
        return conditions(self.cards)

    @property
    def attributes(self) -> tuple[str, ...]:
        """The account attributes that caps, rules, formulas and models read."""
        formulas = [s.meaning.expression for s in self.signals if isinstance(s.meaning, Formula)]
        read = (*self.conditions.values(), *formulas)
        found = [name for part in read for name in attributes(part)]
        predicted = [s.meaning.inputs for s in self.signals if isinstance(s.meaning, Predicted)]
        found += [n.removeprefix(ACCOUNT) for inputs in predicted for n in inputs if n.startswith(ACCOUNT)]
        return tuple(dict.fromkeys(found))


def used(
    cards: tuple[Scorecard, ...], signals: tuple[Signal, ...], others: tuple[Expression | None, ...]
) -> tuple[Signal, ...]:
    """The signals, in their order, that scorecards and other expressions use, directly or through other signals."""
    wanted = {measure.signal for card in cards for measure in card.measures}
    for part in (*conditions(cards).values(), *others):
        wanted |= {name for name in names(part) if not _is_no_signal(name)} if part is not None else set()
    for signal in reversed(signals):
        if signal.name in wanted:
            wanted |= set(needs(signal))
    return tuple(signal for signal in signals if signal.name in wanted)


def _is_no_signal(name: str) -> bool:
    return name.startswith(ACCOUNT) or name == AS_OF


_KEPT: dict[str, type] = {
    made.__name__: made
    for module in (expression, window, definition, scorecard)
    for made in vars(module).values()
    if isinstance(made, type)
    and (is_dataclass(made) or issubclass(made, Enum))
    and made.__module__.startswith("keepwell.")
} | {"Definition": Definition, "Prediction": Prediction}
_KIND = "is"


def to_text(kept: Definition) -> str:
    """The definition as canonical JSON: the same definition always gives the same text."""
    return json.dumps(_plain(kept), sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def from_text(text: str) -> Definition:
    """The definition that `to_text` wrote.

    Raises:
        ValueError: the text is no kept definition.
    """
    made = _made(json.loads(text))
    if not isinstance(made, Definition):
        raise ValueError("the text holds no definition")
    return made


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return {_KIND: type(value).__name__, "value": value.value}
    if is_dataclass(value) and not isinstance(value, type):
        return {_KIND: type(value).__name__} | {f.name: _plain(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    if isinstance(value, frozenset):
        return {_KIND: "set", "value": sorted(value)}
    if value is None or isinstance(value, bool | int | float | str):
        return value
    raise TypeError(f"a {type(value).__name__} cannot be kept")


def _made(plain: Any) -> Any:
    if isinstance(plain, list):
        return tuple(_made(part) for part in plain)
    if not isinstance(plain, dict):
        return plain
    kind = plain.pop(_KIND, None)
    if kind == "set":
        return frozenset(plain["value"])
    if kind not in _KEPT:
        raise ValueError(f"nothing of the kind {kind!r} can be kept")
    made = _KEPT[kind]
    if issubclass(made, Enum):
        return made(plain["value"])
    return made(**{name: _made(part) for name, part in plain.items()})
