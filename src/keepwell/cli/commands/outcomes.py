"""`keepwell outcomes`: what really happened, by which scores are judged."""

from pathlib import Path

import click

from keepwell.cli import options, terminal
from keepwell.cli.opening import opened


@click.command(
    short_help="Show what really happened: the outcomes that scores are judged by.",
    epilog="\b\nExample: keepwell outcomes\nExample: keepwell outcomes --json",
)
@options.of_working
@options.in_project
@options.as_json
def outcomes(*, working: bool, folder: Path, json_wanted: bool) -> None:
    """Show each outcome of outcomes.yml: what it is, how often and when it happened, until when that is known, and how many
    accounts are at risk of it now; and where outcomes of one kind contradict each other."""
    with opened(folder, working=working) as (project, warehouse):
        from keepwell.runs.outcomes import outcomes as run

        found = run(project, warehouse)
    if json_wanted:
        from keepwell.cli.json_forms import of_outcomes

        terminal.show_json(of_outcomes(found, project.simulated))
        return
    from keepwell.cli.screens.outcomes import screen

    terminal.show(*screen(found, zone=project.zone), simulated=project.simulated)
