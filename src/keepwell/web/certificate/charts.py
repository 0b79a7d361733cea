"""The certificate's pictures: rates by tenth, what is found on the way down the list, reliability, and lead time."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from keepwell.proof.interval import Estimate
from keepwell.runs import estimates, figures
from keepwell.web.certificate.scale import Scale, spanning
from keepwell.web.page import svg

HEAD, FOOT = 20.0, 38.0
"""The room above and below a plot, for words, in pixels."""

STRETCHED = Markup(
    '<svg class="stretched" aria-hidden="true" x="0" y="{}" width="100%" height="{}" viewBox="0 0 100 100" preserveAspectRatio="none">{}</svg>'
)


@dataclass(frozen=True, slots=True)
class Column:
    """A column with its interval: what stands under it, what is written over it, and what it says when pointed at."""

    under: str
    over: str
    estimate: Estimate
    tip: str


def columns(made: Sequence[Column], average: float, below: str, text: str, height: float = 280) -> Markup:
    """Columns of shares with their intervals, and a dashed line at the `average`."""
    scale = spanning([0.0, average, *(each.estimate.high for each in made)])
    plot = height - HEAD - FOOT
    drawn = _across(scale, plot)
    step = 100 / len(made)
    for number, column in enumerate(made):
        value, middle = column.estimate.value, (number + 0.5) * step
        top = _down(scale, value, plot)
        style = "fill-accent" if value > average else "fill-calm"
        across = (number * step + step * 0.14, step * 0.72)
        drawn.append(svg.rect(across, top, HEAD + plot - top, style, tip=column.tip, radius=2))
        ends = [_down(scale, each, plot) for each in (column.estimate.high, column.estimate.low)]
        drawn.append(svg.line((middle, middle), (ends[0], ends[1]), "whisker over"))
        drawn.append(svg.text(middle, ends[0] - 6, column.over, "tick strong halo", anchor="middle"))
        drawn.append(svg.text(middle, HEAD + plot + 16, column.under, anchor="middle"))
    level = _down(scale, average, plot)
    drawn.insert(2 * len(scale.ticks), svg.line((0, 100), (level, level), "edge"))
    falling = made[0].estimate.value >= made[-1].estimate.value
    x, anchor = (100, "end") if falling else (0, "start")
    drawn.append(svg.text(x, level - 5, f"average {estimates.rate(average)}", "tick halo", anchor=anchor))
    drawn.append(svg.text(50, height - 4, below, anchor="middle"))
    return svg.chart(drawn, height, text, "gutter")


@dataclass(frozen=True, slots=True)
class Curve:
    """A line through (share looked at, share found), and the class that colours it."""

    points: Sequence[tuple[float, float]]
    style: str


def gains(curves: Sequence[Curve], below: str, text: str, height: float = 280) -> Markup:
    """What share is found by the share that is looked at, and the diagonal that chance would give."""
    scale = Scale(0.0, 1.0, 0.25)
    plot = height - HEAD - FOOT
    drawn = _across(scale, plot)
    inner = [Markup('<line x1="0" y1="100" x2="100" y2="0" class="edge"/>')]
    for number, curve in enumerate(curves):
        path = " ".join(f"{svg.figure(100 * x)},{svg.figure(100 - 100 * y)}" for x, y in curve.points)
        if number == 0:
            inner.append(Markup('<polygon points="{} 100,100" class="area"/>').format(path))
        inner.append(Markup('<polyline points="{}" class="curve {}"/>').format(path, curve.style))
    drawn.append(STRETCHED.format(svg.figure(HEAD), svg.figure(plot), Markup("").join(inner)))
    for x, y in curves[0].points[1:-1]:
        tip = f"the first {figures.share(x, 1)}: {figures.share(y, 1)} found"
        drawn.append(_dot(100 * x, _down(scale, y, plot), f"point {curves[0].style}", tip))
    drawn.append(svg.text(76, _down(scale, 0.70, plot), "chance", "tick halo"))
    for tick in (0, 20, 40, 60, 80, 100):
        drawn.append(svg.text(tick, HEAD + plot + 16, f"{tick}%", anchor="middle"))
    drawn.append(svg.text(50, height - 4, below, anchor="middle"))
    return svg.chart(drawn, height, text, "gutter")


def reliability(
    bins: Sequence[tuple[float, Estimate, str]], below: str, text: str, height: float = 300
) -> Markup:
    """What was stated against how often it came true (with interval), and the diagonal on which both agree.

    Each of the bins is the stated probability, the true rate, and what it says when pointed at.
    """
    scale = spanning([0.0, *(stated for stated, _, _ in bins), *(rate.high for _, rate, _ in bins)])
    plot = height - HEAD - FOOT
    drawn = _across(scale, plot)
    path = " ".join(
        f"{svg.figure(100 * scale.at(stated))},{svg.figure(100 - 100 * scale.at(rate.value))}"
        for stated, rate, _ in bins
    )
    inner = Markup(
        '<line x1="0" y1="100" x2="100" y2="0" class="edge"/><polyline points="{}" class="curve own"/>'
    )
    drawn.append(STRETCHED.format(svg.figure(HEAD), svg.figure(plot), inner.format(path)))
    for stated, rate, tip in bins:
        x = 100 * scale.at(stated)
        ends = (_down(scale, rate.high, plot), _down(scale, rate.low, plot))
        drawn.append(svg.line((x, x), ends, "whisker ink-accent"))
        drawn.append(_dot(x, _down(scale, rate.value, plot), "point fill-accent", tip))
    drawn.append(svg.text(99, HEAD + 14, "as stated", "tick halo", anchor="end"))
    for tick, label in zip(scale.ticks, scale.percents(), strict=True):
        drawn.append(svg.text(100 * scale.at(tick), HEAD + plot + 16, label, anchor="middle"))
    drawn.append(svg.text(50, height - 4, below, anchor="middle"))
    return svg.chart(drawn, height, text, "gutter")


def lead_time(quartiles: tuple[float, float, float], end: str, text: str, height: float = 92) -> Markup:
    """Time runs to the right, up to the outcome: the box holds the middle half of the first warnings, the line half of them."""
    last, middle, first = quartiles
    scale = spanning([0.0, first * 1.15 + 1])

    def at(days: float) -> float:
        return 100 - 97 * scale.at(days)

    drawn = [svg.line((0, 100), (46, 46), "grid")]
    for tick in scale.ticks:
        drawn.append(svg.line((at(tick), at(tick)), (42, 50), "grid"))
        label = end if tick == 0 else figures.number(tick)
        drawn.append(svg.text(at(tick), 68, label, anchor="end" if tick == 0 else "middle"))
    drawn.append(svg.rect((at(first), at(last) - at(first)), 36, 20, "fill-yellow", radius=4))
    drawn.append(svg.line((at(middle), at(middle)), (32, 60), "median"))
    drawn.append(
        svg.text(at(middle), 24, f"median {figures.count(round(middle), 'day')}", "strong", anchor="middle")
    )
    drawn.append(_dot(at(0), 46, "point fill-red", end))
    drawn.append(svg.text(0, height - 4, "days before"))
    return svg.chart(drawn, height, text, "lead-time")


def _across(scale: Scale, plot: float) -> list[Markup]:
    """The grid of the scale that runs upwards, with its labels left of the plot."""
    drawn = []
    for tick, label in zip(scale.ticks, scale.percents(), strict=True):
        y = _down(scale, tick, plot)
        drawn.append(svg.rule(y))
        drawn.append(
            Markup('<text x="-8" y="{}" class="tick" text-anchor="end">{}</text>').format(
                svg.figure(y + 4), label
            )
        )
    return drawn


def _down(scale: Scale, value: float, plot: float) -> float:
    return HEAD + plot * (1 - scale.at(value))


def _dot(x: float, y: float, style: str, tip: str) -> Markup:
    return Markup('<circle cx="{}%" cy="{}" r="4.5" class="{}"><title>{}</title></circle>').format(
        svg.figure(x), svg.figure(y), style, tip
    )
