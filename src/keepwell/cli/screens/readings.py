"""Signals on a terminal: those of one account, or how each is spread over all."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from statistics import quantiles
from typing import Any
from zoneinfo import ZoneInfo

from rich.console import RenderableType
from rich.text import Text

from keepwell.cli.screens import strokes
from keepwell.runs import figures
from keepwell.runs.signals import Readings
from keepwell.scoring.observed import ACTIVE
from keepwell.scoring.wording import judged, number
from keepwell.signals.definition import Signal


def one(readings: Readings, zone: ZoneInfo) -> list[RenderableType]:
    """The signals of the one account there is."""
    reading = next(iter(readings))
    name = figures.plain(reading.name or reading.account_id)
    about = [reading.population, reading.segment, reading.stage, figures.moment(readings.as_of, zone)]
    rows: list[strokes.Row] = [
        [signal.name, _said(signal, value, zone), Text(figures.plain(signal.title), "dim")]
        for signal, value in zip(readings.signals, reading.values, strict=True)
    ]
    return [
        strokes.heading(name, figures.plain(reading.account_id) if reading.name else ""),
        Text(" · ".join(figures.plain(each) for each in about if each != "any"), "dim"),
        Text(""),
        strokes.table(["signal", ">value", "what it is"], rows, wraps=2),
    ]


def all_of(readings: Readings, zone: ZoneInfo) -> list[RenderableType]:
    """How each signal is spread over the active accounts: how many have one, and the quartiles."""
    active = [reading.values for reading in readings if reading.population == ACTIVE]
    rows: list[strokes.Row] = []
    for place, signal in enumerate(readings.signals):
        known = [values[place] for values in active if values[place] is not None]
        percent = judged(signal, 1.0).endswith("%")
        unit = "" if percent else figures.plain(signal.unit)
        share = figures.share(len(known), max(1, len(active)))
        rows.append([signal.name, share, *_spread(known, percent, zone), Text(unit, "dim")])
    count = figures.count(len(active), "active account")
    return [
        strokes.heading(f"Signals as of {figures.moment(readings.as_of, zone)}", count),
        Text(""),
        strokes.table(["signal", ">known", ">25%", ">median", ">75%", "unit"], rows),
        Text(""),
        Text("One account's: keepwell signals ACCOUNT", "dim"),
    ]


def _spread(known: Sequence[Any], percent: bool, zone: ZoneInfo) -> list[str]:
    """The quartiles of numbers, or the commonest of other values, in the middle."""
    if not known:
        return [figures.DASH] * 3
    if isinstance(known[0], str | bool | datetime):
        value = Counter(known).most_common(1)[0][0]
        return [
            "",
            figures.moment(value, zone) if isinstance(value, datetime) else figures.plain(str(value)),
            "",
        ]
    numbers = [float(value) for value in known]
    cuts = quantiles(numbers, n=4, method="inclusive") if len(numbers) > 1 else numbers * 3
    return [f"{number(100 * cut)}%" if percent else number(cut) for cut in cuts]


def _said(signal: Signal, value: Any, zone: ZoneInfo) -> Text:
    if value is None:
        return Text("unknown", "dim")
    if isinstance(value, bool):
        return Text("yes" if value else "no")
    if isinstance(value, datetime):
        return Text(figures.moment(value, zone))
    return Text(figures.plain(value) if isinstance(value, str) else judged(signal, float(value)))
