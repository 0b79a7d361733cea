"""Bars, sparklines, bands and tables drawn in text."""

from collections.abc import Iterable, Sequence

from rich.console import Group
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from keepwell.runs import figures
from keepwell.runs.portfolio import told
from keepwell.scoring.score import Band, Reason

MARKS = {Band.GREEN: "●", Band.YELLOW: "▲", Band.RED: "■"}
STYLES = {Band.GREEN: "green", Band.YELLOW: "yellow", Band.RED: "red"}
NO_MARK = "○"
SPARKS = "▁▂▃▄▅▆▇█"
EIGHTHS = " ▏▎▍▌▋▊▉"


def band(value: Band | None) -> Text:
    """A band as a mark and a word, so that colour is never all that carries it."""
    if value is None:
        return Text(f"{NO_MARK} none", "dim")
    return Text(f"{MARKS[value]} {value}", STYLES[value])


def heading(text: str, beside: str = "") -> Text:
    """A title, and what belongs beside it."""
    return Text.assemble((text, "bold"), (f"   {beside}" if beside else "", "dim"))


def verbatim(text: str) -> Group:
    """Lines as they are, however long: somebody may copy them. A text by itself would forget that when it is printed."""
    return Group(Text(text, no_wrap=True, overflow="ignore"))


def bar(share: float, width: int) -> str:
    """A bar `share` (0–1) of `width` columns long, to an eighth of a column; a share that is not zero is seen."""
    eighths = round(max(0.0, min(1.0, share)) * width * 8)
    if share > 0:
        eighths = max(eighths, 2)
    full, part = divmod(eighths, 8)
    return "█" * full + (EIGHTHS[part] if part else "")


def span(start: float, end: float, width: int) -> str:
    """A piece of a bar between two shares (0–1) of `width` columns, at least one column long."""
    first = min(round(min(start, end) * width), width - 1)
    last = max(round(max(start, end) * width), first + 1)
    return " " * first + "█" * (last - first)


def sparkline(values: Sequence[float | None], width: int = 72) -> Text:
    """Scores (0–100), each as a column on a scale of at least 20 points; an unknown one is a blank.

    Of more scores than `width`, evenly spaced ones are drawn, the last among them.
    """
    step = max(1, -(-len(values) // width))
    shown = values[::-step][::-1]
    known = [value for value in shown if value is not None]
    if not known:
        return Text("")
    middle = (min(known) + max(known)) / 2
    low, high = min(*known, middle - 10), max(*known, middle + 10)
    return Text(
        "".join(
            " " if value is None else SPARKS[min(7, int(8 * (value - low) / (high - low)))] for value in shown
        ),
        "cyan",
    )


def counts(values: Sequence[int], width: int = 60) -> Text:
    """Counts, each as a column on a scale from 0; none at all is a blank. Of more than `width`, the last are drawn."""
    shown = values[-width:]
    most = max(shown, default=0)
    return Text(
        "".join(SPARKS[min(7, max(0, -(-8 * value // most) - 1))] if value else " " for value in shown),
        "cyan",
    )


def change(points: float) -> Text:
    """Points gained or lost, with their sign."""
    text = figures.points(points)
    return Text(text, "" if text == "0.0" else "red" if points < 0 else "green")


Row = Sequence[str | Text]


def table(heads: Iterable[str], rows: Iterable[Row], wraps: int | None = None) -> Table:
    """A plain table without rules. A head that begins with `>` is a column of figures; column `wraps` takes the room left."""
    titles = list(heads)
    made = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="dim", show_header=any(titles))
    for place, head in enumerate(titles):
        figure = head.startswith(">")
        made.add_column(
            Text(head.lstrip(">")),
            justify="right" if figure else "left",
            no_wrap=place != wraps,
            overflow="fold" if place == wraps else "ellipsis",
            ratio=1 if place == wraps else None,
        )
    for row in rows:
        made.add_row(*(Text(cell) if isinstance(cell, str) else cell for cell in row))
    return made


def reason(each: Reason, by: int = 0) -> Padding:
    """A reason's points and words on lines of their own."""
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(justify="right", width=5)
    grid.add_column(overflow="fold")
    grid.add_row(change(each.points), Text(figures.plain(told(each))))
    return Padding(grid, (0, 0, 0, by))


def indented(part: Table | Text, by: int = 2) -> Padding:
    """A part moved in from the left."""
    return Padding(part, (0, 0, 0, by))
