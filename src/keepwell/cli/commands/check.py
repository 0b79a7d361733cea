"""`keepwell check`: are the definitions right, and are they good?"""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from keepwell.cli import options, terminal
from keepwell.cli.main import FINDINGS
from keepwell.errors import DefinitionError

if TYPE_CHECKING:
    from keepwell.project import Project
    from keepwell.project.lint import Edit, Finding
    from keepwell.runs.inspection import Inspection


@click.command(
    short_help="Are the definitions right, and are they good practice?",
    epilog="\b\nExample: keepwell check\nExample: keepwell check --fix",
)
@click.option("--fix", "mend", is_flag=True, help="Mend what a machine can mend; comments stay.")
@click.option("--no-data", is_flag=True, help="Do not look in the warehouse for what knows the outcome.")
@options.in_project
@options.as_json
def check(*, mend: bool, no_data: bool, folder: Path, json_wanted: bool) -> int:
    """Check the definitions, and tell where they depart from good practice.

    Where data have been loaded and outcomes.yml says what really happened, it also looks for leaks: signals and
    attributes that know the outcome already.

    Exits with 1 if anything departs from good practice, or a leak is not waived, so that it can guard a repository.
    """
    from keepwell.project import lint, load

    try:
        project = load(folder)
        made: tuple[Edit, ...] = ()
        if mend:
            made = lint.write(folder, lint.fix(project))
            project = load(folder)
    except DefinitionError as error:
        if not json_wanted:
            raise
        problems = [{"where": each.where, "what": each.what, "do": each.do} for each in error.problems]
        terminal.show_json({"problems": problems, "findings": [], "fixed": [], "leaks": []})
        return FINDINGS
    findings = lint.check(project)
    inspections = () if no_data else _inspected(project)
    if json_wanted:
        terminal.show_json(_form(project, findings, made, inspections))
    else:
        from keepwell.cli.screens import findings as practice
        from keepwell.cli.screens import leaks

        parts = [*leaks.screen(inspections), *practice.screen(project, findings, made)]
        terminal.show(*parts, simulated=project.simulated)
    return FINDINGS if findings or any(each.blocks for each in inspections) else 0


def _inspected(project: "Project") -> "tuple[Inspection, ...]":
    """What the data show, where there are data, and outcomes to hold them against."""
    if not project.outcomes or not project.warehouse.exists():
        return ()
    from keepwell.runs.inspection import inspected
    from keepwell.runs.waiving import waived
    from keepwell.warehouse.duckdb import open_warehouse

    with open_warehouse(project.warehouse) as warehouse, terminal.progress() as progress:
        return inspected(project, warehouse, waived(project.folder), progress=progress)


def _form(
    project: "Project",
    findings: "tuple[Finding, ...]",
    made: "tuple[Edit, ...]",
    inspections: "tuple[Inspection, ...]",
) -> dict[str, Any]:
    from keepwell.cli.json_forms import marked

    found = [
        {
            "rule": each.rule,
            "message": each.message,
            "where": each.where,
            "what": each.what,
            "do": each.do,
            "fixable": bool(each.edits),
        }
        for each in findings
    ]
    leaks = [form for inspection in inspections for form in _leaks(inspection)]
    return marked(
        {
            "problems": [],
            "findings": found,
            "fixed": [str(edit) for edit in made],
            "leaks": leaks,
            "not_looked_at": {each.outcome: each.why_not for each in inspections if each.why_not},
        },
        project.simulated,
    )


def _leaks(inspection: "Inspection") -> "Iterator[dict[str, Any]]":
    for leaks, waived in ((inspection.leaks, False), (inspection.waived, True)):
        for leak in leaks:
            yield {
                "outcome": inspection.outcome,
                "what": leak.what,
                "sign": str(leak.sign),
                "evidence": leak.evidence,
                "where": leak.where,
                "blocks": leak.blocks and not waived,
                "waived": waived,
            }
