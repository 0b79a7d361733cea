"""Whether the score puts the right accounts first: rates by tenth, and what is found on the way down the list."""

from typing import Any

from keepwell.proof.certificate import Certificate
from keepwell.proof.gains import Decile
from keepwell.runs import estimates, evidence, figures
from keepwell.web.certificate import charts
from keepwell.web.certificate.charts import Column, Curve


def section(certificate: Certificate, currency: str) -> dict[str, Any]:
    """The two pictures, their tables, the sentence on the team's capacity, and the figures beside them."""
    whole, question = certificate.whole, certificate.question
    if whole.ranking is None:
        return {"order": None}
    return {
        "order": {
            "first": first(certificate),
            "columns": _columns(certificate, whole.ranking.rate) if whole.deciles else "",
            "gains": _gains(certificate) if whole.deciles else "",
            "valued": any(decile.worth_happened for decile in whole.deciles),
            "heads": [
                "Tenth",
                "Rows",
                question.kind.capitalize(),
                "Rate",
                "95% interval",
                "Lift",
                "Found so far",
            ],
            "rows": [_row(decile) for decile in whole.deciles],
            "worth_heads": ["Tenth", "Value", f"Value that {question.kind}", "Found so far"],
            "worth_rows": [_worth(decile, currency) for decile in whole.deciles],
            "capture": _capture(certificate),
            "capacity": "" if whole.capture is None else figures.count(whole.capture.capacity, "account"),
            "facts": [
                ("AUC", str(estimates.number(whole.ranking.auc)), "0.5 is chance, 1 is perfect"),
                (
                    "Average precision",
                    str(estimates.percent(whole.ranking.average_precision)),
                    f"chance: {estimates.rate(whole.ranking.rate)}",
                ),
                (
                    "KS",
                    figures.number(whole.ranking.ks, 2),
                    f"0 is chance, 1 is perfect; {evidence.sample(whole.tally, question)}",
                ),
            ],
        }
    }


def first(certificate: Certificate) -> str:
    """What the accounts at the head of the list are called."""
    return "riskiest" if certificate.question.kind.adverse else "likeliest"


def _columns(certificate: Certificate, average: float) -> Any:
    deciles, kind = certificate.whole.deciles, certificate.question.kind
    made = [
        Column(
            str(decile.number),
            f"{figures.number(decile.lift, 1)}",
            decile.rate,
            f"Tenth {decile.number}: {estimates.percent(decile.rate)} {kind}, {figures.number(decile.lift, 1)} times the average",
        )
        for decile in deciles
    ]
    top, last = deciles[0], deciles[-1]
    text = (
        f"Share that {kind} by tenth of the list: {estimates.percent(top.rate)} in the {first(certificate)}, "
        f"{estimates.percent(last.rate)} in the last, {estimates.rate(average)} on average."
    )
    return charts.columns(made, average, f"tenth of the list, 1 is the {first(certificate)}", text)


def _gains(certificate: Certificate) -> Any:
    deciles, kind = certificate.whole.deciles, certificate.question.kind
    rows = sum(decile.rows for decile in deciles)
    curves, looked, points, money = [], 0.0, [(0.0, 0.0)], [(0.0, 0.0)]
    for decile in deciles:
        looked += decile.rows / rows
        points.append((looked, decile.captured))
        if decile.worth_captured is not None:
            money.append((looked, decile.worth_captured))
    curves.append(Curve(points, "own"))
    if len(money) == len(points):
        curves.append(Curve(money, "second"))
    text = (
        f"Of all that {kind}, the first tenth of the list holds {figures.share(deciles[0].captured, 1)}, the first "
        f"{figures.share(points[min(3, len(points) - 1)][0], 1)} {figures.share(deciles[min(2, len(deciles) - 1)].captured, 1)}."
    )
    return charts.gains(curves, f"share of the list looked at, the {first(certificate)} first", text)


def _row(decile: Decile) -> tuple[str, ...]:
    rate = estimates.percent(decile.rate)
    return (
        str(decile.number),
        figures.number(decile.rows),
        figures.number(decile.happened),
        rate.figure,
        rate.interval,
        figures.number(decile.lift, 2),
        figures.share(decile.captured, 1),
    )


def _worth(decile: Decile, currency: str) -> tuple[str, ...]:
    found = figures.DASH if decile.worth_captured is None else figures.share(decile.worth_captured, 1)
    return (
        str(decile.number),
        figures.short_money(decile.worth, currency),
        figures.short_money(decile.worth_happened, currency),
        found,
    )


def _capture(certificate: Certificate) -> list[tuple[str, str, str]]:
    """What the team's capacity reaches, as figures with a note each."""
    seen, kind = certificate.whole.capture, certificate.question.kind
    if seen is None:
        return []
    among = (
        f"among the {seen.capacity:,} {first(certificate)}; drawn at random: {estimates.rate(seen.chance)}"
    )
    facts = [(f"Of those that {kind}, reached", str(estimates.percent(seen.recall)), among)]
    if seen.worth_recall is not None:
        facts.append(
            (
                "Of their value, reached",
                str(estimates.percent(seen.worth_recall)),
                "counted in the accounts' value",
            )
        )
    if seen.precision is not None:
        days = figures.count(seen.instants, "day")
        facts.append(
            (
                f"Of those looked after, {kind}",
                str(estimates.percent(seen.precision)),
                f"averaged over {days}",
            )
        )
    return facts
