"""Waivers on a terminal: what is let pass, by whom and why; and what still blocks."""

from collections.abc import Iterator, Sequence

from rich.console import RenderableType
from rich.padding import Padding
from rich.text import Text

from keepwell.cli.screens import strokes
from keepwell.runs import figures
from keepwell.runs.inspection import Inspection
from keepwell.store.waivers import Waiver


def screen(
    waivers: Sequence[Waiver], inspections: Sequence[Inspection] | None = None
) -> list[RenderableType]:
    """The waivers in force, the oldest first; then what still blocks, if it was looked for."""
    parts: list[RenderableType] = [_given(waivers)]
    for inspection in inspections or ():
        parts += [Text(""), *_left(inspection)]
    return parts


def _given(waivers: Sequence[Waiver]) -> RenderableType:
    if not waivers:
        return Text("Nothing is waived.")
    rows: list[strokes.Row] = [
        [figures.plain(each.subject), each.rule, f"{each.at:%Y-%m-%d}", each.actor, figures.plain(each.why)]
        for each in waivers
    ]
    return strokes.table(["waived", "sign", "on", "by", "why"], rows, wraps=4)


def _left(inspection: Inspection) -> Iterator[RenderableType]:
    """What blocks against one outcome, each with what to type."""
    yield strokes.heading(f"What still blocks: {inspection.outcome}")
    signs: dict[str, list[str]] = {}
    for leak in inspection.blocking:
        signs.setdefault(leak.what, []).append(str(leak.sign))
    for what, found in signs.items():
        told = Text(figures.plain(what), "bold") + Text(f"  {', '.join(found)}", "not bold")
        yield Padding(told + Text(f"\n    keepwell waive {what} --why REASON", "not bold"), (0, 0, 0, 2))
    if inspection.unknown:
        yield Text(f"  {inspection.unknown}", "yellow")
    elif not signs:
        yield Text("  Nothing.")
