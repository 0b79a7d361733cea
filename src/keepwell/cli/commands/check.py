"""`keepwell check`: are the definitions right, and are they good?"""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from keepwell.cli import options, terminal
from keepwell.cli.main import FINDINGS
from keepwell.cli.opening import looked_through
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
    findings = _unwaived(project, lint.check(project))
    inspections = () if no_data else looked_through(project)
    if json_wanted:
        terminal.show_json(_form(project, findings, made, inspections))
    else:
        from keepwell.cli.screens import findings as practice
        from keepwell.cli.screens import leaks

        parts = [*leaks.screen(inspections), *practice.screen(project, findings, made)]
        terminal.show(*parts, simulated=project.simulated)
    return FINDINGS if findings or any(each.blocking for each in inspections) else 0


def _unwaived(project: "Project", findings: "tuple[Finding, ...]") -> "tuple[Finding, ...]":
    """The findings but those of attributes without history that somebody lets pass: these are leaks too."""
    from keepwell.runs.waiving import reasons

    passing = [(rule, f"{what} ") for what, rule in reasons(project.folder)]
    return tuple(
        finding
        for finding in findings
        if not any(finding.rule == rule and finding.what.startswith(what) for rule, what in passing)
    )


def _form(
    project: "Project",
    findings: "tuple[Finding, ...]",
    made: "tuple[Edit, ...]",
    inspections: "tuple[Inspection, ...]",
) -> dict[str, Any]:
    from keepwell.cli.json_forms import marked
    from keepwell.runs.inspection import of_inspection, of_leaks

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
    leaks = [form for inspection in inspections for form in of_leaks(inspection)]
    return marked(
        {
            "problems": [],
            "findings": found,
            "fixed": [str(edit) for edit in made],
            "leaks": leaks,
            "looked_at": [of_inspection(each) for each in inspections],
            "not_looked_at": {each.outcome: each.unknown for each in inspections if each.unknown},
        },
        project.simulated,
    )
