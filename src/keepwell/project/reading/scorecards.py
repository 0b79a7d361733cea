"""scorecards/*.yml: each scorecard, checked against the signals, segments and stages."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from keepwell.project.declared.scorecards import ROLL_UPS
from keepwell.project.reading.expressions import OverSignals
from keepwell.project.reading.scales import scale
from keepwell.project.reading.segments import matched
from keepwell.project.report import Place, Report
from keepwell.project.shape.base import BROKEN
from keepwell.project.shape.compound import Entry, Fields
from keepwell.scoring.scorecard import (
    Bands,
    Cap,
    Dimension,
    Fitted,
    Measure,
    Missing,
    Percentile,
    Reference,
    Rule,
    Scale,
    Scorecard,
)
from keepwell.signals.definition import Signal
from keepwell.signals.expression import Expression

FIRST = 50
"""The order of a scorecard that says none."""


@dataclass(frozen=True, slots=True)
class Around:
    """What a scorecard can refer to. `segments` and `stages` are the declared names, `None` if they could not be read; `models` the
    names of the models."""

    over: OverSignals
    signals: Mapping[str, Signal]
    segments: tuple[str, ...] | None
    stages: tuple[str, ...] | None
    models: frozenset[str] = frozenset()


def read(fields: Fields, around: Around) -> Scorecard | None:
    """The scorecard, as far as it could be read; `None` if it has no name."""
    report = around.over.report
    if "scorecard" not in fields:
        return None
    if not fields.said("dimensions") and not fields.said("points"):
        report.add(
            fields.place,
            "the scorecard measures nothing",
            "add `dimensions:` with measures, or `points:` with rules",
        )
    match = fields.get("for", {})
    measured: dict[str, Place] = {}
    dimensions = [
        _dimension(entry, measured, around)
        for entry in fields.get("dimensions", ())
        if entry.value is not BROKEN
    ]
    if "base" in fields and any(dimension.measures for dimension in dimensions):
        report.add(
            fields.at("base"), "a scorecard with measures starts from them, not from a base", "remove `base`"
        )
    card = Scorecard(
        name=fields["scorecard"],
        purpose=fields.get("purpose", "health"),
        segments=matched(match, "segment", around.segments, report),
        stages=matched(match, "stage", around.stages, report),
        dimensions=tuple(dimensions),
        caps=tuple(cap for entry in fields.get("caps", ()) if (cap := _cap(entry, around)) is not None),
        rules=tuple(rule for entry in fields.get("points", ()) if (rule := _rule(entry, around)) is not None),
        base=float(fields.get("base", 50)),
        reference=Reference(fields.get("reference", "100")),
        bands=_bands(fields.get("bands", {}), fields, report),
        missing=Missing(fields.get("missing", "redistribute")),
        min_coverage=fields.get("min_coverage", 0.6),
        roll_up=ROLL_UPS[fields["roll_up"]] if "roll_up" in fields else None,
        fitted=_fitted(fields, report),
    )
    _names(card, fields, report)
    return card


def _dimension(entry: Entry, measured: dict[str, Place], around: Around) -> Dimension:
    fields: Fields = entry.value
    measures = []
    for one in fields.get("measures", ()):
        _measured(one, measured, around)
        if isinstance(one.value, Fields) and "scale" in one.value:
            found = _scale(one, around)
            if found is not None:
                said = one.value
                weight, advice = float(said.get("weight", 1)), said.get("advice", "")
                measures.append(Measure(one.name, weight, found, advice, said.get("actionable")))
    return Dimension(entry.name, float(fields.get("weight", 1)), tuple(measures))


def _scale(entry: Entry, around: Around) -> Scale | None:
    found = scale(entry.name, entry.value, around.signals.get(entry.name), around.over)
    if entry.name in around.models and isinstance(found, Percentile):
        around.over.report.add(
            entry.value.at("scale"),
            f"{entry.name} is a model, which gives a probability: it means the same whatever others have",
            "type, for example, {0%: 100, 20%: 0}",
        )
        return None
    return found


def _measured(entry: Entry, measured: dict[str, Place], around: Around) -> None:
    report = around.over.report
    mistake = None if entry.name in around.models else around.over.mistake(entry.name)
    if mistake is not None:
        report.add(entry.place, mistake.what, mistake.do)
    if entry.name in measured:
        report.add(
            entry.place,
            f"{entry.name} is a measure already, on line {measured[entry.name].line}",
            "measure it once, with the weight of both",
        )
    measured.setdefault(entry.name, entry.place)


def _when(entry: Entry, around: Around) -> Expression | None:
    """The condition of a cap or rule, told what is wrong with it whatever else is."""
    if not isinstance(entry.value, Fields) or "when" not in entry.value:
        return None
    when: Expression = entry.value["when"].expression
    around.over.condition(when, entry.value.at("when"))
    return when


def _cap(entry: Entry, around: Around) -> Cap | None:
    when, fields = _when(entry, around), entry.value
    if when is None or "at_most" not in fields:
        return None
    at_most = float(fields["at_most"])
    if at_most >= 100:
        around.over.report.add(
            fields.at("at_most"), "a cap at 100 limits nothing", "type a lower score, such as 40"
        )
    return Cap(entry.name, when, at_most, fields.get("because", ""), fields.get("advice", ""))


def _rule(entry: Entry, around: Around) -> Rule | None:
    when, fields = _when(entry, around), entry.value
    if when is None or "points" not in fields:
        return None
    points = float(fields["points"])
    return Rule(entry.name, when, points, fields.get("because", ""), fields.get("advice", ""))


def _bands(fields: Fields | Mapping[str, float], card: Fields, report: Report) -> Bands:
    bands = Bands(**{key: float(value) for key, value in fields.items()})
    place = fields.at("green") if isinstance(fields, Fields) and "green" in fields else card.at("bands")
    if bands.yellow >= bands.green:
        report.add(
            place,
            f"yellow begins at {bands.yellow:g} and green at {bands.green:g}: the bands overlap",
            f"type {{green: {bands.yellow:g}, yellow: {bands.green:g}}}" if bands.yellow > bands.green
            else "let green begin above yellow",
        )  # fmt: skip
    elif bands.green + bands.hysteresis > 100 or bands.yellow + bands.hysteresis > bands.green:
        room = min(100 - bands.green, bands.green - bands.yellow)
        report.add(
            fields.at("hysteresis") if isinstance(fields, Fields) else place,
            f"with a hysteresis of {bands.hysteresis:g} an account that fell could never climb into the band above",
            f"type {room:g} or less",
        )
    return bands


def _fitted(fields: Fields, report: Report) -> Fitted | None:
    said = fields.get("fitted")
    if not isinstance(said, Fields) or not all(key in said for key in ("outcome", "from", "to", "on")):
        return None
    for key in ("from", "to", "on"):
        try:
            date.fromisoformat(said[key])
        except ValueError:
            report.add(
                said.at(key), f"{said[key]} is no day of the calendar", "type, for example, 2025-06-30"
            )
            return None
    return Fitted(said["outcome"], said["from"], said["to"], said["on"])


def _names(card: Scorecard, fields: Fields, report: Report) -> None:
    """Caps, rules, dimensions and measures are told apart by their names in reasons and overrides."""
    taken = {dimension.name: "dimension" for dimension in card.dimensions}
    for key, noun, names in (
        ("dimensions", "measure", [measure.signal for measure in card.measures]),
        ("caps", "cap", [cap.name for cap in card.caps]),
        ("points", "rule", [rule.name for rule in card.rules]),
    ):
        for name in names:
            if name in taken and taken[name] != noun:
                place = next(
                    (entry.place for entry in fields.get(key, ()) if entry.name == name), fields.at(key)
                )
                report.add(
                    place,
                    f"{name!r} names a {noun} and a {taken[name]} of this scorecard",
                    f"rename the {noun}",
                )
            taken.setdefault(name, noun)
