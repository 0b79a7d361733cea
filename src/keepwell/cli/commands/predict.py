"""`keepwell predict`: what a fitted model says of every account, and why."""

import sys
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from keepwell.cli import options, terminal
from keepwell.cli.opening import opened

if TYPE_CHECKING:
    from keepwell.runs.predict import Predictions

TABLE, SHOWN = "table", 10
FORMATS = (TABLE, "json", "csv", "parquet")


@click.command(
    short_help="Show what a model says of accounts, and why.",
    epilog="\b\nExample: keepwell predict\n"
    "Example: keepwell predict churn_trees --limit 20\n"
    "Example: keepwell predict churn_trees --format csv -o chances.csv",
)
@click.argument("model", required=False)
@options.as_of
@click.option("--account", metavar="ACCOUNT", help="Only this account, by its id or its name.")
@click.option(
    "--limit",
    type=click.IntRange(min=1),
    help=f"At most so many accounts. Default: {SHOWN} in a table, else all.",
)
@click.option("--format", "form", type=click.Choice(FORMATS), default=TABLE, help="Default: table.")
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="Write to this file.")
@options.of_working
@options.in_project
@options.as_json
def predict(
    *,
    model: str | None,
    asked: datetime | date | None,
    account: str | None,
    limit: int | None,
    form: str,
    output: Path | None,
    working: bool,
    folder: Path,
    json_wanted: bool,
) -> None:
    """Show what MODEL (the project's first, if none is named) says of the accounts at risk of its outcome, the likeliest first.

    Each chance comes with what makes it so: the parts add up exactly, and are shown as what they multiply the odds by.
    """
    with opened(folder, working=working) as (project, warehouse):
        from keepwell.runs.predict import predict as run

        found = run(project, warehouse, model, account=account, as_of=options.instant(asked, project))
    chosen = "json" if json_wanted else form
    if chosen == TABLE:
        from keepwell.cli.screens.predictions import screen

        parts = screen(found, limit or SHOWN, currency=project.currency, zone=project.zone)
        terminal.show(*parts, simulated=project.simulated, output=output)
        return
    _write(found, chosen, output, limit=limit, simulated=project.simulated)


def _write(
    found: "Predictions", form: str, output: Path | None, *, limit: int | None, simulated: bool
) -> None:
    from keepwell.runs.export import replacing
    from keepwell.runs.prediction_files import write

    if output is None:
        if form == "parquet" and sys.stdout.isatty():
            raise click.UsageError("parquet is not for a terminal: name a file with -o chances.parquet.")
        write(found, form, sys.stdout.buffer, limit=limit, simulated=simulated)
        sys.stdout.buffer.flush()
        return
    with replacing(output) as stream:
        write(found, form, stream, limit=limit, simulated=simulated)
