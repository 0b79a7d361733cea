"""Those whom outreach reached, and those whom it did not, apart."""

from collections.abc import Sequence
from typing import Any

from keepwell.proof.certificate import Certificate
from keepwell.proof.treated import Treated
from keepwell.runs import estimates, evidence, figures
from keepwell.web.certificate import rows
from keepwell.web.certificate.rows import Mark
from keepwell.web.certificate.scale import Scale, spanning


def section(certificate: Certificate) -> dict[str, Any]:
    """The outcome's rate and the AUC of both sides; nothing where nothing counts as outreach."""
    sides = certificate.treated
    if not sides:
        return {"outreach": None}
    average = certificate.whole.tally.rate
    known = [each.rate.high for each in sides if each.rate is not None]
    scale = spanning([0.0, average, *known], most=4)
    marks = [Mark(average, "edge")]
    return {
        "outreach": {
            "what": figures.plain(certificate.outreach),
            "axis": rows.axis(scale, scale.percents()),
            "average": estimates.rate(average),
            "rows": [_side(each, sides, scale, marks, str(certificate.question.kind)) for each in sides],
        }
    }


def _side(
    side: Treated, sides: Sequence[Treated], scale: Scale, marks: Sequence[Mark], kind: str
) -> dict[str, Any]:
    share = figures.share(side.rows, sum(each.rows for each in sides))
    rate, auc = side.rate, side.auc
    return {
        "name": evidence.side(side),
        "size": f"{figures.count(side.rows, 'row')} ({share}) of {figures.count(side.accounts, 'account')}, {side.outcomes:,} {kind}",
        "picture": rows.empty(scale, marks) if rate is None else rows.bar(scale, rate, marks),
        "rate": None if rate is None else estimates.percent(rate),
        "auc": None if auc is None else estimates.number(auc),
    }
