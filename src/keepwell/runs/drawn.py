"""A plan as it was drawn up, and its summary as it is kept."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from keepwell.project import Project
from keepwell.project.changes import Change
from keepwell.runs.contradicting import Contradiction, of_contradiction
from keepwell.runs.effects import Effect, Spread
from keepwell.runs.inspection import Inspection, of_inspection, of_leaks
from keepwell.runs.outreach.foreseeing import Outlook
from keepwell.runs.retelling import Retold
from keepwell.store.approvals import Approval
from keepwell.store.plans import Plan


@dataclass(frozen=True, slots=True)
class Drawn:
    """A plan as it was drawn up: what changes, and what that does.

    `files` are those that differ, also where nothing but a comment does. `scorecards` are those whose scores may change.
    `effects` are those on purposes whose definitions differ, `None` where nothing was loaded that could be scored, `evidence` where nobody asked or nothing was applied
    before. `inspections` tell what of that which the changed scores read knows their outcomes; `None` where nobody asked or nothing was
    loaded, as with `contradictions`, those of the outcomes that judge them. `outlook` is what becomes of journeys. `approvals` are those given so far.
    """

    plan: Plan
    project: Project
    as_of: datetime | None
    changes: tuple[Change, ...]
    files: tuple[str, ...]
    scorecards: tuple[str, ...]
    effects: tuple[Effect, ...] | None
    evidence: tuple[Retold, ...] | None
    inspections: tuple[Inspection, ...] | None
    contradictions: tuple[Contradiction, ...] | None
    outlook: Outlook
    guardrail: float | None
    approvals: tuple[Approval, ...]

    @property
    def moved(self) -> float:
        """The largest share (0–1) of accounts that change band for a purpose."""
        return max((each.share for each in self.effects or ()), default=0.0)


def summary(drawn: Drawn) -> dict[str, Any]:
    """What a plan changes and does, as JSON's own types."""
    looked, contradicted = drawn.inspections, drawn.contradictions
    return {
        "as_of": None if drawn.as_of is None else drawn.as_of.isoformat(),
        "history": drawn.project.history,
        "changes": [
            {**asdict(each), "how": str(each.how), "words": list(each.words)} for each in drawn.changes
        ],
        "files": list(drawn.files),
        "scorecards": list(drawn.scorecards),
        "moved": drawn.moved,
        "guardrail": drawn.guardrail,
        "effects": None if drawn.effects is None else [of_effect(each) for each in drawn.effects],
        "evidence": None if drawn.evidence is None else [of_retold(each) for each in drawn.evidence],
        "outreach": of_outlook(drawn.outlook),
        "contradictions": None if contradicted is None else [of_contradiction(each) for each in contradicted],
        "leaks": None if looked is None else [form for each in looked for form in of_leaks(each)],
        "looked_at": None if looked is None else [of_inspection(each) for each in looked],
    }


def of_outlook(each: Outlook) -> dict[str, Any]:
    """What becomes of outreach as JSON's own types."""
    return {
        "turned": each.turned,
        "journeys": [{**asdict(one), "how": str(one.how)} for one in each.journeys],
    }


def of_effect(each: Effect) -> dict[str, Any]:
    """One purpose's effect as JSON's own types."""
    return {
        "purpose": each.purpose,
        "before": _spread(each.before),
        "after": _spread(each.after),
        "moves": [
            {"from": _band(old), "to": _band(new), "accounts": n} for (old, new), n in each.moves.items()
        ],
        "accounts": each.accounts,
        "moved": each.moved,
        "share": each.share,
        "value_moved": each.value_moved,
        "examples": [
            {**asdict(one), "band_before": _band(one.band_before), "band_after": _band(one.band_after)}
            for one in each.examples
        ],
    }


def of_retold(each: Retold) -> dict[str, Any]:
    """The evidence by one outcome as JSON's own types: the AUC before and after, and their difference, with 95% intervals."""
    found = each.comparison
    return {
        "purpose": each.purpose,
        "outcome": each.outcome,
        "title": each.title,
        "why_not": each.why_not,
        "rows": None if found is None else found.rows,
        "outcomes": None if found is None else found.outcomes,
        "auc_before": None if found is None else asdict(found.other),
        "auc_after": None if found is None else asdict(found.own),
        "difference": None if found is None else asdict(found.difference),
    }


def _spread(spread: Spread | None) -> dict[str, Any] | None:
    if spread is None:
        return None
    return {
        "scored": spread.scored,
        "histogram": list(spread.histogram),
        "deciles": list(spread.deciles),
    }


def _band(band: object) -> str | None:
    return None if band is None else str(band)
