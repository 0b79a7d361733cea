"""The JSON of a fit's proposal."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from keepwell.cli.json_forms import marked
from keepwell.runs.contradicting import of_contradiction
from keepwell.runs.proposal import CardProposal, Proposal


def form(proposal: Proposal, written: Sequence[str], *, simulated: bool) -> dict[str, Any]:
    """The proposal as plain data: shares in points of 100, AUC and rates as fractions with their 95% intervals."""
    return marked(
        {
            "outcome": proposal.outcome.name,
            "point_in_time": proposal.outcome.dated,
            "fitted": {
                "outcome": proposal.fitted.outcome,
                "from": proposal.fitted.first,
                "to": proposal.fitted.last,
                "on": proposal.fitted.on,
            },
            "learned": {"from": proposal.first, "to": proposal.last},
            "tested": {"from": proposal.begins, "to": proposal.ends},
            "evidence": asdict(proposal.evidence),
            "scorecards": [_card(one) for one in proposal.cards],
            "left": list(proposal.left),
            "contradictions": [of_contradiction(each) for each in proposal.contradictions],
            "edits": [str(edit) for edit in proposal.edits],
            "diff": proposal.diff,
            "written": list(written),
        },
        simulated,
    )


def _card(one: CardProposal) -> dict[str, Any]:
    return {
        "scorecard": one.before.name,
        "file": one.file,
        "learnt": None if one.learnt is None else asdict(one.learnt),
        "measures": [
            {**asdict(measure), "why": measure.why, "warnings": list(measure.warnings)}
            for measure in one.measures
        ],
        "bands": {"before": asdict(one.before.bands), "after": asdict(one.after.bands)},
        "rates": {
            "before": [asdict(band) for band in one.bands_before],
            "after": [asdict(band) for band in one.bands_after],
        },
        "evidence": asdict(one.evidence),
    }
