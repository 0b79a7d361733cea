"""Outcomes and happenings made by hand, and labels in the slow, obvious way."""

import math
from collections.abc import Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np

from keepwell.proof.labels import Happenings
from keepwell.proof.outcome import Dated, Kind, Outcome
from keepwell.proof.panel import CENSORED, HAPPENED, KEPT, NOT_AT_RISK, OTHERWISE, TOO_SOON
from keepwell.signals.window import Span

Happening = tuple[int, datetime, float, bool]
"""Account, instant, amount, and whether it counts."""


def churn(horizon: str, gap: str = "0 days") -> Outcome:
    """Churn by the date on which an account ended."""
    return Outcome("churn", Kind.CHURNED, Dated("accounts", "ended_at"), Span.parse(horizon), Span.parse(gap))


def happenings(rows: Sequence[Happening]) -> Happenings:
    """Happenings from rows in any order."""
    return Happenings.of(
        np.array([row[0] for row in rows], dtype=np.int64),
        np.array([row[1].astimezone(UTC).replace(tzinfo=None) for row in rows], dtype="datetime64[us]"),
        np.array([row[2] for row in rows], dtype=np.float64),
        np.array([row[3] for row in rows], dtype=np.bool_),
    )


def label(
    outcome: Outcome,
    rows: Sequence[Happening],
    as_of: datetime,
    account: int,
    *,
    at_risk: bool,
    through: datetime,
    zone: ZoneInfo,
) -> tuple[int, float, float]:
    """State, days and amount of one account as of one instant, by looking at every happening."""
    start = outcome.gap.after(as_of, zone)
    end = outcome.horizon.after(start, zone)
    later = sorted(
        (row for row in rows if row[0] == account and as_of <= row[1] <= through),
        key=lambda row: (row[1], not row[3]),
    )
    counting = [row for row in later if row[3]]
    days = (counting[0][1] - as_of).total_seconds() / 86400 if counting else math.nan
    amount = counting[0][2] if counting else math.nan
    return int(_state(later, start, end, at_risk, through)), days, amount


def _state(
    later: Sequence[Happening], start: datetime, end: datetime, at_risk: bool, through: datetime
) -> np.int8:
    if not at_risk:
        return NOT_AT_RISK
    if end > through:
        return CENSORED
    if not later or later[0][1] >= end:
        return KEPT
    if not later[0][3]:
        return OTHERWISE
    return TOO_SOON if later[0][1] < start else HAPPENED
