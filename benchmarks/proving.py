"""A year of weekly as_ofs judged: as Keepwell does it, and as a careful analyst would with SQL by hand, NumPy and scikit-learn."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from benchmarks.firm import LAST_DAY, build
from benchmarks.signals import SIGNALS, by_hand
from keepwell.project.project import Project
from keepwell.proof.outcome import Dated, Kind, Outcome
from keepwell.scoring.scorecard import Bands, Dimension, Line, Measure, Scorecard
from keepwell.signals.expression import parse
from keepwell.signals.window import Span, Unit
from keepwell.sources.source import Rates
from keepwell.warehouse.duckdb import open_warehouse
from keepwell.warehouse.protocol import Warehouse

WEEKS, HORIZON, CAPACITY = 52, 90, 500
LAST = datetime.fromisoformat(LAST_DAY).replace(tzinfo=UTC) - timedelta(days=HORIZON)
CHURN = Outcome("churn", Kind.CHURNED, Dated("outcomes"), Span(HORIZON, Unit.DAYS), until=LAST_DAY)
SEGMENTS = (("large", 70), ("middle", 40), ("small", 0))
"""By the least number of seats."""

SCALES: dict[str, tuple[tuple[float, float], ...]] = {
    "active_days": ((0, 0), (20, 100)),
    "users": ((0, 0), (10, 100)),
    "events_28": ((0, 0), (30, 100)),
    "features": ((0, 0), (12, 100)),
    "errors": ((0, 100), (10, 0)),
    "core_90": ((0, 0), (30, 100)),
    "days_since_last": ((0, 100), (30, 0)),
    "trend": ((-2, 0), (2, 100)),
    "change": ((-0.6, 0), (0, 70), (0.2, 100)),
    "seat_use": ((0, 0), (0.6, 100)),
    "stickiness": ((0, 0), (0.7, 100)),
    "quantity": ((0, 0), (60, 100)),
    "active_days_90": ((0, 0), (50, 100)),
    "users_90": ((0, 0), (25, 100)),
    "events_7": ((0, 0), (10, 100)),
    "duration": ((0, 0), (120, 100)),
    "baseline": ((0, 0), (4, 100)),
    "slowest": ((0, 100), (1000, 0)),
    "error_rate": ((0, 100), (0.3, 0)),
    "events_before": ((0, 0), (30, 100)),
}
"""The measures of the scorecard: all of the signals, of one weight, and the knots of their scales."""


_OUTCOMES = """INSERT INTO facts.outcomes BY NAME
    SELECT i::INTEGER AS account, md5('o' || i)::UUID AS key, ended AS occurred_at, ended AS known_at,
        ended::DATE AS occurred_on, 'crm' AS source, 1 AS load, 'churned' AS kind
    FROM (SELECT i, TIMESTAMP '2023-07-01' + to_days((hash(i * 11 + 5) % 730)::INTEGER) AS ended
        FROM range({accounts}) AS each(i) WHERE hash(i * 13 + 1) % 5 = 0)"""


_DIRECTORY = """INSERT INTO directory.accounts BY NAME
    SELECT i::INTEGER AS account, 'A' || i AS account_id, 'Firm ' || i AS name FROM range({accounts}) AS each(i)"""


def firm(path: Path, accounts: int, events: int) -> Path:
    """The firm of that size, with outcomes: a fifth of its accounts churn, on days that follow no story."""
    build(path, accounts, events)
    with open_warehouse(path) as warehouse:
        if "outcomes" not in warehouse.tables():
            with warehouse.transaction():
                warehouse.create_facts("outcomes", {})
                warehouse.execute(_OUTCOMES.format(accounts=accounts))
                warehouse.execute(_DIRECTORY.format(accounts=accounts))
    return path


def project(path: Path) -> Project:
    """Twenty signals, a scorecard over all of them, three segments, one outcome."""
    measures = tuple(Measure(name, 1, Line(knots)) for name, knots in SCALES.items())
    segments = tuple(
        (name, parse(f"account.seats >= {least}") if least else None) for name, least in SEGMENTS
    )
    return Project(
        folder=path.parent,
        name="firm",
        zone=ZoneInfo("UTC"),
        currency="EUR",
        warehouse=path,
        as_of=None,
        history=90,
        simulated=True,
        value=parse("account.seats * 10"),
        rates=Rates(),
        databases={},
        sources=(),
        signals=SIGNALS,
        segments=segments,
        stages=(),
        scorecards=(
            Scorecard("default", dimensions=(Dimension("all", 1, measures),), bands=Bands(60, 40, 3)),
        ),
        feeds=(),
        outcomes=(CHURN,),
        capacity=CAPACITY,
    )


def instants() -> list[datetime]:
    """The as_ofs, ascending."""
    return [LAST - timedelta(weeks=week) for week in reversed(range(WEEKS))]


def loop(warehouse: Warehouse) -> dict[str, Any]:
    """The peer: a statement by hand per date, scores with NumPy, figures with scikit-learn, none of them with an interval."""
    blocks = [_judged_by_hand(warehouse, day) for day in instants()]
    point = np.repeat(np.arange(len(blocks)), [len(block["score"]) for block in blocks])
    whole = {name: np.concatenate([block[name] for block in blocks]) for name in blocks[0]}
    figures = {"whole": _figures(whole["happened"], whole["score"], point)}
    for name, rows in _slices(whole, point):
        figures[name] = _figures(whole["happened"][rows], whole["score"][rows], point[rows])
    return figures


def _judged_by_hand(warehouse: Warehouse, day: datetime) -> dict[str, Any]:
    text = f"TIMESTAMP '{day:%Y-%m-%d}'"
    labels = f"""SELECT account, true AS happened FROM facts.outcomes
        WHERE occurred_at >= {text} AND occurred_at < {text} + INTERVAL {HORIZON} DAY GROUP BY account"""
    rows = warehouse.query(
        f"SELECT signals.*, seats, coalesce(happened, false) AS happened FROM ({by_hand(day)}) AS signals"
        f" JOIN facts.accounts USING (account) LEFT JOIN ({labels}) USING (account) ORDER BY account"
    )
    marks = []
    for name, knots in SCALES.items():
        xs, ys = zip(*knots, strict=True)
        marks.append(np.interp(rows[name].cast("double").to_numpy(), xs, ys))
    scaled = np.stack(marks, axis=1)
    return {
        "score": np.round(np.nanmean(scaled, axis=1), 6),
        "happened": rows["happened"].to_numpy(),
        "seats": rows["seats"].to_numpy(),
    }


def _slices(whole: dict[str, Any], point: Any) -> Iterator[tuple[str, Any]]:
    above = np.inf
    for name, least in SEGMENTS:
        yield name, (whole["seats"] >= least) & (whole["seats"] < above)
        above = least
    quarters = np.array([day.year * 4 + (day.month - 1) // 3 for day in instants()])[point]
    for quarter in np.unique(quarters):
        yield f"quarter {quarter}", quarters == quarter
    bands = np.digitize(whole["score"], (40, 60))
    for band in range(3):
        yield f"band {band}", bands == band


def _figures(happened: Any, score: Any, point: Any) -> dict[str, Any]:
    found = _ranked(happened, score)
    early = point <= np.median(point)
    if early.all():
        return found
    return found | _calibrated(happened, score, early)


def _calibrated(happened: Any, score: Any, early: Any) -> dict[str, Any]:
    from sklearn.calibration import calibration_curve
    from sklearn.isotonic import IsotonicRegression
    from sklearn.metrics import brier_score_loss

    calibrated = IsotonicRegression(increasing=False, out_of_bounds="clip").fit(score[early], happened[early])
    stated = calibrated.predict(score[~early])
    return {
        "brier": brier_score_loss(happened[~early], stated),
        "curve": calibration_curve(happened[~early], stated, n_bins=10, strategy="quantile"),
    }


def _ranked(happened: Any, score: Any) -> dict[str, Any]:
    from sklearn.metrics import average_precision_score, roc_auc_score, roc_curve

    false_alarms, hits, _ = roc_curve(happened, -score)
    deciles = np.array_split(np.argsort(score, kind="stable"), 10)
    return {
        "auc": roc_auc_score(happened, -score),
        "average_precision": average_precision_score(happened, -score),
        "ks": float(np.abs(hits - false_alarms).max()),
        "lift": [float(happened[rows].mean()) for rows in deciles],
    }
