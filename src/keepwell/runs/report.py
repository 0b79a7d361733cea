"""What a report tells: portfolio, movers, accounts to act on, reasons and the health of the data."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from keepwell.runs import figures
from keepwell.runs.data_health import DataHealth
from keepwell.runs.portfolio import HEALTH, RANK, Portfolio, Standing, portfolio, told
from keepwell.scoring.score import Band, Reason, Score, Step

Trend = tuple[tuple[datetime, float | None], ...]


@dataclass(frozen=True, slots=True)
class Week:
    """How many accounts stood in each band at one instant of the grid; `unscored` had no band."""

    as_of: datetime
    counts: Mapping[Band, int]
    unscored: int = 0

    @property
    def scored(self) -> int:
        """How many accounts had a band."""
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True)
class Mover:
    """An account whose score moved since the week before: by `change` points, from `before`, out of `band_before`.

    `because` is the reason whose points moved furthest that way, in words; empty where none did.
    """

    score: Score
    before: float
    band_before: Band | None
    because: str = ""

    @property
    def change(self) -> float:
        """Points gained (or, negative, lost)."""
        return (self.score.score or 0.0) - self.before


@dataclass(frozen=True, slots=True)
class SegmentLine:
    """A segment's accounts: how many, their mean score, bands, worth and value at risk."""

    name: str
    accounts: int
    mean: float
    counts: Mapping[Band, int]
    value: float
    value_at_risk: float


@dataclass(frozen=True, slots=True)
class Cost:
    """What one reason costs: the points it takes, per scored account; how many it costs any; the same in each segment.

    What it gives to others is not set off: measured from a segment's mean, the sum would always be nothing.
    """

    name: str
    title: str
    step: Step
    dimension: str
    points: float
    accounts: int
    by_segment: Mapping[str, float]
    advice: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """Everything one page shows of one purpose as of one instant.

    `weeks` and `trends` end at the report's own instant; `compared` is the instant that movers are counted from
    (`None`: there is no earlier one). `thresholds` are the bands' lower edges, yellow then green, of the scorecard most
    accounts have; `titles` are the labels of signals by name. `movers_up` and `movers_down` begin with the largest move.
    """

    project: str
    zone: ZoneInfo
    currency: str
    simulated: bool
    made_at: datetime
    portfolio: Portfolio[Score]
    before: Portfolio[Standing] | None
    compared: datetime | None
    thresholds: tuple[float, float]
    weeks: tuple[Week, ...]
    trends: Mapping[str, Trend]
    movers_up: tuple[Mover, ...]
    movers_down: tuple[Mover, ...]
    segments: tuple[SegmentLine, ...]
    costs: tuple[Cost, ...]
    titles: Mapping[str, str]
    data: DataHealth

    @property
    def health(self) -> bool:
        """Whether the purpose is health, where a low score is a risk."""
        return self.portfolio.purpose == HEALTH

    @property
    def coverage(self) -> tuple[int, ...]:
        """How many scored accounts have a coverage of 0–10%, 10–20%, ... 90–100%."""
        tenths = [0] * 10
        for score in self.portfolio.scored:
            tenths[min(9, int(score.coverage * 10 + 1e-9))] += 1
        return tuple(tenths)


def movers(scores: Sequence[Score], before: Sequence[Standing]) -> tuple[Mover, ...]:
    """The accounts whose score moved by 0.1 points or more between two instants, in no order."""
    earlier = {score.account_id: score for score in before}
    moved = []
    for score in scores:
        was = earlier.get(score.account_id)
        if score.score is None or was is None or was.score is None or abs(score.score - was.score) < 0.1:
            continue
        moved.append(Mover(score, was.score, was.band))
    return tuple(moved)


def because(mover: Mover, then: Score) -> str:
    """The reason that moved an account furthest the way it went, in words; of one that is gone, that it no longer holds."""
    points = {(reason.step, reason.name): (reason.points, told(reason)) for reason in mover.score.reasons}
    earlier = {(reason.step, reason.name): (reason.points, told(reason)) for reason in then.reasons}
    sign = 1 if mover.change > 0 else -1
    moved = {
        key: sign * (points.get(key, (0.0, ""))[0] - earlier.get(key, (0.0, ""))[0])
        for key in {**points, **earlier}
        if key[0] is not Step.CLAMP
    }
    furthest = max(moved, key=lambda key: moved[key], default=None)
    if furthest is None or moved[furthest] <= 0:
        return ""
    return points[furthest][1] if furthest in points else f"No longer: {earlier[furthest][1]}"


def segment_lines(scored: Sequence[Score]) -> tuple[SegmentLine, ...]:
    """Each segment's line, the most value at risk first, then by name."""
    groups: dict[str, list[Score]] = defaultdict(list)
    for score in scored:
        groups[score.segment].append(score)
    lines = [
        SegmentLine(
            name=name,
            accounts=len(members),
            mean=sum(score.score or 0.0 for score in members) / len(members),
            counts={band: sum(1 for score in members if score.band is band) for band in RANK},
            value=sum(score.value or 0.0 for score in members),
            value_at_risk=sum(score.value_at_risk or 0.0 for score in members),
        )
        for name, members in groups.items()
    ]
    return tuple(sorted(lines, key=lambda line: (-line.value_at_risk, line.name)))


def costs_of(scored: Sequence[Score], titles: Mapping[str, str]) -> tuple[Cost, ...]:
    """What each reason costs, the costliest first. `titles` gives the label of a signal by its name."""
    sizes: dict[str, int] = defaultdict(int)
    total: dict[str, float] = defaultdict(float)
    touched: dict[str, int] = defaultdict(int)
    within: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    known: dict[str, Reason] = {}
    for score in scored:
        sizes[score.segment] += 1
        for reason in score.reasons:
            if reason.step is Step.CLAMP:
                continue
            known.setdefault(reason.name, reason)
            lost = min(reason.points, 0.0)
            total[reason.name] += lost
            within[reason.name][score.segment] += lost
            touched[reason.name] += lost < 0
    lines = [
        Cost(
            name=name,
            title=titles.get(name) or figures.words(name),
            step=known[name].step,
            dimension=known[name].dimension,
            points=points / len(scored),
            accounts=touched[name],
            by_segment={segment: within[name][segment] / size for segment, size in sizes.items()},
            advice=known[name].advice,
        )
        for name, points in total.items()
        if points < 0
    ]
    return tuple(sorted(lines, key=lambda line: (line.points, line.name)))


MOST_MOVERS = 7


def report(
    scores: Sequence[Score],
    before: Sequence[Standing],
    *,
    project: str,
    zone: ZoneInfo,
    currency: str,
    simulated: bool,
    made_at: datetime,
    compared: datetime | None,
    score_before: Callable[[str], Score | None],
    titles: Mapping[str, str],
    thresholds: tuple[float, float],
    weeks: Sequence[Week],
    trends: Mapping[str, Trend],
    data: DataHealth,
) -> Report:
    """Puts a report together from `scores` (not empty) and the standings `before`, a week ago at `compared` (empty: there are none).

    `score_before` gives an account's whole score of a week ago; it is asked of the movers alone.
    """
    bands_before = {score.account_id: score.band for score in before}
    purpose, as_of = scores[0].purpose, scores[0].as_of
    whole = portfolio(scores, purpose, as_of, bands_before if before else None)
    moved = movers(scores, before)
    up = sorted((m for m in moved if m.change > 0), key=lambda m: (-m.change, m.score.account_id))
    down = sorted((m for m in moved if m.change < 0), key=lambda m: (m.change, m.score.account_id))
    return Report(
        project=project,
        zone=zone,
        currency=currency,
        simulated=simulated,
        made_at=made_at,
        portfolio=whole,
        before=portfolio(before, purpose, compared, {}) if before and compared else None,
        compared=compared if before else None,
        thresholds=thresholds,
        weeks=tuple(weeks),
        trends=trends,
        movers_up=_explained(up[:MOST_MOVERS], score_before),
        movers_down=_explained(down[:MOST_MOVERS], score_before),
        segments=segment_lines(whole.scored),
        costs=costs_of(whole.scored, titles),
        titles=titles,
        data=data,
    )


def _explained(moved: Iterable[Mover], score_before: Callable[[str], Score | None]) -> tuple[Mover, ...]:
    found = []
    for mover in moved:
        then = score_before(mover.score.account_id)
        found.append(mover if then is None else replace(mover, because=because(mover, then)))
    return tuple(found)
