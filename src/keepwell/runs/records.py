"""A score as an object of plain values, as JSON and tables hold it."""

from typing import Any

from keepwell.scoring.score import Reason, Score


def record(score: Score, simulated: bool = False) -> dict[str, Any]:
    """A score as an object for JSON. Instants are ISO 8601 in UTC; `baseline` and all points add up to `score`."""
    shown: dict[str, Any] = {
        "account_id": score.account_id,
        "as_of": score.as_of.isoformat(),
        "purpose": score.purpose,
        "score": score.score,
        "band": score.band,
        "coverage": score.coverage,
        "scorecard": score.scorecard,
        "value": score.value,
        "value_at_risk": score.value_at_risk,
        "risk_basis": score.risk_basis,
        "baseline": score.baseline,
        "reasons": [of_reason(reason) for reason in score.reasons],
        "name": score.name,
        "segment": score.segment,
        "stage": score.stage,
        "owner": score.owner,
        "computed_score": score.computed_score,
        "previous_band": score.previous_band,
        "days_in_band": score.days_in_band,
        "why_not": score.why_not,
        "version": score.version,
    }
    return {**shown, "simulated": True} if simulated else shown


def of_reason(reason: Reason) -> dict[str, Any]:
    """A reason as an object; `measure` is the name of the measure, rule or cap, or the override's target."""
    return {
        "measure": reason.name,
        "points": reason.points,
        "text": reason.text,
        "step": reason.step,
        "dimension": reason.dimension,
        "value": reason.value,
        "scaled": reason.scaled,
        "weight": reason.weight,
        "advice": reason.advice,
    }
