"""The words that reasons are told in, built from numbers, units and labels."""

import math

from keepwell.scoring.scale import nearest_full_marks
from keepwell.scoring.scorecard import (
    Cap,
    Line,
    Measure,
    Missing,
    Peers,
    Percentile,
    Reference,
    Rule,
    Scorecard,
)
from keepwell.signals.definition import Aggregate, Change, How, Signal
from keepwell.signals.window import Window

PERCENT = "percent"
"""The unit of fractions that are told as percentages."""

_IN_WINDOW = frozenset(
    {How.COUNT, How.SUM, How.MEAN, How.MEDIAN, How.MIN, How.MAX, How.DISTINCT, How.DURATION}
)
_LEAST_TOLD = 0.05


def number(value: float) -> str:
    """A number for people: whole ones in full, others to three significant digits, thousands apart, a true minus."""
    if value == round(value):
        told = f"{abs(value):,.0f}"
    else:
        decimals = max(0, 2 - math.floor(math.log10(abs(value)))) if abs(value) < 100 else 0
        told = f"{abs(value):,.{min(decimals, 6)}f}"
        told = told.rstrip("0").rstrip(".") if "." in told else told
    return f"−{told}" if value < 0 and told != "0" else told


def quantity(value: float, unit: str, title: str = "") -> str:
    """A value with its unit: `12 days`, `1 day`, `45%`; the unit is left out where the title already says it."""
    if unit == PERCENT:
        return f"{number(round(100 * value, 1))}%"
    if not unit or unit.rstrip("s").lower() in title.lower():
        return number(value)
    singular = unit[:-1] if abs(value) == 1 and unit.endswith("s") else unit
    return f"{number(value)} {singular}"


def in_points(points: float) -> str:
    """Points for people: `−14 points`, `+0.4 points`, `0 points`."""
    told = f"{abs(points):.1f}".removesuffix(".0")
    sign = "" if told == "0" else "−" if points < 0 else "+"
    return f"{sign}{told} {'point' if told == '1' else 'points'}"


def standing(signal: Signal, value: float) -> str:
    """What a signal's value says: `Active days: 3 of the last 28 days`, `Usage fell 42% against its own baseline`."""
    match signal.meaning:
        case Change():
            return _changed(signal.title, value)
        case Aggregate(how=How.ACTIVE_DAYS, window=Window(end=None) as window):
            return f"{signal.title}: {number(value)} of the last {_last(window)}"
        case Aggregate(how=how, window=Window() as window) if how in _IN_WINDOW:
            told = f"{signal.title}: {quantity(value, signal.unit, signal.title)}"
            return told if str(window) in signal.title else f"{told} {_within(window)}"
        case _:
            return f"{signal.title}: {quantity(value, signal.unit, signal.title)}"


def _changed(title: str, value: float) -> str:
    subject, against, rest = title.partition(" against ")
    amount = quantity(abs(value), PERCENT)
    moved = "is unchanged" if value == 0 else f"fell {amount}" if value < 0 else f"rose {amount}"
    return f"{subject} {moved}{against}{rest}" if against else f"{title}: {moved.removeprefix('is ')}"


def _within(window: Window) -> str:
    return (
        f"in the last {_last(window)}" if window.end is None else f"from {window.start} to {window.end} ago"
    )


def _last(window: Window) -> str:
    return str(window.start).removeprefix("1 ")


def judged(signal: Signal, value: float) -> str:
    """A value alone, as it stands beside the title."""
    return quantity(value, PERCENT if isinstance(signal.meaning, Change) else signal.unit, signal.title)


def of_measure(
    card: Scorecard, measure: Measure, signal: Signal, *, value: float, mark: float, mean: float, group: str
) -> str:
    """What a known measure says and how it is judged, without its points.

    `mark` is its 0–100, `mean` what it is measured from, `group` the peers' group where it is a percentile.
    """
    told = standing(signal, value)
    match measure.scale:
        case Percentile(within):
            told += f", better than {number(round(mark))}% of {_peers(within, group)}"
        case Line() as line if card.reference is Reference.FULL and mark < 100:
            full = nearest_full_marks(line, value)
            told += "" if full is None else f", full marks at {judged(signal, full)}"
    if card.reference is Reference.SEGMENT_MEAN:
        told += f", marked {number(round(mark))} where the segment averages {number(round(mean))}"
    return told


def _peers(within: Peers, group: str) -> str:
    return "all accounts" if within is Peers.ALL else f"{within} {group}"


def of_points(told: str, points: float, *, full: bool = False) -> str:
    """A statement with its points; `full` marks are told in words."""
    return f"{told}: full marks" if full and abs(points) < _LEAST_TOLD else f"{told}: {in_points(points)}"


def of_unknown(card: Scorecard, signal: Signal, points: float, *, alone: bool, peerless: bool) -> str:
    """What an unknown measure does; `alone`: nothing else of its dimension is known; `peerless`: known, but without peers."""
    why = "has no peers to be compared with yet" if peerless else "unknown"
    if card.missing is Missing.REDISTRIBUTE:
        return f"{signal.title} {why}: its weight went to the other {'dimensions' if alone else 'measures'}"
    counted = 50 if card.missing is Missing.NEUTRAL else 0
    return of_points(f"{signal.title} {why}, counted as {counted} of 100", points)


def of_cap(cap: Cap) -> str:
    """Why a cap limits the score, and to what."""
    return f"{cap.because or called(cap.name)}, so at most {number(cap.at_most)}"


def of_condition(part: Cap | Rule) -> str:
    """What holds, and what it does."""
    if isinstance(part, Cap):
        return of_cap(part)
    return of_points(part.because or called(part.name), part.points)


def called(name: str) -> str:
    """A name in words."""
    return name.replace("_", " ").capitalize()
