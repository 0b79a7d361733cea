"""The versions that were applied, on a terminal: the latest first, with who, why and who approved."""

from collections.abc import Sequence

from rich.console import RenderableType
from rich.padding import Padding
from rich.text import Text

from keepwell.cli.screens import strokes
from keepwell.project import Project
from keepwell.runs import figures
from keepwell.runs.versions import Past, by_earlier
from keepwell.store.applied import Kind

EARLIER = "by an earlier definition of the outcome; as it is defined now: keepwell backtest"


def screen(past: Sequence[Past], project: Project) -> list[RenderableType]:
    """The whole screen; `project` is the one in force."""
    if not past:
        return [
            Text("Nothing has been applied yet: scores go by the working files. Begin with: keepwell plan")
        ]
    parts: list[RenderableType] = []
    for place, each in enumerate(reversed(past)):
        parts += [_one(each, project, now=place == 0), Text("")]
    parts.append(Text("Back to an earlier one: keepwell rollback VERSION --why ...", "dim"))
    return parts


def _one(past: Past, project: Project, *, now: bool) -> Padding:
    each, zone = past.applied, project.zone
    did = "rolled back to" if each.kind is Kind.ROLLBACK else "applied"
    text = strokes.heading(each.version, "scores go by it" if now else "")
    text += Text(f"\n  {did} by {figures.plain(each.actor)}, {figures.moment(each.at, zone)}", "not bold")
    text += Text(f"\n  {figures.plain(each.why)}", "not bold italic")
    for said in past.approvals:
        note = f": {figures.plain(said.note)}" if said.note else ""
        text += Text(f"\n  {said.verdict} by {figures.plain(said.actor)}{note}", "not bold")
    for kept in past.certificates:
        told = figures.plain(kept.content["verdict"]["headline"])
        text += Text(f"\n  {kept.outcome}, {figures.day(kept.made_at, zone)}: {told}", "not bold dim")
        if by_earlier(kept, project):
            text += Text(f"\n    {EARLIER}", "not bold yellow")
    return Padding(text, (0, 0, 0, 0))
