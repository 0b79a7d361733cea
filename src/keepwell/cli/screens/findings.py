"""What `keepwell check` finds, on a terminal: rule by rule, each with its reason once and its places below."""

from collections.abc import Sequence
from itertools import groupby

from rich.console import RenderableType
from rich.padding import Padding
from rich.text import Text

from keepwell.cli.screens import strokes
from keepwell.project import Project
from keepwell.project.lint import Edit, Finding
from keepwell.runs import figures


def screen(project: Project, findings: Sequence[Finding], made: Sequence[Edit]) -> list[RenderableType]:
    """The whole screen."""
    parts: list[RenderableType] = []
    if made:
        parts += [strokes.heading("Mended"), *(Text(f"  {edit}") for edit in made), Text("")]
    for rule, group in groupby(findings, key=lambda finding: finding.rule):
        found = list(group)
        parts += [Text(rule, "bold yellow"), Padding(Text(found[0].message, "dim"), (0, 0, 0, 2))]
        parts += [Padding(_one(each), (0, 0, 0, 2)) for each in found]
        parts.append(Text(""))
    counts = [
        figures.count(len(project.sources), "source"),
        figures.count(len(project.signals), "signal"),
        figures.count(len(project.scorecards), "scorecard"),
        *([figures.count(len(project.journeys), "journey")] if project.journeys else []),
    ]
    said = f"The definitions are right: {', '.join(counts)}."
    if findings:
        said += f" {figures.count(len(findings), 'place')} could be better."
        fixable = sum(bool(each.edits) for each in findings)
        if fixable:
            said += f" {fixable:,} can be mended by a machine: keepwell check --fix"
    return [*parts, Text(said)]


def _one(finding: Finding) -> Text:
    return (
        Text(f"{finding.where}: ", "bold")
        + Text(f"{finding.what}\n", "not bold")
        + Text(f"    {finding.do}", "not bold")
    )
