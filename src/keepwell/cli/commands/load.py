"""`keepwell load`: what is new in the sources comes into the warehouse."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from keepwell.cli import options, terminal
from keepwell.cli.opening import project_of

if TYPE_CHECKING:
    from keepwell.project import Project
    from keepwell.runs.ingest import LoadReport


@click.command(
    short_help="Load what is new in the sources: all of it, or none.",
    epilog="\b\nExample: keepwell load\nExample: keepwell load --json | jq '.sources[] | {source, rejected}'",
)
@options.of_working
@options.in_project
@options.as_json
def load(*, working: bool, folder: Path, json_wanted: bool) -> None:
    """Load what is new in the sources: all of it, or none.

    Files that are as they were are passed over, so loading twice adds nothing. Rows that cannot be used go to the
    rejects with the reason (keepwell rejects); the others are loaded.
    """
    project, report = loaded(folder, working=working)
    if json_wanted:
        from keepwell.cli.json_forms import of_load

        terminal.show_json(of_load(report, project.simulated))
        return
    from keepwell.cli.screens import loads

    terminal.show(*loads.screen(report, pinned=project.as_of is not None), simulated=project.simulated)


def loaded(folder: Path, *, working: bool = False) -> "tuple[Project, LoadReport]":
    """Loads what is new in a project's sources, with a bar on the terminal."""
    from keepwell import clock
    from keepwell.runs.ingest import load as run
    from keepwell.warehouse.duckdb import open_warehouse

    project = project_of(folder, working=working)
    with open_warehouse(project.warehouse) as warehouse, terminal.progress() as progress:
        return project, run(project, warehouse, now=clock.now(), progress=progress)
