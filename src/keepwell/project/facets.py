"""Definitions taken apart into facets: small named texts, so that two of a kind can be compared in words."""

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime
from decimal import Decimal
from enum import Enum
from typing import Any, TypeAlias, get_args

from keepwell.outreach.journey import Journey, walked
from keepwell.scoring.scorecard import Line, Scorecard
from keepwell.signals.expression import Expression
from keepwell.signals.window import Span, Window
from keepwell.signals.writing import written

Facets: TypeAlias = dict[str, str]

_EXPRESSIONS = get_args(Expression)
_UNSAID = frozenset({"name", "missing_said"})
_INNER = frozenset({"meaning", "origin", "reading", "event"})
"""Fields that only hold others, and need not be named on the way to them."""


def facets_of(value: Any) -> Facets:
    """What a definition says, each part by its dotted path; a single value by the empty path. What is not said is left out."""
    return dict(_parts("", value))


def _parts(path: str, value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for key, one in value.items():
            yield from _parts(_below(path, str(key)), one)
    elif is_dataclass(value) and not isinstance(value, (type, Span, Window, *_EXPRESSIONS)):
        for one in fields(value):
            if one.name not in _UNSAID:
                inner = path if one.name in _INNER else _below(path, one.name)
                yield from _parts(inner, getattr(value, one.name))
    elif value is not None and value not in ("", ()):
        yield path, _text(value)


def _below(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key


def _text(value: Any) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case Enum():
            return str(value.value)
        case int() | float() | Decimal():
            return f"{float(value):.12g}"
        case datetime():
            return value.isoformat()
        case tuple():
            return ", ".join(map(_text, value))
        case frozenset():
            return ", ".join(sorted(map(_text, value)))
        case _ if isinstance(value, _EXPRESSIONS):
            return written(value)
        case _ if is_dataclass(value) and not isinstance(value, Span | Window):
            return ", ".join(f"{key} {text}".strip() for key, text in facets_of(value).items())
        case _:
            return str(value)


def of_scorecard(card: Scorecard) -> Facets:
    """What a scorecard says, in the words in which people speak of it: `weight of nps`, `scale of nps`, `cap escalated`."""
    return dict(_of_scorecard(card))


def _of_scorecard(card: Scorecard) -> Iterator[tuple[str, str]]:
    yield "purpose", card.purpose
    yield "segments", "any" if card.segments is None else _text(card.segments)
    yield "stages", "any" if card.stages is None else _text(card.stages)
    for dimension in card.dimensions:
        yield f"weight of dimension {dimension.name}", _text(dimension.weight)
        for measure in dimension.measures:
            yield f"weight of {measure.signal}", _text(measure.weight)
            yield f"dimension of {measure.signal}", dimension.name
            yield f"scale of {measure.signal}", _scale(measure.scale)
            yield from _words(measure.signal, {"advice": measure.advice})
            if measure.actionable is not None:
                yield f"actionable of {measure.signal}", _text(measure.actionable)
    for cap in card.caps:
        yield f"cap {cap.name}", f"at most {_text(cap.at_most)} when {written(cap.when)}"
        yield from _words(cap.name, {"because": cap.because, "advice": cap.advice})
    for rule in card.rules:
        yield f"rule {rule.name}", f"{rule.points:+.12g} when {written(rule.when)}"
        yield from _words(rule.name, {"because": rule.because, "advice": rule.advice})
    if not card.measures:
        yield "base", _text(card.base)
    yield "green from", _text(card.bands.green)
    yield "yellow from", _text(card.bands.yellow)
    yield "hysteresis", _text(card.bands.hysteresis)
    yield "reference", str(card.reference)
    yield "missing", str(card.missing)
    yield "min_coverage", f"{100 * card.min_coverage:.4g}%"
    if card.roll_up is not None:
        yield "roll_up", str(card.roll_up)


def of_journey(journey: Journey) -> Facets:
    """What a journey says, its steps each by its id: `step message.micro_guide`, and in which order they come."""
    said = {key: text for key, text in facets_of(journey).items() if key != "steps"}
    order = [step.id for step in walked(journey.steps)]
    steps = {f"step {step.id}": _own(step) for step in walked(journey.steps)}
    return {**said, "order of steps": ", ".join(order), **steps}


def _own(step: Any) -> str:
    """What a step says itself, but for the steps within it."""
    said = {
        one.name: [(arm.name, _text(arm.share)) for arm in value] if one.name == "arms" else value
        for one in fields(step)
        if (value := getattr(step, one.name)) and one.name not in ("id", "then", "otherwise")
    }
    return ", ".join(
        f"{key} {' '.join(f'{name} {share}' for name, share in value) if key == 'arms' else _text(value)}"
        for key, value in said.items()
    )


def _words(name: str, said: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    yield from ((f"{key} of {name}", text) for key, text in said.items() if text)


def _scale(scale: Any) -> str:
    if isinstance(scale, Line):
        return ", ".join(f"{_text(value)}: {_text(points)}" for value, points in scale.knots)
    within = f"percentile within {scale.within}"
    return within if scale.higher_is_better else f"{within}, lower is better"
