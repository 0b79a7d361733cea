"""Scores made by hand, for tests of what shows and writes them."""

from datetime import UTC, datetime, timedelta
from typing import Any

from keepwell.scoring.score import Band, Reason, Score, Step

AS_OF = datetime(2025, 6, 30, tzinfo=UTC)


def reason(name: str, points: float, text: str = "", **fields: Any) -> Reason:
    """A measure's reason unless `step` says otherwise."""
    made: dict[str, Any] = {"step": Step.MEASURE, "dimension": "adoption", "weight": 0.2} | fields
    return Reason(name=name, points=points, text=text or f"{name} costs {-points:.1f}", **made)


def score(account_id: str, value: float | None = 62.0, /, **fields: Any) -> Score:
    """A score from a baseline of 100; one reason takes the difference unless `reasons` says otherwise."""
    band = None if value is None else Band.GREEN if value >= 70 else Band.YELLOW if value >= 40 else Band.RED
    made: dict[str, Any] = {
        "name": f"{account_id} Ltd",
        "as_of": AS_OF,
        "purpose": "health",
        "score": value,
        "computed_score": value,
        "band": band,
        "coverage": 0.9,
        "scorecard": "default",
        "segment": "smb",
        "stage": "mature",
        "value": 1200.0,
        "value_at_risk": {Band.RED: 1200.0, Band.YELLOW: 600.0}.get(band, 0.0) if band else None,
        "risk_basis": "band",
        "baseline": 100.0,
        "reasons": () if value is None else (reason("active_days", value - 100, "Active on 3 of 28 days"),),
        "version": "3f9c2a",
        "why_not": "" if value is not None else "not enough data: 45% of the weight is known, 60% needed",
        "owner": "kim",
        "days_in_band": 3,
    }
    return Score(account_id=account_id, **(made | fields))


def weeks(n: int) -> list[datetime]:
    """The last `n` weekly instants up to `AS_OF`, in their order."""
    return [AS_OF - timedelta(weeks=n - 1 - place) for place in range(n)]
