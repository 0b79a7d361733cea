"""One signal across the portfolio and over time, and where it behaves unlike itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from keepwell.errors import AbsentError
from keepwell.project.facets import facets_of
from keepwell.runs.board.current import Current
from keepwell.runs.board.desk import Desk
from keepwell.runs.board.filters import Filters
from keepwell.runs.board.portfolio import asked_for
from keepwell.runs.board.row import Row
from keepwell.runs.board.rows import known_number, rows
from keepwell.runs.board.sheet import Sheet
from keepwell.runs.board.values import Kept, kept_runs
from keepwell.scoring.observed import Floats, Ints
from keepwell.scoring.wording import judged
from keepwell.signals.definition import Signal

BARS = 20
"""Into how many bins of equal width a distribution is divided; where its tails are long, the outermost hold them."""

TAIL = 0.01
"""The share of accounts at either end that may be a tail."""

UNUSUAL = 5.0
"""How many robust standard deviations from the usual change make one unusual."""

MOST_UNUSUAL = 20
"""How many accounts with an unusual change are shown."""

ANOMALY_DAYS = 6.5
"""A change is one since the last run at least so long ago: about a week."""

QUANTILES = (0.1, 0.25, 0.5, 0.75, 0.9)

NORMAL = 1.4826
"""By this the median absolute deviation of a normal distribution is multiplied to be its standard deviation."""


@dataclass(frozen=True, slots=True)
class SignalLine:
    """One signal in the list: `known` is the share (0–1) of accounts of which it is known, `median` theirs; `used` counts the measures it is.

    `shown` is the median in words, with its unit.
    """

    name: str
    title: str
    unit: str
    about: str
    used: int
    known: float
    median: float | None
    shown: str


@dataclass(frozen=True, slots=True)
class SignalsView:
    """Every signal that the shown scores rest on, in the order of their definition."""

    current: Current
    signals: tuple[SignalLine, ...]
    accounts: int


@dataclass(frozen=True, slots=True)
class Use:
    """Where a signal is a measure: its share (0–1) of the scorecard's whole weight."""

    scorecard: str
    dimension: str
    share: float


@dataclass(frozen=True, slots=True)
class Bar:
    """The accounts whose value lies from `low` (included) to `high`; the last bar includes its end."""

    low: float
    high: float
    accounts: int


@dataclass(frozen=True, slots=True)
class SignalStop:
    """The signal as of one run: how many accounts have it, the 10, 25, 50, 75 and 90% quantiles (`None`: nobody has), and whether
    the median's step from the run before is unlike its others (`unusual`).
    """

    as_of: datetime
    accounts: int
    quantiles: tuple[float, ...] | None
    unusual: bool = False


@dataclass(frozen=True, slots=True)
class SegmentLine:
    """A segment's accounts that have the signal, and their median."""

    segment: str
    accounts: int
    median: float | None


@dataclass(frozen=True, slots=True)
class Unusual:
    """An account whose value changed unlike those of others, and in words from what to what; `deviations` are robust standard ones."""

    row: Row
    before: float
    after: float
    deviations: float
    text: str


@dataclass(frozen=True, slots=True)
class SignalView:
    """One signal of the accounts in reach that are asked for.

    `meaning` is its definition, part by part. `known` and `unknown` count accounts. `since` is the instant of the run that changes are counted from
    (`None`: there is none a week before). `unusual` has the largest deviations first.
    """

    current: Current
    filters: Filters
    name: str
    title: str
    unit: str
    about: str
    meaning: tuple[tuple[str, str], ...]
    used: tuple[Use, ...]
    known: int
    unknown: int
    median: float | None
    shown: str
    distribution: tuple[Bar, ...]
    segments: tuple[SegmentLine, ...]
    stops: tuple[SignalStop, ...]
    since: datetime | None
    unusual: tuple[Unusual, ...]


def signals(desk: Desk) -> SignalsView:
    """The list of all signals."""
    sheet = desk.sheet
    if sheet is None:
        return SignalsView(desk.current, (), 0)
    places = np.flatnonzero(sheet.kept & desk.reached)
    kept = desk.values(desk.kept)
    lines = []
    for signal in desk.basis.definition.signals:
        one = desk.labels.get(signal.name, signal)
        column = kept.of(signal.name)[places]
        median = _median(column)
        lines.append(
            SignalLine(
                name=signal.name,
                title=one.title,
                unit=one.unit,
                about=one.about,
                used=len(_uses(desk, signal.name)),
                known=float((~np.isnan(column)).mean()) if len(column) else 0.0,
                median=median,
                shown="" if median is None else judged(one, median),
            )
        )
    return SignalsView(desk.current, tuple(lines), len(places))


def signal(desk: Desk, name: str, filters: Filters | None = None) -> SignalView:
    """One signal, of the accounts that the filters ask for.

    Raises:
        AbsentError: the shown scores rest on no such signal.
        ForbiddenError: values are asked about by somebody who does not see them.
    """
    filters = filters or Filters()
    sheet = desk.sheet
    found = None
    if sheet is not None:
        found = next((each for each in desk.basis.definition.signals if each.name == name), None)
    if sheet is None or found is None:
        raise AbsentError(
            f"the scores rest on no signal {name!r}",
            do="look at those there are, on the page Signals",
            by_api="GET /api/signals lists those there are",
        )
    one = desk.labels.get(name, found)
    places = np.flatnonzero(asked_for(desk, sheet, filters))
    runs = kept_runs(desk.warehouse, desk.purpose, sheet.as_of)
    now = desk.values(desk.kept).of(name)
    known = places[~np.isnan(now[places])]
    since, unusual = _unusual(desk, sheet, one, known, runs)
    median = _median(now[known])
    return SignalView(
        current=desk.current,
        filters=filters,
        name=name,
        title=one.title,
        unit=one.unit,
        about=one.about,
        meaning=tuple((part, text) for part, text in facets_of(found.meaning).items() if text != "false"),
        used=_uses(desk, name),
        known=len(known),
        unknown=len(places) - len(known),
        median=median,
        shown="" if median is None else judged(one, median),
        distribution=bars(now[known]),
        segments=_segments(sheet, now, places),
        stops=_marked(tuple(_stop(desk, run, name, places) for run in runs)),
        since=since,
        unusual=unusual,
    )


def _uses(desk: Desk, name: str) -> tuple[Use, ...]:
    found = []
    for card in desk.basis.definition.cards:
        whole = sum(dimension.weight for dimension in card.dimensions)
        for dimension in card.dimensions:
            within = sum(measure.weight for measure in dimension.measures)
            found += [
                Use(card.name, dimension.name, measure.weight / within * dimension.weight / whole)
                for measure in dimension.measures
                if measure.signal == name and within and whole
            ]
    return tuple(found)


def _stop(desk: Desk, run: Kept, name: str, places: Ints) -> SignalStop:
    column = desk.values(run).of(name)[places]
    known = column[~np.isnan(column)]
    quantiles = tuple(np.quantile(known, QUANTILES).tolist()) if len(known) else None
    return SignalStop(run.as_of, len(known), quantiles)


def _marked(stops: tuple[SignalStop, ...]) -> tuple[SignalStop, ...]:
    """The stops, those marked to which the median took an unusual step."""
    medians = np.array([np.nan if each.quantiles is None else each.quantiles[2] for each in stops])
    far = np.abs(deviations(np.diff(medians))) >= UNUSUAL if len(stops) > 1 else np.empty(0, dtype=np.bool_)
    marks = [False, *far.tolist()]
    return tuple(
        SignalStop(each.as_of, each.accounts, each.quantiles, mark)
        for each, mark in zip(stops, marks, strict=False)
    )


def _unusual(
    desk: Desk, sheet: Sheet, one: Signal, known: Ints, runs: Sequence[Kept]
) -> tuple[datetime | None, tuple[Unusual, ...]]:
    """The accounts whose value changed unlike those of others since about a week ago, and since when that is."""
    long_ago = sheet.as_of - timedelta(days=ANOMALY_DAYS)
    before = next((run for run in reversed(runs) if run.as_of <= long_ago), None)
    if before is None:
        return None, ()
    then = desk.values(before).of(one.name)[known]
    now = desk.values(desk.kept).of(one.name)[known]
    far = deviations(now - then)
    size = np.nan_to_num(np.abs(far))
    odd = np.flatnonzero(size >= UNUSUAL)
    chosen = odd[np.lexsort((sheet.id_rank[known[odd]], -size[odd]))][:MOST_UNUSUAL]
    shown = rows(desk, known[chosen], {})
    return before.as_of, tuple(
        Unusual(
            row=row,
            before=float(then[place]),
            after=float(now[place]),
            deviations=float(far[place]),
            text=f"{one.title}: {judged(one, float(then[place]))} → {judged(one, float(now[place]))}",
        )
        for place, row in zip(chosen, shown, strict=True)
    )


def deviations(changes: Floats) -> Floats:
    """How many robust standard deviations each change is from the usual one (NaN: unknown, or nothing ever changes).

    The median absolute deviation about the median; where more than half of all change alike, the mean absolute deviation instead (Iglewicz and
    Hoaglin, How to Detect and Handle Outliers, 1993, with 1.2533 times the mean as the standard deviation).
    """
    known = changes[~np.isnan(changes)]
    if not len(known):
        return np.full(len(changes), np.nan)
    middle = np.median(known)
    apart = np.abs(known - middle)
    spread = NORMAL * np.median(apart) or 1.2533 * apart.mean()
    return (changes - middle) / spread if spread else np.full(len(changes), np.nan)


def bars(known: Floats) -> tuple[Bar, ...]:
    """How many of some values lie in which bin; none of no values."""
    if not len(known):
        return ()
    counts, edges = np.histogram(known, bins=_edges(known))
    return tuple(
        Bar(float(low), float(high), int(count))
        for low, high, count in zip(edges, edges[1:], counts, strict=False)
    )


def _edges(known: Floats) -> Floats:
    """Where bins begin and end: they divide what lies between the tails, if these are longer than that."""
    low, high = float(known.min()), float(known.max())
    if low == high:
        return np.array([low - 0.5, high + 0.5])
    inner = np.quantile(known, (TAIL, 1 - TAIL))
    if 0 < inner[1] - inner[0] < (high - low) / 2:
        return np.array([low, *np.linspace(inner[0], inner[1], BARS + 1)[1:-1], high])
    return np.linspace(low, high, BARS + 1)


def _segments(sheet: Sheet, now: Floats, places: Ints) -> tuple[SegmentLine, ...]:
    lines = []
    segments = sheet.segments.take(places)
    for code, name in enumerate(segments.names):
        mine = now[places][segments.codes == code]
        if name and len(mine):
            lines.append(SegmentLine(name, int((~np.isnan(mine)).sum()), _median(mine)))
    return tuple(sorted(lines, key=lambda line: -line.accounts))


def _median(column: Floats) -> float | None:
    known = column[~np.isnan(column)]
    return known_number(np.median(known)) if len(known) else None
