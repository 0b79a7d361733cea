"""`keepwell check`: are the definitions right, and are they good?"""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from keepwell.cli import options, terminal
from keepwell.cli.main import FINDINGS
from keepwell.errors import DefinitionError

if TYPE_CHECKING:
    from keepwell.project import Project
    from keepwell.project.lint import Edit, Finding


@click.command(
    short_help="Are the definitions right, and are they good practice?",
    epilog="\b\nExample: keepwell check\nExample: keepwell check --fix",
)
@click.option("--fix", "mend", is_flag=True, help="Mend what a machine can mend; comments stay.")
@options.in_project
@options.as_json
def check(*, mend: bool, folder: Path, json_wanted: bool) -> int:
    """Check the definitions, and tell where they depart from good practice.

    Exits with 1 if anything is found, so that it can guard a repository.
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
        terminal.show_json({"problems": problems, "findings": [], "fixed": []})
        return FINDINGS
    findings = lint.check(project)
    if json_wanted:
        terminal.show_json(_form(project, findings, made))
    else:
        from keepwell.cli.screens.findings import screen

        terminal.show(*screen(project, findings, made), simulated=project.simulated)
    return FINDINGS if findings else 0


def _form(project: "Project", findings: "tuple[Finding, ...]", made: "tuple[Edit, ...]") -> dict[str, Any]:
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
    return marked(
        {"problems": [], "findings": found, "fixed": [str(edit) for edit in made]}, project.simulated
    )
