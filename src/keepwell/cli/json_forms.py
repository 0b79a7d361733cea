"""The JSON that commands print with `--json`. Every object of simulated data says so."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from keepwell.runs.history import History
    from keepwell.runs.ingest import LoadReport
    from keepwell.runs.outcomes import Outcomes
    from keepwell.runs.predict import Beside
    from keepwell.runs.rehearsal import Rehearsal
    from keepwell.runs.signals import Readings
    from keepwell.scoring.score import Explanation
    from keepwell.store.applied import Applied


def marked(form: dict[str, Any], simulated: bool) -> dict[str, Any]:
    """The object, with `simulated: true` if it is of simulated data."""
    return {**form, "simulated": True} if simulated else form


def of_load(report: "LoadReport", simulated: bool) -> dict[str, Any]:
    """A load: its number (null: nothing was new), its instant, and each source's counts."""
    sources = [{**asdict(each), "rejected": each.rejected} for each in report.sources]
    return marked({"load": report.load, "at": report.at, "sources": sources}, simulated)


def of_explanation(
    explanation: "Explanation", simulated: bool, models: "Sequence[Beside]" = ()
) -> dict[str, Any]:
    """A score with what moved it since an earlier one, its remedies and its trend, and what models say beside it."""
    from keepwell.runs.prediction_files import of_predicted
    from keepwell.runs.records import record

    since = explanation.since
    form = {
        "score": record(explanation.score),
        "since": None if since is None else record(since),
        "moves": [asdict(move) for move in explanation.moves],
        "remedies": [asdict(remedy) for remedy in explanation.remedies],
        "trend": [{"as_of": at, "score": score, "band": band} for at, score, band in explanation.trend],
        "models": [of_predicted(one.said) for one in models if one.said is not None],
    }
    return marked(form, simulated)


def of_history(history: "History", simulated: bool) -> dict[str, Any]:
    """An account's kept scores, the oldest first."""
    form = {
        "account_id": history.account.account_id,
        "name": history.account.name,
        "purpose": history.purpose,
        "scores": [asdict(moment) for moment in history.moments],
    }
    return marked(form, simulated)


def of_rehearsal(found: "Rehearsal", simulated: bool) -> dict[str, Any]:
    """A message as somebody would get it, and what is wrong with it."""
    form = {
        "template": found.template,
        "account_id": found.account_id,
        "name": found.account_name,
        "contact": None if found.contact is None else asdict(found.contact),
        "as_of": found.as_of,
        **asdict(found.message),
        "findings": [asdict(one) for one in found.findings],
    }
    return marked(form, simulated)


def of_readings(readings: "Readings", simulated: bool) -> list[dict[str, Any]]:
    """The signals of each account by name."""
    names = [signal.name for signal in readings.signals]
    return [
        marked(
            {
                "account_id": each.account_id,
                "name": each.name,
                "as_of": readings.as_of,
                "population": each.population,
                "segment": each.segment,
                "stage": each.stage,
                "signals": dict(zip(names, each.values, strict=True)),
            },
            simulated,
        )
        for each in readings
    ]


def of_outcomes(found: "Outcomes", simulated: bool) -> dict[str, Any]:
    """Each outcome with what is known of it, and which of them contradict each other."""
    from keepwell.runs.contradicting import of_contradiction

    lines = []
    for line in found.lines:
        months = [{"month": f"{month:%Y-%m}", "happened": count} for month, count in line.months]
        lines.append({**asdict(line), "months": months})
    form = {
        "as_of": found.as_of,
        "outcomes": lines,
        "judging": dict(found.judging),
        "contradictions": [of_contradiction(each) for each in found.contradictions],
    }
    return marked(form, simulated)


def of_applied(now: "Applied", before: "Applied | None") -> dict[str, Any]:
    """What was applied, and the version before it (null: none)."""
    return {
        "version": now.version,
        "before": None if before is None else before.version,
        "kind": now.kind,
        "at": now.at,
        "actor": now.actor,
        "why": now.why,
        "plan": now.plan,
    }
