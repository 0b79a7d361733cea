"""`keepwell versions`: what was applied, when, by whom and why."""

from pathlib import Path

import click

from keepwell.cli import options, terminal


@click.command(
    short_help="List the versions that were applied, and why.",
    epilog="\b\nExample: keepwell versions\nExample: keepwell versions --json",
)
@options.in_project
@options.as_json
def versions(folder: Path, json_wanted: bool) -> None:
    """List every version that was applied, the latest first: when, by whom, why, who approved it, and its certificates."""
    from keepwell.cli.opening import project_of
    from keepwell.runs.versions import of_past, versions_of

    past = versions_of(folder)
    project = project_of(folder)
    if json_wanted:
        from keepwell.cli.json_forms import marked

        terminal.show_json([marked(of_past(each, project), project.simulated) for each in past])
        return
    from keepwell.cli.screens.versions import screen

    terminal.show(*screen(past, project))
