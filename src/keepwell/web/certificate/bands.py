"""Whether the colours mean something: what became of each band, who was missed in green, how early the warning came."""

from collections.abc import Sequence
from typing import Any

from keepwell.proof.certificate import Certificate
from keepwell.proof.standing import MIN_ACCOUNTS, Standing
from keepwell.proof.stays import Stay, Stays
from keepwell.proof.tally import MIN_OUTCOMES
from keepwell.proof.warnings import GreenBefore, Money, Warnings
from keepwell.runs import estimates, figures
from keepwell.web.certificate import charts, rows
from keepwell.web.certificate.rows import Mark
from keepwell.web.certificate.scale import Scale, spanning


def section(certificate: Certificate, currency: str) -> dict[str, Any]:
    """Outcome rate by band, green before a loss, lead time, and how long bands last."""
    whole = certificate.whole
    return {
        "standings": _standings(whole.standings, whole.tally.rate, currency),
        "warnings": _warnings(whole.warnings, certificate, currency),
        "stays": _stays(whole.stays),
    }


def _standings(standings: Sequence[Standing], average: float, currency: str) -> dict[str, Any] | None:
    if not standings:
        return None
    known = [each.rate for each in standings if each.rate is not None]
    scale = spanning([0.0, average, *(rate.high for rate in known)], most=3)
    marks = [Mark(average, "edge")]
    return {
        "axis": rows.axis(scale, scale.percents()),
        "average": estimates.rate(average),
        "valued": any(each.worth is not None for each in standings),
        "rows": [_standing(each, scale, marks, currency) for each in standings],
    }


def _standing(standing: Standing, scale: Scale, marks: Sequence[Mark], currency: str) -> dict[str, Any]:
    size = f"{figures.count(standing.accounts, 'account')}, {figures.share(standing.share, 1)} of rows"
    shown: dict[str, Any] = {
        "band": standing.band,
        "size": size,
        "worth": figures.short_money(standing.worth, currency),
        "worth_rate": estimates.percent(standing.worth_rate) if standing.worth_rate else None,
    }
    if standing.rate is None:
        return shown | {
            "picture": rows.empty(scale, marks),
            "rate": None,
            "why": f"fewer than {MIN_ACCOUNTS} accounts",
        }
    style = standing.band or "neutral"
    return shown | {
        "picture": rows.bar(scale, standing.rate, marks, style),
        "rate": estimates.percent(standing.rate),
    }


def _warnings(warnings: Warnings | None, certificate: Certificate, currency: str) -> dict[str, Any] | None:
    if warnings is None:
        return None
    scale = Scale(0.0, 1.0, 0.5)
    return {
        "axis": rows.axis(scale, scale.percents()),
        "green": [row for each in warnings.green_before for row in _green(each, scale, currency)],
        "money": _money(warnings.money_is),
        "lead": _lead(warnings, certificate),
        "never": None if warnings.never is None else estimates.percent(warnings.never),
        "outcomes": f"{warnings.outcomes:,}",
        "from_start": f"{warnings.from_start:,}",
        "begun_so": warnings.from_start,
    }


def _green(green: GreenBefore, scale: Scale, currency: str) -> list[dict[str, Any]]:
    days = figures.count(green.days, "day")
    size = f"{green.outcomes:,} with a band then" + (
        f", {green.unbanded:,} without" if green.unbanded else ""
    )
    shown: list[dict[str, Any]] = [
        {"name": f"{days} before", "inner": False, "size": size} | _share(green, scale)
    ]
    if green.money_green is not None:
        size = f"of {figures.short_money(green.money, currency)}"
        shown.append(
            {
                "name": "in money",
                "inner": True,
                "size": size,
                "picture": rows.bar(scale, green.money_green, style="money"),
                "share": estimates.percent(green.money_green),
            }
        )
    return shown


def _share(green: GreenBefore, scale: Scale) -> dict[str, Any]:
    if green.green is None:
        why = f"fewer than {MIN_OUTCOMES}"
        return {"picture": rows.empty(scale), "share": None, "why": why}
    return {"picture": rows.bar(scale, green.green, style="green"), "share": estimates.percent(green.green)}


def _money(money: Money | None) -> str:
    return {
        Money.AMOUNT: "In money: the amount that each loss names.",
        Money.WORTH: "In money: what the account was worth on the last day before.",
        None: "",
    }[money]


def _lead(warnings: Warnings, certificate: Certificate) -> dict[str, Any] | None:
    if warnings.days is None:
        return None
    last, middle, first = (figures.number(each) for each in warnings.days)
    said = (
        f"Half of the first warnings came {last} to {first} days before the account {certificate.question.kind}; "
        f"the median is {middle} days."
    )
    return {"picture": charts.lead_time(warnings.days, str(certificate.question.kind), said), "said": said}


def _stays(stays: Stays | None) -> dict[str, Any] | None:
    if stays is None or not stays.by_band:
        return None
    scale = spanning([0.0, 1.0, *(_days(each) for each in stays.by_band)], most=4)
    return {
        "axis": rows.axis(scale, [figures.number(tick) for tick in scale.ticks]),
        "rows": [_stay(each, scale) for each in stays.by_band],
        "flaps": None if stays.flaps is None else figures.number(stays.flaps, 2),
        "years": figures.number(stays.years),
    }


def _days(stay: Stay) -> float:
    return stay.longest if stay.median is None else stay.median


def _stay(stay: Stay, scale: Scale) -> dict[str, Any]:
    days = f"{figures.number(_days(stay))} days"
    return {
        "band": stay.band,
        "picture": rows.length(scale, _days(stay), stay.band, open_end=stay.median is None),
        "median": f"over {days}" if stay.median is None else days,
        "size": f"{figures.count(stay.stays, 'stay')}, {stay.going_on:,} going on",
    }
