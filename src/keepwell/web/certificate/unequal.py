"""Whether the score errs more for some accounts than for others with the same end."""

from collections.abc import Sequence
from typing import Any

from keepwell.proof.bias import MIN_ACCOUNTS, Comparison, Error, GroupError
from keepwell.proof.interval import Estimate
from keepwell.runs import estimates, figures
from keepwell.web.certificate import rows
from keepwell.web.certificate.rows import Mark
from keepwell.web.certificate.scale import Scale, spanning

TITLES = {
    Error.FALSE_GREEN: ("Stood green, and ended badly", "share of those that it ended badly for"),
    Error.FALSE_RED: ("Stood red, and ended well", "share of those that it ended well for"),
    Error.RATE: ("Rate beside that of the same score", "the outcome's rate less that of all with about the same score"),
}  # fmt: skip


def section(found: Sequence[Comparison]) -> dict[str, Any]:
    """A picture for each error, with a dot for each group of an attribute; nothing where nothing was compared."""
    if not found:
        return {"bias": None}
    tested = [each for each in found if each.chance is not None]
    differing = sum(each.differs for each in tested)
    said = (
        f"{differing} of {figures.count(len(tested), 'comparison')} differ between groups by more than chance, all reckoned with."
        if tested
        else f"The groups have fewer than {MIN_ACCOUNTS} accounts each: too little data to compare them."
    )
    errors = [_error(error, [each for each in found if each.error is error]) for error in Error]
    return {
        "bias": {
            "said": said,
            "differing": differing,
            "least": MIN_ACCOUNTS,
            "errors": [each for each in errors if each is not None],
        }
    }


def _error(error: Error, compared: Sequence[Comparison]) -> dict[str, Any] | None:
    if not compared:
        return None
    known = [
        group.rate for each in compared for group in (each.whole, *each.groups) if group.rate is not None
    ]
    edges = [-0.01, 0.01] if error is Error.RATE else [0.0, 0.01]
    scale = spanning([*edges, *(each.value for each in known)], most=4)
    labels = _signed(scale) if error is Error.RATE else scale.percents()
    title, beside = TITLES[error]
    return {
        "title": title,
        "beside": beside,
        "axis": rows.axis(scale, labels),
        "rows": [_row(each, scale) for each in compared],
        "heads": ["Group", "Rows", "Accounts", "Points" if error is Error.RATE else "Error", "95% interval"],
        "figures": [_figures(each, group) for each in compared for group in (each.whole, *each.groups)],
    }


def _signed(scale: Scale) -> list[str]:
    decimals = 0 if scale.step >= 0.01 else 1
    return [f"{estimates.signed(100 * tick, decimals)}%" for tick in scale.ticks]


def _row(each: Comparison, scale: Scale) -> dict[str, Any]:
    enough = sorted(
        ((group.group, group.rate) for group in each.groups if group.rate is not None),
        key=lambda one: one[1].value,
    )
    few = len(each.groups) - len(enough)
    size = figures.count(len(enough) or few, "group")
    if few:
        size += f", {few} with too few accounts" if enough else " with too few accounts"
    marks = [] if each.whole.rate is None else [Mark(each.whole.rate.value, "edge")]
    shown: dict[str, Any] = {
        "name": figures.words(figures.plain(each.by)),
        "size": size,
        "differs": each.differs,
        "picture": rows.dots(scale, [rate.value for _, rate in enough], marks, "loss" if each.differs else "neutral"),
        "ends": [],
        "said": "too little data",
    }  # fmt: skip
    if each.chance is None:
        return shown
    ends = (enough[0], enough[-1])
    return shown | {
        "ends": [f"{figures.plain(name)} {_said(each.error, rate)}" for name, rate in ends],
        "said": "differs" if each.differs else "may be chance",
    }


def _said(error: Error, rate: Estimate) -> estimates.Said:
    return estimates.points(rate) if error is Error.RATE else estimates.percent(rate)


def _figures(each: Comparison, group: GroupError) -> tuple[str, ...]:
    name = f"{figures.words(figures.plain(each.by))}: {figures.plain(group.group) or 'all'}"
    size = (f"{group.rows:,}", f"{group.accounts:,}")
    if group.rate is None:
        return (name, *size, "too few", figures.DASH)
    said = _said(each.error, group.rate)
    return (name, *size, said.figure, said.interval)
