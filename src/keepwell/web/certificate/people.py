"""What success teams say beside the score: how they agree with it, and whom the outcome proved right."""

from collections.abc import Sequence
from typing import Any

from keepwell.proof.agreement import MIN_ACCOUNTS, FeedbackAgreement, PulseAgreement
from keepwell.proof.grade import CHANCE
from keepwell.proof.interval import Estimate
from keepwell.runs import estimates, figures
from keepwell.runs.opinions import Opinions
from keepwell.web.certificate import rows
from keepwell.web.certificate.rows import Mark
from keepwell.web.certificate.scale import Scale, spanning

LACKS = "too little data"


def section(opinions: Opinions) -> dict[str, Any]:
    """Pulses and feedback; nothing of what nobody said."""
    return {
        "pulses": _pulses(opinions.pulses) if opinions.pulses else None,
        "feedback": _feedback(opinions.feedback) if opinions.feedback else None,
        "least": MIN_ACCOUNTS,
    }


def _pulses(found: Sequence[PulseAgreement]) -> dict[str, Any]:
    points = [each.difference for each in found if each.difference is not None]
    apart = spanning([-5.0, 5.0, *(one.low for one in points), *(one.high for one in points)], most=5)
    sides = [one for each in found for one in (each.sides.people, each.sides.score) if one is not None]
    aucs = spanning([CHANCE, 1.0, *(one.low for one in sides)], most=5)
    return {
        "apart": rows.axis(apart, [estimates.signed(tick, 0) for tick in apart.ticks]),
        "aucs": rows.axis(aucs, [figures.number(tick, 1 if aucs.step >= 0.1 else 2) for tick in aucs.ticks], CHANCE),
        "rows": [_pulse(each, apart, aucs) for each in found],
        "told": [_pulse(each, apart, aucs) for each in found if not each.by or each.sides.people is not None],
        "untold": sum(1 for each in found if each.by and each.sides.people is None),
        "said": _right(found[0]),
        "heads": ["Whose", "Pulses", "Accounts", "Less score", "Apart", "Ranks", "AUC people", "AUC score", "People more"],
        "figures": [_pulse_figures(each) for each in found],
    }  # fmt: skip


def _pulse(each: PulseAgreement, apart: Scale, aucs: Scale) -> dict[str, Any]:
    difference, sides = each.difference, each.sides
    marks, chance = [Mark(0.0, "chance")], [Mark(CHANCE, "chance")]
    pair = [
        (one, style) for one, style in ((sides.people, "second"), (sides.score, "own")) if one is not None
    ]
    return {
        "name": _name(each),
        "inner": bool(each.by),
        "size": f"{figures.count(each.rows, 'pulse')}, {figures.count(each.accounts, 'account')}",
        "sides": f"{figures.count(sides.rows, 'pulse')} with a known end",
        "apart": rows.empty(apart, marks) if difference is None else rows.interval(apart, difference, marks),
        "difference": None if difference is None else estimates.points_apart(difference),
        "picture": rows.pair(aucs, pair, chance),
        "people": None if sides.people is None else estimates.number(sides.people),
        "score": None if sides.score is None else estimates.number(sides.score),
    }


def _right(whole: PulseAgreement) -> str:
    sides = whole.sides
    if sides.difference is None:
        return f"Who was right is not known: {LACKS}, {figures.count(sides.rows, 'pulse')} of which the outcome is known."
    apart = f"AUC {estimates.difference(sides.difference)}"
    if sides.difference.includes(0):
        return f"Neither people nor the score told the outcome better ({apart})."
    return f"{'People' if sides.difference.value > 0 else 'The score'} told the outcome better ({apart})."


def _pulse_figures(each: PulseAgreement) -> tuple[str, ...]:
    sides = each.sides
    return (
        _name(each),
        f"{each.rows:,}",
        f"{each.accounts:,}",
        LACKS if each.difference is None else str(estimates.points_apart(each.difference)),
        figures.DASH if each.distance is None else str(estimates.number(each.distance, 1)),
        *(figures.DASH if one is None else str(estimates.number(one)) for one in (each.ranks, sides.people, sides.score)),
        figures.DASH if sides.difference is None else str(estimates.difference(sides.difference)),
    )  # fmt: skip


def _feedback(found: Sequence[FeedbackAgreement]) -> dict[str, Any]:
    scale = Scale(0.0, 1.0, 0.5)
    return {
        "axis": rows.axis(scale, scale.percents()),
        "rows": [_word(each, scale) for each in found],
        "heads": [
            "Whose",
            "Answers",
            "Accounts",
            "Right",
            "Too high",
            "ended badly",
            "Too low",
            "ended badly",
        ],
        "figures": [_word_figures(each) for each in found],
    }


def _word(each: FeedbackAgreement, scale: Scale) -> dict[str, Any]:
    known = each.right is not None and each.too_high is not None and each.too_low is not None
    parts = [
        (one.value, style)
        for one, style in ((each.right, "calm"), (each.too_high, "red"), (each.too_low, "accent"))
        if one is not None
    ]
    return {
        "name": _name(each),
        "inner": bool(each.by),
        "size": f"{figures.count(each.rows, 'answer')}, {figures.count(each.accounts, 'account')}",
        "picture": rows.stack(scale, parts if known else []),
        "right": None if each.right is None else estimates.percent(each.right),
    }


def _word_figures(each: FeedbackAgreement) -> tuple[str, ...]:
    def said(share: Estimate | None, lacks: str = figures.DASH) -> str:
        return lacks if share is None else str(estimates.percent(share))

    return (
        _name(each),
        f"{each.rows:,}",
        f"{each.accounts:,}",
        said(each.right, LACKS),
        said(each.too_high),
        f"{said(each.too_high_bad)} of {each.too_high_known:,}",
        said(each.too_low),
        f"{said(each.too_low_bad)} of {each.too_low_known:,}",
    )


def _name(each: PulseAgreement | FeedbackAgreement) -> str:
    return f"{figures.words(each.by)} {figures.plain(each.group)}" if each.by else "All"
