"""The audit on a terminal: who did what to what, and whether the chain holds."""

import json
from zoneinfo import ZoneInfo

from rich.console import RenderableType
from rich.text import Text

from keepwell.cli.screens import strokes
from keepwell.runs import figures
from keepwell.runs.auditing import Audit


def screen(audit: Audit, zone: ZoneInfo) -> list[RenderableType]:
    """The whole screen."""
    rows: list[strokes.Row] = [
        [
            f"{each.number:,}",
            figures.moment(each.at, zone),
            figures.plain(each.actor),
            each.event,
            figures.plain(each.about),
            Text(_said(each.detail), "dim"),
        ]
        for each in audit.entries
    ]
    parts: list[RenderableType] = [
        strokes.table([">", "when", "who", "what", "of", ""], rows, wraps=5) if rows else Text("Nothing yet.")
    ]
    if audit.flaws is None:
        return parts
    parts.append(Text(""))
    if audit.flaws:
        told = [Text(f"Entry {each.number}: {each.what}", "red") for each in audit.flaws]
        return [
            *parts,
            *told,
            Text("The record has been touched: restore the store from a backup.", "bold red"),
        ]
    return [*parts, Text(f"Every entry is as it was written. The last hash: {audit.last_hash}")]


def _said(detail: str) -> str:
    """The reason or note of an entry, if it has one."""
    found = json.loads(detail)
    return figures.plain(str(found.get("why") or found.get("note") or ""))
