"""Waivers on a terminal: what is let pass, by whom and why."""

from collections.abc import Sequence

from rich.console import RenderableType
from rich.text import Text

from keepwell.cli.screens import strokes
from keepwell.runs import figures
from keepwell.store.waivers import Waiver


def screen(waivers: Sequence[Waiver]) -> list[RenderableType]:
    """The waivers in force, the oldest first."""
    if not waivers:
        return [Text("Nothing is waived.")]
    rows: list[strokes.Row] = [
        [figures.plain(each.subject), each.rule, f"{each.at:%Y-%m-%d}", each.actor, figures.plain(each.why)]
        for each in waivers
    ]
    return [strokes.table(["waived", "sign", "on", "by", "why"], rows, wraps=4)]
