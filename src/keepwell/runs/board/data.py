"""The data below the scores: sources, freshness, rejects, coverage, drift, and the runs that were made of them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256

import numpy as np
from sqlglot import exp

from keepwell.proof.drift import Drift, drift, freeze
from keepwell.runs.board.current import Current
from keepwell.runs.board.desk import Desk
from keepwell.runs.board.sheet import Sheet
from keepwell.runs.board.values import Kept, Values, kept_runs
from keepwell.runs.data_health import DataHealth, data_health
from keepwell.scoring.observed import Ints
from keepwell.warehouse.schema import table_named
from keepwell.warehouse.selection import aware, column, equals

DRIFT_DAYS = 28
"""Signals are compared with those of the run so many days before, or of the first one there is."""

MOST_RUNS = 30
"""So many runs are shown, the latest."""


@dataclass(frozen=True, slots=True)
class CoverageLine:
    """A measure: the share (0–1) of the scored accounts of which it is known, now and in the earlier run (`None`: there is none)."""

    signal: str
    title: str
    known: float
    known_before: float | None


@dataclass(frozen=True, slots=True)
class DriftLine:
    """How far a measure's distribution has moved since the earlier run."""

    signal: str
    title: str
    drift: Drift


@dataclass(frozen=True, slots=True)
class RunLine:
    """A run of scores that is kept: of which instant, when it was made, by which version, how many accounts it scored (`None`: not for the viewer)."""

    run: int
    as_of: datetime
    made_at: datetime
    version: str
    accounts: int | None


@dataclass(frozen=True, slots=True)
class DataView:
    """What is known of the data: of loads and feeds for the whole firm, of accounts for those within the viewer's reach.

    Rejects are counted for everybody; an example of what is wrong with one, and how many accounts a run scored, are for those who reach all accounts.
    `coverage` is the mean coverage of the scored accounts in reach (`None`: none is scored). `since` is the instant of the earlier run (`None`: there is
    none), the least known and the furthest moved measures come first.
    """

    current: Current
    health: DataHealth
    coverage: float | None
    measures: tuple[CoverageLine, ...]
    since: datetime | None
    drifts: tuple[DriftLine, ...]
    runs: tuple[RunLine, ...]


def data(desk: Desk) -> DataView:
    """What is known of the data below a purpose's scores."""
    sheet = desk.sheet
    if sheet is None:
        health = data_health(desk.project, desk.warehouse, desk.now)
        return DataView(desk.current, _seen(desk, health), None, (), None, (), ())
    health = desk.shelf.get(
        ("health", desk.purpose, sheet.run, _last_load(desk)),
        lambda: data_health(desk.project, desk.warehouse, sheet.as_of),
    )
    before = _earlier(desk, sheet)
    measures, drifts = _compared(desk, sheet, before)
    scored = sheet.coverage[sheet.scored & desk.reached]
    return DataView(
        current=desk.current,
        health=_seen(desk, health),
        coverage=float(scored.mean()) if len(scored) else None,
        measures=measures,
        since=None if before is None else before.as_of,
        drifts=drifts,
        runs=_runs(desk),
    )


def _compared(
    desk: Desk, sheet: Sheet, before: Kept | None
) -> tuple[tuple[CoverageLine, ...], tuple[DriftLine, ...]]:
    """Coverage and drift of the measures, of the accounts in reach; kept, for it is the same until the next run."""
    places = np.flatnonzero(sheet.kept & desk.reached)
    titles = _measures(desk)

    def made() -> tuple[tuple[CoverageLine, ...], tuple[DriftLine, ...]]:
        now = desk.values(desk.kept)
        then = None if before is None else desk.values(before)
        drifts = () if then is None else _drifts(titles, now, then, places)
        return _coverage(titles, now, then, places), drifts

    earlier = None if before is None else before.run
    which = sha256(places.tobytes()).digest()
    key = ("compared", desk.purpose, sheet.run, earlier, len(sheet), which, tuple(titles.items()))
    return desk.shelf.get(key, made)


def _seen(desk: Desk, health: DataHealth) -> DataHealth:
    if desk.person.reach.whole:
        return health
    return replace(health, rejects=tuple(replace(each, example="") for each in health.rejects))


def _last_load(desk: Desk) -> int:
    query = exp.select(exp.alias_(exp.Max(this=column("load")), "load")).from_(table_named("ingest.loads"))
    return int(desk.warehouse.query(query)["load"][0].as_py() or 0)


def _earlier(desk: Desk, sheet: Sheet) -> Kept | None:
    runs = [run for run in kept_runs(desk.warehouse, desk.purpose, sheet.as_of) if run.run != sheet.run]
    long_ago = sheet.as_of - timedelta(days=DRIFT_DAYS)
    return next((run for run in reversed(runs) if run.as_of <= long_ago), next(iter(runs), None))


def _measures(desk: Desk) -> dict[str, str]:
    """The titles of all measures, by signal."""
    cards = desk.basis.definition.cards
    names = dict.fromkeys(measure.signal for card in cards for measure in card.measures)
    defined = {signal.name: signal for signal in desk.basis.definition.signals}
    return {name: desk.labels.get(name, defined[name]).title for name in names}


def _coverage(
    titles: Mapping[str, str], now: Values, then: Values | None, places: Ints
) -> tuple[CoverageLine, ...]:
    lines = [
        CoverageLine(
            name, title, _known(now, name, places), None if then is None else _known(then, name, places)
        )
        for name, title in titles.items()
    ]
    return tuple(sorted(lines, key=lambda line: line.known))


def _known(of: Values, name: str, places: Ints) -> float:
    column_ = of.of(name)[places]
    return float((~np.isnan(column_)).mean()) if len(column_) else 0.0


def _drifts(titles: Mapping[str, str], now: Values, then: Values, places: Ints) -> tuple[DriftLine, ...]:
    lines = []
    for name, title in titles.items():
        before, after = then.of(name)[places], now.of(name)[places]
        if len(places) and (~np.isnan(before)).any():
            lines.append(DriftLine(name, title, drift(freeze(before), after)))
    return tuple(sorted(lines, key=lambda line: -line.drift.psi))


def _runs(desk: Desk) -> tuple[RunLine, ...]:
    names = ("run", "as_of", "at", "version")
    query = exp.select(*(column(name) for name in names)).from_(table_named("scores.runs"))
    query = query.where(equals("purpose", desk.purpose)).order_by(exp.Ordered(this=column("run"), desc=True))
    rows = desk.warehouse.query(query.limit(MOST_RUNS)).to_pylist()
    counts = _counts(desk, [row["run"] for row in rows]) if desk.person.reach.whole else None
    return tuple(
        RunLine(
            row["run"],
            aware(row["as_of"]),
            aware(row["at"]),
            row["version"],
            None if counts is None else counts.get(row["run"], 0),
        )
        for row in rows
    )


def _counts(desk: Desk, runs: list[int]) -> dict[int, int]:
    """How many accounts each run scored."""
    return desk.shelf.get(("counts", desk.purpose, tuple(runs)), lambda: _counted(desk, runs))


def _counted(desk: Desk, runs: list[int]) -> dict[int, int]:
    counted = exp.alias_(exp.Count(this=column("score")), "accounts")
    query = exp.select(column("run"), counted).from_(table_named("scores.scores"))
    rows = desk.warehouse.query(query.where(column("run").isin(*runs)).group_by(column("run"))).to_pylist()
    return {row["run"]: row["accounts"] for row in rows}
