"""Pictures that are tables: each row is drawn on a scale that all rows share, beside its figures.

The drawing of a row says nothing that the row's cells do not say as text, so assistive technology is spared it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from keepwell.proof.interval import Estimate
from keepwell.web.certificate.scale import Scale
from keepwell.web.page import svg

INSET = 3.0
"""How far from the cell's edges, in per cent, the scale begins and ends, so that no dot is cut."""


def place(scale: Scale, value: float) -> float:
    """Where a value is drawn across the cell, in per cent."""
    return INSET + (100 - 2 * INSET) * scale.at(value)


@dataclass(frozen=True, slots=True)
class Mark:
    """A value that every row is to be compared with: a line through all rows."""

    value: float
    style: str


def axis(scale: Scale, labels: Sequence[str], origin: float = 0.0) -> Markup:
    """The scale's ticks, for the head of the table. Where there is little room only every other is shown, `origin` among them."""
    drawn = [
        Markup('<text x="{}%" y="11" class="tick{}" text-anchor="middle">{}</text>').format(
            svg.figure(place(scale, tick)), " spare" if round((tick - origin) / scale.step) % 2 else "", label
        )
        for tick, label in zip(scale.ticks, labels, strict=True)
    ]
    return Markup('<svg class="chart axis" aria-hidden="true" width="100%" height="14">{}</svg>').format(
        Markup("").join(drawn)
    )


def interval(scale: Scale, estimate: Estimate, marks: Sequence[Mark], style: str = "accent") -> Markup:
    """A dot at the value, on a line from the low to the high end of its interval."""
    low, value, high = (place(scale, each) for each in (estimate.low, estimate.value, estimate.high))
    return _row(scale, marks, [_span(low, high, f"whisker ink-{style}"), _dot(value, f"point fill-{style}")])


def bar(scale: Scale, estimate: Estimate, marks: Sequence[Mark] = (), style: str = "accent") -> Markup:
    """A bar from the scale's beginning to the value, and the interval on top of it."""
    start, low, value, high = (
        place(scale, each) for each in (scale.low, estimate.low, estimate.value, estimate.high)
    )
    filled = _block(start, max(value - start, 0.4), f"fill-{style}")
    return _row(scale, marks, [filled, _span(low, high, "whisker over")])


def length(scale: Scale, value: float, style: str, *, open_end: bool) -> Markup:
    """A bar from the scale's beginning to the value; one with an open end is at least so long."""
    start, end = place(scale, scale.low), place(scale, value)
    drawn = [_block(start, max(end - start, 0.4), f"fill-{style}")]
    if open_end:
        drawn.append(
            Markup('<text x="{}%" y="50%" dx="5" dy="4" class="tick">→</text>').format(svg.figure(end))
        )
    return _row(scale, (), drawn)


def dots(scale: Scale, values: Sequence[float], marks: Sequence[Mark], style: str) -> Markup:
    """A dot at every value: where they lie apart, the ones differ from the others."""
    return _row(scale, marks, [_dot(place(scale, each), f"point many fill-{style}") for each in values])


def pair(scale: Scale, estimates: Sequence[tuple[Estimate, str]], marks: Sequence[Mark]) -> Markup:
    """Intervals one below the other, each in a style (`own`, `second`)."""
    drawn = []
    for number, (estimate, style) in enumerate(estimates):
        y = 50 + 24 * (number - (len(estimates) - 1) / 2)
        low, value, high = (place(scale, each) for each in (estimate.low, estimate.value, estimate.high))
        drawn += [_span(low, high, f"whisker of-{style}", y), _dot(value, f"point {style}", y)]
    return _row(scale, marks, drawn)


def stack(scale: Scale, parts: Sequence[tuple[float, str]]) -> Markup:
    """Shares of a whole, one after the other, each in a style."""
    drawn, at = [], scale.low
    for value, style in parts:
        start, end = place(scale, at), place(scale, at + value)
        drawn.append(_block(start, max(end - start - 0.4, 0.0), f"fill-{style}"))
        at += value
    return _row(scale, (), drawn)


def empty(scale: Scale, marks: Sequence[Mark] = ()) -> Markup:
    """A row of which nothing is known: the grid alone."""
    return _row(scale, marks, [])


def _row(scale: Scale, marks: Sequence[Mark], inner: Sequence[Markup]) -> Markup:
    lines = [_upright(place(scale, tick), "grid") for tick in scale.ticks]
    lines += [_upright(place(scale, mark.value), mark.style) for mark in marks]
    return Markup('<svg class="chart row" aria-hidden="true">{}</svg>').format(
        Markup("").join([*lines, *inner])
    )


def _block(start: float, width: float, style: str) -> Markup:
    return Markup(
        '<rect x="{}%" y="50%" width="{}%" height="14" rx="3" transform="translate(0 -7)" class="{}"/>'
    ).format(svg.figure(start), svg.figure(width), style)


def _upright(x: float, style: str) -> Markup:
    return Markup('<line x1="{0}%" x2="{0}%" y1="0" y2="100%" class="{1}"/>').format(svg.figure(x), style)


def _span(low: float, high: float, style: str, y: float = 50) -> Markup:
    return Markup('<line x1="{0}%" x2="{1}%" y1="{2}%" y2="{2}%" class="{3}"/>').format(
        svg.figure(low), svg.figure(high), svg.figure(y), style
    )


def _dot(x: float, style: str, y: float = 50) -> Markup:
    return Markup('<circle cx="{}%" cy="{}%" r="4.5" class="{}"/>').format(
        svg.figure(x), svg.figure(y), style
    )
