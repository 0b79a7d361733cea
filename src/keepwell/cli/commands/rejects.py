"""`keepwell rejects`: the rows that loads refused, and why."""

from dataclasses import asdict
from pathlib import Path

import click

from keepwell.cli import options, terminal
from keepwell.cli.opening import opened

SHOWN = 10


@click.command(
    short_help="Show the rows that could not be used, and why.",
    epilog="\b\nExample: keepwell rejects\nExample: keepwell rejects --source events --rule unknown_account --limit 50",
)
@click.option("--source", metavar="NAME", help="Only rows of this source.")
@click.option("--rule", metavar="NAME", help="Only rows that this rule refused.")
@click.option("--warnings", is_flag=True, help="Also rows that were loaded with a warning.")
@click.option(
    "--limit", type=click.IntRange(min=0), help=f"Show at most so many rows. Default: {SHOWN}, in JSON all."
)
@options.of_working
@options.in_project
@options.as_json
def rejects(
    *,
    source: str | None,
    rule: str | None,
    warnings: bool,
    limit: int | None,
    working: bool,
    folder: Path,
    json_wanted: bool,
) -> None:
    """Show the rows that could not be used: how many by which rule, then the rows themselves with the reason."""
    with opened(folder, working=working) as (project, warehouse):
        from keepwell.runs.rejects import rejects as rows_of
        from keepwell.runs.rejects import tallies

        _known(source, [each.name for each in project.sources])
        most = limit if json_wanted or limit is not None else SHOWN
        counts = tallies(warehouse, source=source, rule=rule, warnings=warnings)
        rows = (
            [] if most == 0 else rows_of(warehouse, source=source, rule=rule, warnings=warnings, limit=most)
        )
    if json_wanted:
        from keepwell.cli.json_forms import marked

        form = {"tallies": [asdict(each) for each in counts], "rows": [asdict(each) for each in rows]}
        terminal.show_json(marked(form, project.simulated))
        return
    from keepwell.cli.screens.refused import screen

    terminal.show(*screen(counts, rows), simulated=project.simulated)


def _known(source: str | None, names: list[str]) -> None:
    from keepwell.errors import UserError
    from keepwell.project.report import hint

    if source is not None and source not in names:
        raise UserError(f"there is no source {source!r}", do=hint(source, names))
