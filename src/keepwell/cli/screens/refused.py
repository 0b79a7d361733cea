"""Rejected rows on a terminal: how many by which rule, then the rows with their reasons."""

from collections.abc import Sequence

from rich.console import RenderableType
from rich.padding import Padding
from rich.text import Text

from keepwell.cli.screens import strokes
from keepwell.runs import figures
from keepwell.runs.rejects import Reject, Tally

_FEWER = "Fewer: keepwell rejects --source NAME, --rule NAME"
_MORE = "More: keepwell rejects --limit N, --source NAME, --rule NAME"


def screen(counts: Sequence[Tally], rows: Sequence[Reject]) -> list[RenderableType]:
    """The whole screen."""
    if not counts:
        return [Text("No row was rejected.")]
    warned = any(each.policy == "warn" for each in counts)
    heads = ["source", "rule", ">rows", *(["as"] if warned else []), "for example"]
    tallied: list[strokes.Row] = [
        [
            each.source,
            each.rule,
            f"{each.rows:,}",
            *([each.policy] if warned else []),
            figures.plain(each.example),
        ]
        for each in counts
    ]
    total = sum(each.rows for each in counts)
    parts: list[RenderableType] = [strokes.table(heads, tallied, wraps=len(heads) - 1), Text("")]
    for row in rows:
        place = Text(f"{figures.plain(row.file)}:{row.row}: ", "bold") + Text(
            figures.plain(row.reason), "not bold"
        )
        parts.append(place)
        if row.record:
            parts.append(Padding(Text(figures.plain(row.record), "dim", overflow="fold"), (0, 0, 0, 4)))
    shown = f"{len(rows):,} of {total:,} rows are shown" if rows else figures.count(total, "row")
    return [
        *parts,
        Text(""),
        Text(f"{shown}. {_MORE if len(rows) < total else _FEWER}", "dim"),
    ]
