"""The report's charts, as inline SVG."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from keepwell.runs import figures
from keepwell.web.page import svg


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a stacked bar: how much, and the class that colours it."""

    amount: float
    style: str
    name: str


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: its label, amount, the figure written at its end, and the class that colours it."""

    label: str
    amount: float
    figure: str
    style: str = "accent"


def stacked(columns: Sequence[tuple[str, Sequence[Part]]], text: str, height: float = 200) -> Markup:
    """Columns side by side, each stacked from its first part at the foot to the last, as shares of the whole.

    Column labels are thinned out so that at most six are shown.
    """
    plot = height - FOOT - 8
    drawn = [svg.rule(8 + plot * quarter / 4) for quarter in range(5)]
    step = 100 / max(1, len(columns))
    for place, (label, parts) in enumerate(columns):
        whole, base = sum(part.amount for part in parts), 8 + plot
        tip = f"{label}: " + ", ".join(f"{part.name} {part.amount:,.0f}" for part in parts)
        for part in parts:
            tall = plot * part.amount / whole if whole else 0.0
            base -= tall
            gap = 1 if tall > 2 else 0
            if tall > 0:
                across = (place * step + step * 0.09, step * 0.82)
                drawn.append(
                    svg.rect(across, base + gap / 2, tall - gap, f"fill-{part.style}", tip=tip, radius=2)
                )
    return svg.chart([*drawn, *_dates([label for label, _ in columns], height - 6)], height, text, "stacked")


FOOT = 24.0


def _dates(labels: Sequence[str], y: float) -> Iterator[Markup]:
    every = -(-len(labels) // 6)
    step, last = 100 / max(1, len(labels)), len(labels) - 1
    for place, label in enumerate(labels):
        if (last - place) % every:
            continue
        if last and place == last:
            yield svg.text(100, y, label, anchor="end")
        elif last and place == 0:
            yield svg.text(0, y, label)
        else:
            yield svg.text((place + 0.5) * step, y, label, anchor="middle")


def histogram(
    values: Sequence[float], thresholds: tuple[float, float], text: str, height: float = 200
) -> Markup:
    """How many of the 0–100 `values` lie in each of twenty steps, coloured by the bands' lower edges."""
    bins = [0] * 20
    for value in values:
        bins[min(19, int(value // 5))] += 1
    most, head = max([*bins, 1]), 18.0
    plot = height - FOOT - head
    yellow, green = thresholds
    drawn = [svg.rule(head + plot * quarter / 4) for quarter in range(5)]
    for place, n in enumerate(bins):
        middle = place * 5 + 2.5
        style = "green" if middle >= green else "yellow" if middle >= yellow else "red"
        tall = max(plot * n / most, 1 if n else 0)
        tip = f"{place * 5}–{place * 5 + 5}: {figures.count(n, 'account')}"
        drawn.append(
            svg.rect((place * 5 + 0.5, 4), head + plot - tall, tall, f"fill-{style}", tip=tip, radius=2)
        )
    for edge, name in ((yellow, "yellow"), (green, "green")):
        drawn.append(svg.line((edge, edge), (head - 4, head + plot), "edge"))
        drawn.append(svg.text(edge, 10, f"{name} {figures.number(edge)}+", anchor="start"))
    for tick in (0, 20, 40, 60, 80, 100):
        anchor = "start" if tick == 0 else "end" if tick == 100 else "middle"
        drawn.append(svg.text(tick, height - 6, str(tick), anchor=anchor))
    return svg.chart(drawn, height, text, "histogram")


def bars(rows: Sequence[Bar], text: str, row: float = 38) -> Markup:
    """Horizontal bars from zero, each under its label, with its figure at the right."""
    most = max([bar.amount for bar in rows] + [1e-9])
    drawn: list[Markup] = []
    for place, bar in enumerate(rows):
        drawn += _labelled(place * row, bar.label, bar.figure)
        drawn.append(svg.rect((0, 100), place * row + 20, 8, "track", radius=4))
        if bar.amount > 0:
            wide = max(1.5, 100 * bar.amount / most)
            drawn.append(svg.rect((0, wide), place * row + 20, 8, f"fill-{bar.style}", radius=4))
    return svg.chart(drawn, len(rows) * row, text, "bars")


def _labelled(top: float, label: str, figure: str, style: str = "") -> list[Markup]:
    return [
        svg.text(0, top + 13, label, "name"),
        svg.text(100, top + 13, figure, f"figure {style}".strip(), anchor="end"),
    ]


def strip(parts: Sequence[Part], text: str, height: float = 10) -> Markup:
    """One bar stacked from left to right, as shares of the whole."""
    whole, x = sum(part.amount for part in parts), 0.0
    drawn: list[Markup] = []
    for part in parts:
        if part.amount <= 0:
            continue
        wide = 100 * part.amount / whole
        drawn.append(
            svg.rect((x, wide), 0, height, f"fill-{part.style}", tip=f"{part.name}: {part.amount:,.0f}")
        )
        if x:
            drawn.append(svg.rect((x, 0.5), 0, height, "gap"))
        x += wide
    return svg.chart(drawn, height, text, "strip")


def sparkline(values: Sequence[float | None], text: str, width: int = 96, height: int = 24) -> Markup:
    """A small line through scores (0–100), spread over at least 20 points; unknown values break it."""
    known = [value for value in values if value is not None]
    if not known:
        return Markup("")
    middle = (min(known) + max(known)) / 2
    low, high = min(*known, middle - 10), max(*known, middle + 10)
    step = (width - 6) / max(1, len(values) - 1)
    runs: list[list[tuple[float, float]]] = [[]]
    for place, value in enumerate(values):
        if value is None:
            runs.append([])
        else:
            runs[-1].append((3 + place * step, 3 + (height - 6) * (high - value) / (high - low)))
    lines = [
        Markup('<polyline points="{}" class="line"/>').format(
            " ".join(f"{svg.figure(x)},{svg.figure(y)}" for x, y in run)
        )
        for run in runs
        if len(run) > 1
    ]
    x, y = [point for run in runs for point in run][-1]
    dot = Markup('<circle cx="{}" cy="{}" r="2.5" class="dot"/>').format(svg.figure(x), svg.figure(y))
    return Markup(
        '<svg class="spark" role="img" aria-label="{0}" width="{1}" height="{2}" viewBox="0 0 {1} {2}">{3}</svg>'
    ).format(text, width, height, Markup("").join([*lines, dot]))


@dataclass(frozen=True, slots=True)
class Stride:
    """One step of a waterfall: its label and the points it adds."""

    label: str
    points: float


def waterfall(baseline: float, strides: Sequence[Stride], text: str, row: float = 40) -> Markup:
    """From the baseline, stride by stride, to the score they add up to: one row each, on a scale that holds 0–100."""
    levels = [baseline]
    for stride in strides:
        levels.append(levels[-1] + stride.points)
    low, high = min(0.0, *levels), max(100.0, *levels)
    rows = [("Baseline", figures.score(baseline), "neutral", (0.0, baseline))]
    for stride, start, end in zip(strides, levels, levels[1:], strict=False):
        rows.append(
            (stride.label, figures.points(stride.points), "loss" if end < start else "gain", (start, end))
        )
    rows.append(("Score", figures.score(levels[-1]), "accent", (0.0, levels[-1])))
    drawn: list[Markup] = []
    for place, (label, figure, style, ends) in enumerate(rows):
        left, right = (100 * (end - low) / (high - low) for end in sorted(ends))
        drawn += _labelled(place * row, label, figure, f"ink-{style}")
        drawn.append(svg.rect((0, 100), place * row + 20, 10, "track", radius=3))
        drawn.append(
            svg.rect((left, max(right - left, 0.6)), place * row + 20, 10, f"fill-{style}", radius=3)
        )
    return svg.chart(drawn, len(rows) * row - 6, text, "waterfall")
