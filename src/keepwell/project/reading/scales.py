"""What a signal's values are worth in points: knots that rise, or a percentile among peers."""

from keepwell.project.reading.expressions import OverSignals
from keepwell.project.report import Place, Report
from keepwell.project.shape.base import BROKEN
from keepwell.project.shape.compound import Entry, Fields
from keepwell.project.shape.number import percentage
from keepwell.scoring.scorecard import Line, Peers, Percentile, Scale
from keepwell.signals.definition import Direction, Signal
from keepwell.signals.tables import NUMERIC, Kind


def scale(name: str, measure: Fields, signal: Signal | None, over: OverSignals) -> Scale | None:
    """The scale of a measure of the signal; `None` once the report says why it cannot be read."""
    said = measure["scale"]
    kind = over.kinds.get(name)
    if kind is not None and kind not in (*NUMERIC, Kind.BOOLEAN):
        over.report.add(
            measure.place,
            f"the signal {name} is {kind}, which cannot be scaled to points",
            f"make a number of it: `expression: when({name} == ..., 1, 0)`",
        )
        return None
    if isinstance(said, Fields):
        if "percentile_within" not in said:
            return None
        lower = signal is not None and signal.direction is Direction.LOWER_IS_BETTER
        return Percentile(Peers(said["percentile_within"]), higher_is_better=not lower)
    return _line(said, measure.at("scale"), over.report)


def _line(entries: tuple[Entry, ...], place: Place, report: Report) -> Line | None:
    knots: list[tuple[float, float]] = []
    written: list[str] = []
    for entry in entries:
        value = percentage(entry.name)
        if entry.value is BROKEN or value is None:
            return None
        knots.append((value, float(entry.value)))
        written.append(entry.name)
    if len(knots) < 2:
        report.add(place, "a scale needs two values or more", "type, for example, {0: 0, 20: 100}")
        return None
    for (before, _), (after, _), former, latter in zip(knots, knots[1:], written, written[1:], strict=False):
        if after <= before:
            by_value = sorted(zip(knots, written, entries, strict=True), key=lambda one: one[0][0])
            ordered = ", ".join(f"{text}: {knot[1]:g}" for knot, text, _ in by_value)
            report.add(
                place,
                f"the values of a scale must rise: {latter} stands after {former}",
                f"type {{{ordered}}}" if after < before else "give each value one number of points",
            )
            return None
    if len({points for _, points in knots}) == 1:
        report.add(
            place, "every value is worth the same points", "give better values more points than worse ones"
        )
        return None
    return Line(tuple(knots))
