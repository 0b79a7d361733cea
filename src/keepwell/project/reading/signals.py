"""signals.yml: each signal, checked against the tables that are fed and the other signals."""

from collections.abc import Iterable, Mapping

from keepwell.project.catalog import Catalog
from keepwell.project.reading.aggregates import aggregate
from keepwell.project.reading.expressions import OverSignals
from keepwell.project.report import Place, Report, hint
from keepwell.project.shape.compound import Entry, Fields
from keepwell.signals.definition import Change, Direction, Formula, Meaning, Ratio, Signal, needs
from keepwell.signals.expression import ExpressionError
from keepwell.signals.graph import cycle, kinds, order
from keepwell.signals.kinds import AS_OF
from keepwell.signals.tables import NUMERIC, Kind


def read(entries: Iterable[Entry], catalog: Catalog, report: Report) -> tuple[Signal, ...]:
    """Every signal that could be read, in the order written."""
    known = [entry for entry in entries if isinstance(entry.value, Fields)]
    signals = [_signal(entry, catalog, report) for entry in known]
    return tuple(signal for signal in signals if signal is not None)


def _signal(entry: Entry, catalog: Catalog, report: Report) -> Signal | None:
    fields: Fields = entry.value
    meaning = _meaning(fields, catalog, report)
    if meaning is None:
        return None
    said = fields.get("missing")
    return Signal(
        name=entry.name,
        meaning=meaning,
        label=fields.get("label", ""),
        unit=fields.get("unit", ""),
        direction=Direction(fields["direction"]) if "direction" in fields else None,
        missing=0 if said == "zero" else None if said == "unknown" else said,
        missing_said=fields.said("missing"),
        about=fields.get("about", ""),
    )


def _meaning(fields: Fields, catalog: Catalog, report: Report) -> Meaning | None:
    if fields.said("from"):
        return aggregate(fields, catalog, report)
    if fields.said("change"):
        said = fields.get("change", {})
        return Change(said["of"], said["against"]) if {"of", "against"} <= set(said) else None
    if fields.said("ratio"):
        said = fields.get("ratio", {})
        return Ratio(said["of"], said["to"]) if {"of", "to"} <= set(said) else None
    written = fields.get("expression")
    return Formula(written.expression) if written else None


def check(
    entries: Iterable[Entry], signals: tuple[Signal, ...], catalog: Catalog, report: Report
) -> Mapping[str, Kind]:
    """Checks what the signals say of each other; the kinds of those that make sense."""
    written = {entry.name: entry for entry in entries}
    declared = frozenset(written)
    circle = _circles(signals, written, report)
    found: dict[str, Kind] = {}
    sound = [signal for signal in signals if signal.name not in circle]
    for signal in order(sound):
        fields = written[signal.name].value
        over = OverSignals(declared, found, catalog, report)
        count = len(report.problems)
        _check(signal, fields, over)
        if len(report.problems) == count and all(name in found or name == AS_OF for name in needs(signal)):
            kind = _kind(signal, signals, found, catalog)
            if kind is not None:
                found[signal.name] = kind
                _missing(signal, kind, fields, report)
    return found


def _circles(signals: tuple[Signal, ...], written: Mapping[str, Entry], report: Report) -> frozenset[str]:
    """The signals that go in circles, each circle told once."""
    rest = signals
    found: set[str] = set()
    while (circle := cycle(rest)) is not None:
        found.update(circle)
        report.add(
            written[circle[0]].place,
            "the signal is computed from itself: " + " → ".join(circle),
            f"break the circle: measure one of {', '.join(dict.fromkeys(circle))} from a table",
        )
        rest = tuple(signal for signal in rest if signal.name not in circle)
    return frozenset(found)


def _check(signal: Signal, fields: Fields, over: OverSignals) -> None:
    match signal.meaning:
        case Change():
            _references(fields["change"], ("of", "against"), over)
        case Ratio():
            _references(fields["ratio"], ("of", "to"), over)
        case Formula(expression):
            over.kind(expression, fields.at("expression"))


def _references(said: Fields, keys: tuple[str, str], over: OverSignals) -> None:
    for key in keys:
        name = said[key]
        mistake = over.mistake(name)
        if mistake is not None:
            over.report.add(said.at(key), mistake.what, mistake.do)
        elif name in over.kinds and over.kinds[name] not in NUMERIC:
            over.report.add(
                said.at(key),
                f"the signal {name} is {over.kinds[name]}, not a number",
                "use a signal that counts",
            )


def _kind(
    signal: Signal, signals: tuple[Signal, ...], found: Mapping[str, Kind], catalog: Catalog
) -> Kind | None:
    try:
        below = [one for one in signals if one.name in found]
        return kinds([*below, signal], catalog.columns)[signal.name]
    except ExpressionError:
        return None


def _missing(signal: Signal, kind: Kind, fields: Fields, report: Report) -> None:
    if signal.missing is not None and kind not in NUMERIC:
        report.add(
            fields.at("missing"),
            f"the signal is {kind}, so that {signal.missing} cannot stand for a missing one",
            "type unknown",
        )


def unknown(name: str, declared: Iterable[str], place: Place, report: Report) -> None:
    """Notes that there is no signal of that name."""
    known = sorted(declared)
    report.add(
        place,
        f"there is no signal {name!r}",
        hint(name, known) or f"define it in signals.yml under `signals: {{{name}: ...}}`",
    )
