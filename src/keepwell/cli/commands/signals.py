"""`keepwell signals`: what is measured of an account, or of all of them."""

from datetime import date, datetime
from pathlib import Path

import click

from keepwell.cli import options, terminal
from keepwell.cli.opening import opened


@click.command(
    short_help="Show what is measured of an account, or of all.",
    epilog="\b\nExample: keepwell signals A-0012\nExample: keepwell signals --as-of 2025-06-30 --json",
)
@click.argument("account", required=False)
@options.as_of
@options.of_working
@options.in_project
@options.as_json
def signals(
    *, account: str | None, asked: datetime | date | None, working: bool, folder: Path, json_wanted: bool
) -> None:
    """Show every signal of ACCOUNT, named by its id or its name; without one, what is known of each signal."""
    with opened(folder, working=working) as (project, warehouse):
        from keepwell.runs.signals import signals as run

        readings = run(project, warehouse, account, as_of=options.instant(asked, project))
    if json_wanted:
        from keepwell.cli.json_forms import of_readings

        terminal.show_json(of_readings(readings, project.simulated))
        return
    from keepwell.cli.screens import readings as screens

    parts = screens.one(readings, project.zone) if account else screens.all_of(readings, project.zone)
    terminal.show(*parts, simulated=project.simulated)
