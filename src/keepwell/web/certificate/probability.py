"""Whether a stated probability comes true as often as it says."""

from typing import Any

from keepwell.proof.calibration import Basis, Calibration
from keepwell.proof.certificate import Certificate
from keepwell.runs import estimates, figures
from keepwell.web.certificate import charts

BASES = {
    Basis.GIVEN: "The version states the probability itself.",
    Basis.EARLIER: "The score was turned into a probability by what became of accounts on earlier days ({learned} rows), and judged on later ones.",
    Basis.FOLDS: "The score was turned into a probability by what became of other accounts ({learned} rows), since there are too few days to learn from earlier ones.",
}


def section(certificate: Certificate) -> dict[str, Any]:
    """The reliability curve, its table, and the figures beside it."""
    judged = certificate.whole.calibration
    if judged is None:
        return {
            "reliability": None,
            "reliability_missing": figures.plain(certificate.whole.calibration_missing or ""),
        }
    return {
        "reliability": {
            "picture": _curve(judged, certificate),
            "basis": BASES[judged.basis].format(learned=f"{judged.learned_on:,}"),
            "heads": ["Stated", "Came true", "95% interval", "Rows"],
            "rows": [
                (estimates.rate(each.stated), *_said(estimates.percent(each.rate)), f"{each.rows:,}")
                for each in judged.bins
            ],
            "facts": _facts(judged),
        },
        "reliability_missing": "",
    }


def _said(said: estimates.Said) -> tuple[str, str]:
    return said.figure, said.interval


def _curve(judged: Calibration, certificate: Certificate) -> Any:
    bins = [
        (
            each.stated,
            each.rate,
            f"stated {estimates.rate(each.stated)}, came true {estimates.percent(each.rate)}, {figures.count(each.rows, 'row')}",
        )
        for each in judged.bins
    ]
    lowest, highest = judged.bins[0], judged.bins[-1]
    text = (
        f"Stated probability against how often accounts {certificate.question.kind}: where {estimates.rate(lowest.stated)} was stated, "
        f"{estimates.percent(lowest.rate)} did; where {estimates.rate(highest.stated)} was, {estimates.percent(highest.rate)}."
    )
    return charts.reliability(bins, "stated probability", text)


def _facts(judged: Calibration) -> list[tuple[str, str, str]]:
    facts = [
        (
            "Brier score",
            str(estimates.number(judged.brier, 3)),
            f"0 is perfect; always stating the same rate: {figures.number(judged.brier_of_rate, 3)}",
        ),
        (
            "Mean gap",
            estimates.rate(judged.expected_error),
            f"between stated and true rate, over {figures.count(judged.rows, 'row')}",
        ),
        ("Stated on average", estimates.rate(judged.stated), f"over {figures.count(judged.rows, 'row')}"),
    ]
    if judged.slope is not None:
        facts.append(("Slope", str(estimates.number(judged.slope)), "1 is perfect; below 1: too extreme"))
    if judged.intercept is not None:
        facts.append(("Intercept", str(estimates.number(judged.intercept)), "0 is perfect"))
    return facts
