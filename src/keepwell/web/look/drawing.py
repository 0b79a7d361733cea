"""Pictures: what the browser draws, with the same figures as a table behind it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from keepwell.runs.board.account import AccountView
from keepwell.runs.board.course import MarkKind
from keepwell.runs.board.portfolio import PortfolioView
from keepwell.runs.board.signal import SignalView
from keepwell.runs.board.trends import TrendView
from keepwell.runs.figures import spoken
from keepwell.scoring.score import Band
from keepwell.web.look.saying import Saying

FROM_WORST = (Band.RED, Band.YELLOW, Band.GREEN)

_TONES = {
    MarkKind.VERSION: "neutral",
    MarkKind.OVERRIDE: "accent",
    MarkKind.PULSE: "series-2",
    MarkKind.CONTACT: "series-4",
}


@dataclass(frozen=True, slots=True)
class Drawing:
    """A picture: `data` is what `charts.js` draws, `label` says what is to be seen, `heads` and `rows` are the same as a table."""

    data: dict[str, Any]
    label: str
    heads: Sequence[str]
    rows: Sequence[Sequence[str]]

    @property
    def any(self) -> bool:
        """Whether there is anything to be seen."""
        return bool(self.rows)


def distribution(view: PortfolioView, say: Saying) -> Drawing:
    """How many accounts have which score, by band."""
    names = [f"{each.low:g}–{each.high:g}" for each in view.distribution]
    series = [
        {
            "name": str(band),
            "tone": str(band),
            "values": [each.counts.get(band, 0) for each in view.distribution],
        }
        for band in FROM_WORST
    ]
    rows = [
        [name, *(say.number(each.counts.get(band, 0)) for band in FROM_WORST)]
        for name, each in zip(names, view.distribution, strict=True)
    ]
    data = {"kind": "columns", "x": names, "series": series, "whole": True}
    return Drawing(data, "Accounts by score", ("Score", *FROM_WORST), rows if view.scored else [])


def trend(view: TrendView, say: Saying) -> Drawing:
    """The mean score of each group through time."""
    days = [stop.as_of for stop in view.series[0].stops] if view.series else []
    series = [
        {"name": spoken(one.name), "values": [_rounded(stop.mean) for stop in one.stops]}
        for one in view.series
    ]
    data = {"kind": "lines", "x": _instants(days), "series": series}
    rows = [
        [say.day(day), *(say.number(one.stops[place].mean, 1) for one in view.series)]
        for place, day in reversed(list(enumerate(days)))
    ]
    return Drawing(data, "Mean score through time", ("Day", *(spoken(one.name) for one in view.series)), rows)


def shares(view: TrendView, say: Saying) -> Drawing:
    """How many accounts were in which band through time; `view` is of all accounts as one group."""
    stops = view.series[0].stops if view.series else ()
    series = [
        {"name": str(band), "tone": str(band), "values": [stop.counts.get(band, 0) for stop in stops]}
        for band in FROM_WORST
    ]
    data = {"kind": "lines", "x": _instants(stop.as_of for stop in stops), "series": series, "stacked": True}
    rows = [
        [say.day(stop.as_of), *(say.number(stop.counts.get(band, 0)) for band in FROM_WORST)]
        for stop in reversed(stops)
    ]
    return Drawing(data, "Accounts in each band through time", ("Day", *FROM_WORST), rows)


def course(view: AccountView, thresholds: tuple[float, float], say: Saying) -> Drawing:
    """An account's score through time over its bands; `thresholds` are where yellow and green begin."""
    yellow, green = thresholds
    points = [point for point in view.trend if point.score is not None]
    near = {point.as_of: point.score for point in points}
    marks = [
        {
            "at": mark.at.isoformat(),
            "kind": str(mark.kind),
            "text": mark.text,
            "tone": _TONES[mark.kind],
            "y": _beside(near, mark.at),
        }
        for mark in view.marks
    ]
    data = {
        "kind": "lines",
        "x": _instants(point.as_of for point in view.trend),
        "series": [{"name": "Score", "values": [_rounded(point.score) for point in view.trend]}],
        "low": 0,
        "high": 100,
        "zones": [
            {"low": 0, "high": yellow, "tone": "red"},
            {"low": yellow, "high": green, "tone": "yellow"},
            {"low": green, "high": 100, "tone": "green"},
        ],
        "marks": marks,
    }
    rows = [
        [say.day(point.as_of), say.number(point.score, 1), point.band or "–"]
        for point in reversed(view.trend)
    ]
    return Drawing(data, f"Score of {view.row.called} through time", ("Day", "Score", "Band"), rows)


def _beside(scores: dict[datetime, float | None], at: datetime) -> float | None:
    """The score of the day before a mark, where the mark is drawn."""
    before = [day for day in scores if day <= at]
    return _rounded(scores[max(before)]) if before else None


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 2)


def _instants(days: Iterable[datetime]) -> list[str]:
    return [day.isoformat() for day in days]


def spread(view: SignalView, say: Saying) -> Drawing:
    """How many accounts have which value of a signal."""
    names = [say.measured(bar.low, view.unit) for bar in view.distribution]
    counts = [bar.accounts for bar in view.distribution]
    data = {"kind": "columns", "x": names, "series": [{"name": "accounts", "values": counts}], "whole": True}
    rows = [
        [f"{name} – {say.measured(bar.high, view.unit)}", say.number(bar.accounts)]
        for name, bar in zip(names, view.distribution, strict=True)
    ]
    return Drawing(data, f"Accounts by {view.title}", ("From – to", "Accounts"), rows)


QUANTILES = ("10%", "25%", "median", "75%", "90%")


def quantiles(view: SignalView, say: Saying) -> Drawing:
    """A signal's quantiles through time, with the runs to which the median took an unusual step."""
    scale = 100.0 if view.unit == "percent" else 1.0
    stops = [(stop, stop.quantiles) for stop in view.stops if stop.quantiles is not None]
    tones = ("neutral", "series-2", "accent", "series-2", "neutral")
    series = [
        {"name": name, "tone": tone, "values": [round(scale * values[at], 6) for _, values in stops]}
        for at, (name, tone) in enumerate(zip(QUANTILES, tones, strict=True))
    ]
    marks = [
        {
            "at": stop.as_of.isoformat(),
            "kind": "anomaly",
            "tone": "red",
            "y": scale * values[2],
            "text": "an unusual step",
        }
        for stop, values in stops
        if stop.unusual
    ]
    data = {
        "kind": "lines",
        "x": _instants(stop.as_of for stop, _ in stops),
        "series": series,
        "marks": marks,
        "unit": "%" if view.unit == "percent" else "",
    }
    rows = [
        [
            say.day(stop.as_of) + (" (unusual)" if stop.unusual else ""),
            *(say.measured(each, view.unit) for each in values),
        ]
        for stop, values in reversed(stops)
    ]
    return Drawing(data, f"{view.title} through time", ("Day", *QUANTILES), rows if len(rows) > 1 else [])
