"""The report's table of accounts to act on, each with its waterfall, reasons and facts."""

from collections.abc import Mapping
from typing import Any

from keepwell.runs import figures
from keepwell.runs.portfolio import RANK, costs, listed, told
from keepwell.runs.report import Report
from keepwell.scoring.score import Score, Step
from keepwell.web.report import charts, sections
from keepwell.web.report.charts import Stride

MOST_ACCOUNTS = 250
MOST_STRIDES = 8


def section(report: Report) -> dict[str, Any]:
    """The rows of the table, what they can be filtered by, and how many there are in all."""
    chosen = report.portfolio.to_act[:MOST_ACCOUNTS]
    everyone = len(report.portfolio.to_act)
    if report.health:
        order = "by value at risk" if report.portfolio.value_at_risk is not None else "by score"
        note = f"Accounts in red or yellow, {order}."
    else:
        note = "Accounts in green, by value."
    if everyone > len(chosen):
        note += f" The first {len(chosen):,} of {everyone:,} are shown."
    return {
        "act_note": note,
        "accounts": [_row(score, report) for score in chosen],
        "choices": {
            "bands": [band for band in RANK if any(score.band is band for score in chosen)],
            "segments": sorted({figures.plain(score.segment) for score in chosen}),
            "owners": sorted({figures.plain(score.owner) for score in chosen if score.owner}),
        },
    }


def _row(score: Score, report: Report) -> dict[str, Any]:
    name = figures.plain(score.name or score.account_id)
    worst = costs(score, 1)
    amount = score.value_at_risk if report.health else score.value
    under = [figures.plain(score.account_id)] if score.name and score.name != score.account_id else []
    under += [figures.plain(score.segment)] if score.segment != "any" else []
    days = score.days_in_band
    found = [name, score.account_id, score.owner, score.segment, *(reason.text for reason in score.reasons)]
    return {
        "name": name,
        "under": " · ".join(under),
        "band": score.band,
        "rank": RANK[score.band] if score.band else -1,
        "since": "" if days is None else "today" if days == 0 else f"for {figures.count(days, 'day')}",
        "segment": figures.plain(score.segment),
        "owner": figures.plain(score.owner),
        "text": figures.plain(" ".join(found)).lower(),
        "score": figures.score(score.score),
        "score_value": score.score,
        "spark": sections.spark(report, score.account_id),
        "amount": figures.short_money(amount, report.currency),
        "amount_value": amount or 0,
        "why": figures.plain(told(worst[0])) if worst else "–",
        "waterfall": _waterfall(score, report.titles),
        "reasons": [
            {
                "points": figures.points(reason.points),
                "loss": reason.points < 0,
                "text": figures.plain(told(reason)),
                "advice": figures.plain(reason.advice) if reason.points < 0 else "",
            }
            for reason in listed(score)
            if figures.points(reason.points) != "0.0"
        ],
        "facts": _facts(score, report),
    }


def _facts(score: Score, report: Report) -> list[tuple[str, str]]:
    facts = [
        ("Value", figures.money(score.value, report.currency) if score.value is not None else ""),
        ("At risk", figures.money(score.value_at_risk, report.currency) if score.value_at_risk else ""),
        ("Owner", score.owner),
        ("Segment", score.segment if score.segment != "any" else ""),
        ("Stage", score.stage if score.stage != "any" else ""),
        ("Scorecard", score.scorecard),
        ("Coverage", figures.share(score.coverage, 1)),
    ]
    if score.computed_score is not None and score.computed_score != score.score:
        facts.append(("Before override", figures.score(score.computed_score)))
    return [(name, figures.plain(fact)) for name, fact in facts if fact]


def _waterfall(score: Score, titles: Mapping[str, str]) -> Any:
    """The steps that matter; measures too small for a bar are drawn as one, so that the bars still add up."""
    reasons = listed(score)
    own = [reason for reason in reasons if reason.step in (Step.MEASURE, Step.RULE)]
    biggest = sorted(own, key=lambda reason: -abs(reason.points))[:MOST_STRIDES]
    kept = {reason.name for reason in biggest if figures.points(reason.points) != "0.0"}
    strides = [Stride(_label(reason.name, titles), reason.points) for reason in own if reason.name in kept]
    rest = [reason for reason in own if reason.name not in kept]
    left = sum(reason.points for reason in rest)
    if figures.points(left) != "0.0":
        strides.append(Stride(f"{len(rest)} smaller reasons", left))
    strides += [
        Stride(f"{_label(reason.name, titles)} ({reason.step.replace('_', '-')})", reason.points)
        for reason in reasons
        if reason not in own and figures.points(reason.points) != "0.0"
    ]
    said = ", ".join(f"{stride.label} {figures.points(stride.points)}" for stride in strides)
    text = f"From a baseline of {figures.score(score.baseline)}: {said or 'no change'}; score {figures.score(score.score)}."
    return charts.waterfall(score.baseline, strides, text)


def _label(name: str, titles: Mapping[str, str]) -> str:
    return figures.plain(titles.get(name) or figures.words(name))
