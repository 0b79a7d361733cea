"""Whether the score is as good everywhere, and better than what anybody could have said without it."""

from itertools import groupby
from typing import Any

from keepwell.proof.baselines import Baseline
from keepwell.proof.certificate import Certificate
from keepwell.proof.evidence import Slice
from keepwell.proof.grade import CHANCE
from keepwell.proof.subject import Question
from keepwell.runs import estimates, evidence, figures, groups
from keepwell.web.certificate import rows
from keepwell.web.certificate.rows import Mark
from keepwell.web.certificate.scale import Scale, spanning


def section(certificate: Certificate, currency: str) -> dict[str, Any]:
    """The forest plot of AUC by group, what became of each, and the differences to the baselines."""
    return {"slices": _slices(certificate, currency), "baselines": _baselines(certificate)}


def _slices(certificate: Certificate, currency: str) -> dict[str, Any] | None:
    ranking = certificate.whole.ranking
    if ranking is None:
        return None
    known = [each.evidence.ranking.auc for each in certificate.slices if each.evidence.ranking is not None]
    scale = spanning([CHANCE, 1.0, ranking.auc.low, *(auc.low for auc in known)], most=6)
    marks = [Mark(ranking.auc.value, "whole"), Mark(CHANCE, "chance")]
    question, decimals = certificate.question, 1 if scale.step >= 0.1 else 2
    return {
        "axis": rows.axis(scale, [figures.number(tick, decimals) for tick in scale.ticks], CHANCE),
        "whole": {
            "name": "All accounts",
            "size": evidence.sample(certificate.whole.tally, question),
            "picture": rows.interval(scale, ranking.auc, marks),
            "auc": estimates.number(ranking.auc),
        },
        "groups": [
            {
                "by": groups.title(by),
                "rows": [_slice(each, scale, marks, question) for each in members],
                "became": [
                    (figures.plain(each.name), *groups.became(each.evidence, question))
                    for each in certificate.slices
                    if each.by == by
                ],
            }
            for by, members in groupby(certificate.slices, key=lambda each: each.by)
        ],
        "became_heads": groups.heads(question),
        "became_whole": groups.became(certificate.whole, question),
        "legend": groups.legend(question, currency),
        "heads": groups.EVERY_HEADS,
        "figures": [
            ("All accounts", *groups.every_figure(certificate.whole)),
            *((groups.named(each), *groups.every_figure(each.evidence)) for each in certificate.slices),
        ],
    }


def _slice(part: Slice, scale: Scale, marks: list[Mark], question: Question) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "name": figures.plain(part.name),
        "size": evidence.sample(part.evidence.tally, question),
        "auc": None,
        "unsure": False,
    }
    ranking = part.evidence.ranking
    if ranking is None:
        return shown | {"picture": rows.empty(scale, marks)}
    unsure = ranking.auc.includes(CHANCE)
    style = "neutral" if unsure else "loss" if ranking.auc.high < CHANCE else "accent"
    return shown | {
        "picture": rows.interval(scale, ranking.auc, marks, style),
        "auc": estimates.number(ranking.auc),
        "unsure": unsure,
        "wrong": ranking.auc.high < CHANCE,
    }


def _baselines(certificate: Certificate) -> dict[str, Any] | None:
    known = [each.comparison.difference for each in certificate.baselines if each.comparison is not None]
    if not certificate.baselines:
        return None
    scale = spanning([-0.1, 0.1, *(each.low for each in known), *(each.high for each in known)])
    marks = [Mark(0.0, "chance")]
    decimals = 1 if scale.step >= 0.1 else 2
    return {
        "axis": rows.axis(scale, [estimates.signed(tick, decimals) for tick in scale.ticks]),
        "rows": [_baseline(each, scale, marks, certificate.question) for each in certificate.baselines],
    }


def _baseline(baseline: Baseline, scale: Scale, marks: list[Mark], question: Question) -> dict[str, Any]:
    compared = baseline.comparison
    name = figures.plain(baseline.name)
    shown: dict[str, Any] = {"name": name[:1].upper() + name[1:], "difference": None, "note": ""}
    if compared is None:
        return shown | {"picture": rows.empty(scale, marks)}
    worse, unsure = compared.worse, not (compared.better or compared.worse)
    style = "neutral" if unsure else "loss" if worse else "gain"
    return shown | {
        "picture": rows.interval(scale, compared.difference, marks, style),
        "difference": estimates.difference(compared.difference),
        "aucs": f"AUC {estimates.number(compared.own)} against {estimates.number(compared.other)}",
        "note": f"{figures.count(compared.rows, 'row')}, {compared.outcomes:,} {question.kind}",
        "said": "no clear difference"
        if unsure
        else "better than the score"
        if worse
        else "the score is better",
    }
