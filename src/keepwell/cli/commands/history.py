"""`keepwell history`: an account's scores through time."""

from pathlib import Path

import click

from keepwell.cli import options, terminal
from keepwell.cli.opening import opened

SHOWN = 28


@click.command(
    short_help="Show an account's scores through time.",
    epilog="\b\nExample: keepwell history A-0012\nExample: keepwell history A-0012 --limit 365 --json",
)
@click.argument("account")
@click.option(
    "--limit",
    type=click.IntRange(min=1),
    default=SHOWN,
    show_default=True,
    help="At most so many, the latest.",
)
@options.for_purpose
@options.of_working
@options.in_project
@options.as_json
def history(
    *, account: str, limit: int, purpose: str | None, working: bool, folder: Path, json_wanted: bool
) -> None:
    """Show the kept scores of ACCOUNT, named by its id or its name: each day's, and each that was asked for.

    Days before the applied version was applied are marked as restated where it has scores of them; what the versions before
    it said then stands beside them.
    """
    with opened(folder, working=working) as (project, warehouse):
        from keepwell.runs.applied import periods
        from keepwell.runs.history import history as run

        found = run(project, warehouse, account, purpose=purpose, periods=periods(folder))
    if json_wanted:
        from keepwell.cli.json_forms import of_history

        terminal.show_json(of_history(found, project.simulated))
        return
    from keepwell.cli.screens.past import screen

    terminal.show(*screen(found, zone=project.zone, limit=limit), simulated=project.simulated)
