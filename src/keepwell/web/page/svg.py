"""The pieces charts are drawn from. Positions across are per cent, so that a chart fits any width while its text keeps its size.

Every chart is one image to assistive technology, with a text that says what it shows. Colours are classes of the page's
style sheet, so that they follow light and dark. Text from data is escaped here.
"""

from collections.abc import Sequence

from markupsafe import Markup


def chart(inner: Sequence[Markup], height: float, text: str, style: str) -> Markup:
    """The whole image, `height` pixels tall; `text` says what it shows."""
    return Markup(
        '<svg class="chart {}" role="img" aria-label="{}" width="100%" height="{}">{}</svg>'
    ).format(style, text, figure(height), Markup("").join(inner))


def figure(value: float) -> str:
    """A position or length to two decimals, as short as can be."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def rect(
    across: tuple[float, float], y: float, height: float, style: str, *, tip: str = "", radius: float = 0
) -> Markup:
    """A rectangle: `across` is where it begins and how wide it is, in per cent."""
    x, width = across
    title = Markup("<title>{}</title>").format(tip) if tip else ""
    return Markup('<rect x="{}%" y="{}" width="{}%" height="{}" rx="{}" class="{}">{}</rect>').format(
        figure(x), figure(y), figure(max(width, 0)), figure(max(height, 0)), figure(radius), style, title
    )


def text(x: float, y: float, words: str, style: str = "tick", *, anchor: str = "start") -> Markup:
    """Words at a place; `anchor` says which end of them is there."""
    return Markup('<text x="{}%" y="{}" class="{}" text-anchor="{}">{}</text>').format(
        figure(x), figure(y), style, anchor, words
    )


def line(across: tuple[float, float], down: tuple[float, float], style: str) -> Markup:
    """A line from (`across[0]`, `down[0]`) to (`across[1]`, `down[1]`)."""
    return Markup('<line x1="{}%" x2="{}%" y1="{}" y2="{}" class="{}"/>').format(
        figure(across[0]), figure(across[1]), figure(down[0]), figure(down[1]), style
    )


def rule(y: float) -> Markup:
    """A line of the grid, all across."""
    return line((0, 100), (y, y), "grid")
