"""Versions: the content hash of a definition with all it depends on.

What is hashed is canonical JSON of the definitions themselves, so that nothing but their meaning counts. Words (labels,
advice, reasons, units, where a fit came from) and places (files, folders) are left out: they change what people read, not what is computed.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from datetime import date, time, timedelta
from decimal import Decimal
from enum import Enum
from typing import Any

from keepwell.models.definition import ModelDefinition
from keepwell.outreach import reads
from keepwell.outreach.journey import Journey
from keepwell.outreach.rules import Rules
from keepwell.outreach.trigger import Enters
from keepwell.project.governance import Governance
from keepwell.project.templates import variants
from keepwell.proof.outcome import Outcome, Snapshot
from keepwell.proof.outreach import Outreach
from keepwell.scoring.risk import RISK_PURPOSE
from keepwell.scoring.scorecard import Scorecard
from keepwell.signals.definition import Aggregate, Predicted, Signal, needs
from keepwell.signals.expression import Expression, names
from keepwell.sources.source import ColumnFrom, Computed, Lookup, Rates, Source, Take

_WORDS = frozenset(
    ("label", "about", "unit", "advice", "because", "missing_said", "actionable", "fitted", "description")
)
_PLACES = frozenset(("globs", "max_rejects"))


@dataclass(frozen=True, slots=True)
class Definitions:
    """All of a project that has a meaning: for its scores, for what is said of how good they are, or for how they may be changed.

    The signals of models are among `signals`; `fitted` are the texts of the fitted models by name.
    """

    zone: str
    currency: str
    history: int
    value: Expression | None
    rates: Rates
    sources: tuple[Source, ...]
    signals: tuple[Signal, ...]
    segments: tuple[tuple[str, Expression | None], ...]
    stages: tuple[tuple[str, Expression | None], ...]
    scorecards: tuple[Scorecard, ...]
    outcomes: tuple[Outcome, ...] = ()
    judged_by: tuple[str, ...] = ()
    capacity: int | None = None
    reached_by: Outreach | None = None
    governance: Governance = field(default_factory=Governance)
    models: tuple[ModelDefinition, ...] = ()
    fitted: Mapping[str, str] = field(default_factory=dict)
    risk: str = ""
    journeys: tuple[Journey, ...] = ()
    outreach: Rules = field(default_factory=Rules)
    templates: Mapping[str, str] = field(default_factory=dict)


def digest(canonical: str) -> str:
    """The first 12 hexadecimal digits of the SHA-256 of a canonical text."""
    return hashlib.sha256(canonical.encode()).hexdigest()[:12]


def content(definitions: Definitions, scorecard: Scorecard | None) -> str:
    """The canonical JSON of a scorecard with all it depends on, or of everything (`None`).

    No score depends on the outcomes by which it is judged, or on the rules for its changes: they are only in the latter.
    """
    signals = definitions.signals if scorecard is None else tuple(needed(definitions, scorecard))
    sources = definitions.sources if scorecard is None else tuple(feeding(definitions, signals))
    cards = definitions.scorecards if scorecard is None else (scorecard,)
    whole: dict[str, Any] = {}
    if scorecard is None:
        whole = {
            "outcomes": {outcome.name: plain(outcome) for outcome in definitions.outcomes},
            "by": sorted(definitions.judged_by),
            "capacity": definitions.capacity,
            "governance": plain(definitions.governance),
        }
        if definitions.reached_by is not None:
            whole["outreach"] = plain(definitions.reached_by)
        if definitions.outreach != Rules():
            whole["outreach.yml"] = plain(definitions.outreach)
        if definitions.models:
            whole["models"] = {model.name: plain(model) for model in definitions.models}
        if definitions.journeys:
            whole["journeys"] = {journey.name: plain(journey) for journey in definitions.journeys}
        if definitions.templates:
            whole["templates"] = {name: _hashed(text) for name, text in definitions.templates.items()}
    fitted = {
        signal.name: _hashed(definitions.fitted[signal.name])
        for signal in signals
        if signal.name in definitions.fitted
    }
    if fitted:
        whole["fitted"] = fitted
    if definitions.risk and (scorecard is None or scorecard.purpose == RISK_PURPOSE):
        whole["risk"] = definitions.risk
    return _canonical(
        {
            "zone": definitions.zone,
            "currency": definitions.currency,
            "history": definitions.history,
            "value": plain(definitions.value),
            "rates": plain(definitions.rates) if any(map(_priced, sources)) else None,
            "segments": plain(definitions.segments),
            "stages": plain(definitions.stages),
            "scorecards": [plain(card) for card in cards],
            "signals": {signal.name: plain(signal) for signal in signals},
            "sources": {source.name: plain(source) for source in sources},
            **whole,
        }
    )


def outcome_content(definitions: Definitions, outcome: Outcome) -> str:
    """The canonical JSON of an outcome with all that decides to whom it happens and who is at risk. Up to when data are complete is no part of that."""
    population = outcome.population
    asked = () if population.where is None else tuple(names(population.where))
    if population.segments is not None:
        asked += tuple(_of_cases(definitions.segments))
    if population.stages is not None:
        asked += tuple(_of_cases(definitions.stages))
    signals = tuple(_below(definitions, asked))
    tables = () if isinstance(outcome.event, Snapshot) else (outcome.event.table,)
    return _canonical(
        {
            "outcome": plain(replace(outcome, until=None)),
            "zone": definitions.zone,
            "segments": plain(definitions.segments) if population.segments is not None else None,
            "stages": plain(definitions.stages) if population.stages is not None else None,
            "signals": {signal.name: plain(signal) for signal in signals},
            "sources": {source.name: plain(source) for source in feeding(definitions, signals, tables)},
        }
    )


def journey_content(definitions: Definitions, journey: Journey) -> str:
    """The canonical JSON of a journey with its texts in every language, and all that decides whom it is for: segments, stages, signals.

    How scores come about is no part of it: a score names the version of its scorecard, and moves that an edit of it causes are
    held for a person.
    """
    texts = [
        variants(definitions.templates, kind, name) for kind, name in dict.fromkeys(reads.texts(journey))
    ]
    conditions = list(reads.conditions(journey))
    entered = {journey.trigger.what} if isinstance(journey.trigger, Enters) else set()
    read = {name for condition in conditions for name in names(condition)} | entered
    asks = [name for condition in conditions for name in names(condition)]
    cases: dict[str, Any] = {}
    for what, choices, chosen in (
        ("segment", definitions.segments, journey.audience.segments),
        ("stage", definitions.stages, journey.audience.stages),
    ):
        if chosen or what in read:
            cases[f"{what}s"] = plain(choices)
            asks.extend(_of_cases(choices))
    if "value" in read and definitions.value is not None:
        cases["value"] = plain(definitions.value)
        asks.extend(names(definitions.value))
    signals = tuple(_below(definitions, asks))
    return _canonical(
        {
            "journey": plain(journey),
            "templates": {name: _hashed(text) for found in texts for name, text in found.items()},
            "zone": definitions.zone,
            "signals": {signal.name: plain(signal) for signal in signals},
            "sources": {
                source.name: plain(source) for source in feeding(definitions, signals, reads.tables(journey))
            },
            **cases,
        }
    )


def _hashed(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _of_cases(cases: Iterable[tuple[str, Expression | None]]) -> Iterator[str]:
    for _, condition in cases:
        yield from () if condition is None else names(condition)


def _canonical(value: Any) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def needed(definitions: Definitions, scorecard: Scorecard) -> Iterator[Signal]:
    """The signals that a scorecard, the segments, the stages and the value are computed from, each once."""
    asked = [measure.signal for measure in scorecard.measures]
    asked += [definitions.risk] if scorecard.purpose == RISK_PURPOSE else []
    for expression in _expressions(definitions, scorecard):
        asked.extend(names(expression))
    yield from _below(definitions, asked)


def _below(definitions: Definitions, asked: Iterable[str]) -> Iterator[Signal]:
    """The signals of those names, with all that they are computed from, in the order in which they are defined."""
    known = {signal.name: signal for signal in definitions.signals}
    waiting, seen = list(asked), set[str]()
    while waiting:
        name = waiting.pop()
        if name in known and name not in seen:
            seen.add(name)
            waiting.extend(needs(known[name]))
    yield from (signal for signal in definitions.signals if signal.name in seen)


def _expressions(definitions: Definitions, scorecard: Scorecard) -> Iterator[Expression]:
    conditions = [condition for _, condition in (*definitions.segments, *definitions.stages)]
    caps = [cap.when for cap in scorecard.caps]
    rules = [rule.when for rule in scorecard.rules]
    yield from (one for one in (*conditions, *caps, *rules, definitions.value) if one is not None)


def feeding(
    definitions: Definitions, signals: Iterable[Signal], also: Iterable[str] = ()
) -> Iterator[Source]:
    """The sources of the tables that signals read, of the accounts, of those named (`also`), and those in which they look keys up."""
    tables = {"accounts", *also}
    for signal in signals:
        if isinstance(signal.meaning, Aggregate):
            tables.add(signal.meaning.table)
        elif isinstance(signal.meaning, Predicted):
            tables.update(signal.meaning.tables)
    by_name = {source.name: source for source in definitions.sources}
    used = {source.name for source in definitions.sources if source.table in tables}
    waiting = list(used)
    while waiting:
        for origin in _origins(by_name[waiting.pop()]):
            if isinstance(origin, Lookup) and origin.source in by_name and origin.source not in used:
                used.add(origin.source)
                waiting.append(origin.source)
    yield from (source for source in definitions.sources if source.name in used)


def _origins(source: Source) -> tuple[ColumnFrom, ...]:
    return (*source.columns.values(), *(attribute.origin for attribute in source.attributes.values()))


def _priced(source: Source) -> bool:
    return any(
        isinstance(origin, Take | Computed) and bool(origin.currency or origin.currency_column)
        for origin in _origins(source)
    )


def plain(value: Any) -> Any:
    """A definition as JSON's own types: mappings by key, sets sorted, numbers that are equal written alike."""
    if is_dataclass(value) and not isinstance(value, type):
        known = {
            one.name: plain(getattr(value, one.name))
            for one in fields(value)
            if one.name not in _WORDS | _PLACES
        }
        return {"is": type(value).__name__, **known}
    match value:
        case Enum():
            return str(value.value)
        case None | bool() | str():
            return value
        case date() | time():
            return value.isoformat()
        case timedelta():
            return value.total_seconds()
        case int() | float() | Decimal():
            number = float(value)
            return int(number) if number.is_integer() and abs(number) < 2**53 else number
        case Mapping():
            return {str(key): plain(one) for key, one in value.items()}
        case frozenset() | set():
            return sorted(plain(one) for one in value)
        case tuple() | list():
            return [plain(one) for one in value]
    raise TypeError(f"a definition holds a {type(value).__name__}, which has no canonical form")
