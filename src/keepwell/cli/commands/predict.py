"""`keepwell predict`: what a fitted model says of every account, and why."""

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from keepwell.cli import options, terminal
from keepwell.cli.opening import opened

if TYPE_CHECKING:
    from keepwell.runs.predict import Predictions

TABLE, SHOWN = "table", 10
FORMATS = (TABLE, "json", "csv")


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
    if form == "csv":
        _csv(found, limit, output)
    elif json_wanted or form == "json":
        from keepwell.runs.predict import of_predictions

        terminal.show_json(of_predictions(found, limit, simulated=project.simulated))
    else:
        from keepwell.cli.screens.predictions import screen

        parts = screen(found, limit or SHOWN, currency=project.currency, zone=project.zone)
        terminal.show(*parts, simulated=project.simulated, output=output)


def _csv(found: "Predictions", limit: int | None, output: Path | None) -> None:
    import csv
    import io
    from itertools import islice

    from keepwell.runs.export import replacing

    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(("account_id", "name", "owner", "probability", "value", "value_at_risk"))
    for one in islice(found, limit):
        writer.writerow((one.account_id, one.name, one.owner, one.probability, one.value, one.value_at_risk))
    if output is None:
        click.echo(text.getvalue(), nl=False)
        return
    with replacing(output) as stream:
        stream.write(text.getvalue().encode())
