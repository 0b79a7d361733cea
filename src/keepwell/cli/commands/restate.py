"""`keepwell restate`: the past by the applied version, marked as such."""

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from keepwell.cli import options, terminal
from keepwell.cli.opening import opened

if TYPE_CHECKING:
    from keepwell.runs.restate import Restated


@click.command(
    short_help="Work out past days by the applied version.",
    epilog="\b\nExample: keepwell restate --from 2025-01-01",
)
@click.option(
    "--from", "start", type=options.Instant(), required=True, help="The first day to work out again."
)
@click.option("--why", metavar="TEXT", default="", help="The reason, kept with who did it and when.")
@options.in_project
@options.as_json
def restate(*, start: datetime | date, why: str, folder: Path, json_wanted: bool) -> None:
    """Work out scores and bands by the applied version from a day on, and keep them, marked as restated.

    What earlier versions said of those days stays beside them: keepwell history shows both.
    """
    with opened(folder) as (project, warehouse):
        from keepwell.runs.restate import restate as run
        from keepwell.store.actor import actor

        first = options.instant(start, project)
        assert first is not None
        with terminal.progress() as progress:
            done = run(project, warehouse, first, why=why, actor=actor(), progress=progress)
    if json_wanted:
        from keepwell.cli.json_forms import marked

        terminal.show_json(marked(_form(done), project.simulated))
        return
    from keepwell.runs import figures

    ends = f"{figures.day(done.first, project.zone)} to {figures.day(done.last, project.zone)}"
    click.echo(f"Restated {figures.count(done.days, 'day')}, {ends}, by version {done.version}.")


def _form(done: "Restated") -> dict[str, object]:
    return {
        "version": done.version,
        "purposes": done.purposes,
        "from": done.first,
        "to": done.last,
        "days": done.days,
    }
