"""Dumb baselines."""

from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest

from keepwell.proof.outcome import Kind, Outcome, Snapshot
from keepwell.proof.panel import Panel
from keepwell.runs.baselines import LAST_SCORE, TENURE, baseline_signals, baselines, before
from keepwell.signals.expression import parse
from keepwell.signals.window import Span, Unit

START = datetime(2025, 1, 1, tzinfo=UTC)


def outcome(kind: Kind) -> Outcome:
    return Outcome("it", kind, Snapshot(parse("account.gone")), Span(30, Unit.DAYS))


def panel(rows: list[tuple[int, int, float]], **values: Any) -> Panel:
    """Rows of (point, account, score)."""
    count = len(rows)
    points = 1 + max(point for point, _, _ in rows)
    nothing: Any = np.full(count, np.nan)
    return Panel(
        as_ofs=tuple(START + timedelta(weeks=week) for week in range(points)),
        point=np.array([point for point, _, _ in rows]),
        account=np.array([account for _, account, _ in rows]),
        score=np.array([score for _, _, score in rows]),
        band=np.zeros(count, np.int8),
        state=np.zeros(count, np.int8),
        days=nothing,
        worth=nothing,
        amount=nothing,
        contacted=np.zeros(count, np.bool_),
        values={name: np.array(column) for name, column in values.items()},
    )


def test_the_score_before_is_the_same_accounts_one_as_of_earlier() -> None:
    made = panel([(0, 1, 10), (0, 3, 30), (1, 1, 11), (1, 2, 21), (1, 3, 31), (2, 2, 22), (2, 3, np.nan)])
    assert before(made).tolist() == pytest.approx([np.nan, np.nan, 10, np.nan, 30, 21, 31], nan_ok=True)


def test_an_as_of_without_accounts_before_it_knows_nothing() -> None:
    assert before(panel([(1, 1, 10), (2, 1, 11)])).tolist() == pytest.approx([np.nan, 10], nan_ok=True)


def test_before_a_loss_tenure_is_short_and_silence_long() -> None:
    usage = "events in the last 28 days"
    made = panel(
        [(0, 1, 50), (0, 2, 60)], **{TENURE: [10, 20], "days since the last event": [5, 1], usage: [0, 7]}
    )
    churned = baselines(made, outcome(Kind.CHURNED))
    assert churned[TENURE].tolist() == [-10, -20]
    assert churned["days since the last event"].tolist() == [5, 1]
    assert churned[usage].tolist() == [0, -7]
    expanded = baselines(made, outcome(Kind.EXPANDED))
    assert expanded[TENURE].tolist() == [10, 20]


def test_a_baseline_that_says_the_same_of_everybody_is_left_out() -> None:
    made = panel([(0, 1, 50), (1, 1, 60)], **{TENURE: [10, 10]})
    assert set(baselines(made, outcome(Kind.CHURNED))) == set()
    made = panel([(0, 1, 50), (1, 1, 60), (2, 1, 70)], **{TENURE: [10, 20, 30]})
    assert set(baselines(made, outcome(Kind.CHURNED))) == {TENURE, LAST_SCORE}


def test_shops_are_judged_by_orders() -> None:
    assert [signal.name for signal in baseline_signals({"accounts", "orders"})] == [
        TENURE,
        "days since the last order",
        "orders in the last 28 days",
    ]
