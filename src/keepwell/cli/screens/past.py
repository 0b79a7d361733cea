"""An account's history on a terminal: a sparkline, then each score with its change and band."""

from zoneinfo import ZoneInfo

from rich.console import RenderableType
from rich.text import Text

from keepwell.cli.screens import strokes
from keepwell.runs import figures
from keepwell.runs.history import History


def screen(history: History, *, zone: ZoneInfo, limit: int) -> list[RenderableType]:
    """The whole screen: at most `limit` scores, the latest."""
    account = history.account
    name = figures.plain(account.name or account.account_id)
    parts: list[RenderableType] = [
        strokes.heading(
            f"{name} · {history.purpose}", figures.plain(account.account_id) if account.name else ""
        )
    ]
    if not history.moments:
        return [*parts, Text("No score is kept of it yet: keepwell score")]
    rows: list[strokes.Row] = []
    before: dict[str, float | None] = {}
    for moment in history.moments:
        was = before.get(moment.version)
        moved = was is not None and moment.score is not None
        step = strokes.change(moment.score - was) if moved and moment.score and was is not None else Text("")
        marks = [
            *(["asked for"] if moment.asked else []),
            *(["restated"] if moment.restated else []),
        ]
        rows.append(
            [
                figures.moment(moment.as_of, zone),
                figures.score(moment.score),
                step,
                strokes.band(moment.band),
                moment.version,
                Text(", ".join(marks), "dim"),
            ]
        )
        before[moment.version] = moment.score
    present = [moment for moment in history.moments if moment.version == history.version]
    values = [moment.score for moment in present or history.moments]
    known = [value for value in values if value is not None]
    if len(known) > 1:
        ends = f"{figures.score(min(known))} to {figures.score(max(known))}"
        parts += [Text(""), strokes.indented(strokes.sparkline(values)), Text(f"  {ends}", "dim")]
    parts += [Text(""), strokes.table(["as of", ">score", ">change", "band", "version", ""], rows[-limit:])]
    left = len(rows) - limit
    if left > 0:
        parts.append(Text(f"{figures.count(left, 'earlier score')} not shown: --limit {len(rows)}", "dim"))
    return parts
