"""`keepwell sql`: the one statement that computes every signal."""

from datetime import date, datetime
from pathlib import Path

import click

from keepwell.cli import options, terminal
from keepwell.cli.opening import opened


@click.command(
    short_help="Print the one statement that computes every signal.",
    epilog="\b\nExample: keepwell sql | less\nExample: keepwell sql --as-of 2025-06-30 --grid 28",
)
@options.as_of
@click.option(
    "--grid",
    "days",
    metavar="DAYS",
    type=click.IntRange(min=1),
    help="Over so many days of the grid, the last being that of the instant.",
)
@options.of_working
@options.in_project
@options.as_json
def sql(
    *, asked: datetime | date | None, days: int | None, working: bool, folder: Path, json_wanted: bool
) -> None:
    """Print the one statement that computes every signal for every account, as of an instant or over a grid."""
    with opened(folder, working=working) as (project, warehouse):
        from keepwell.runs import grid, purposes
        from keepwell.runs.observing import Observer
        from keepwell.runs.score import instant
        from keepwell.runs.sight import OWNER
        from keepwell.sql.statement import Point, signals_statement

        at = instant(project, options.instant(asked, project))
        last = grid.day_of(at, project.zone)
        points = (
            [at] if days is None else grid.days(grid.before(last, days - 1, project.zone), last, project.zone)
        )
        observer = Observer(warehouse, purposes.definitions(project), attributes=(OWNER,))
        statement = signals_statement(observer.request(), [Point.at(point) for point in points])
        text = statement.sql(dialect="duckdb", pretty=True)
    if json_wanted:
        terminal.show_json(
            {"as_of": points, "sql": text} | ({"simulated": True} if project.simulated else {})
        )
        return
    if project.simulated:
        click.echo(f"-- {terminal.SIMULATED}")
    click.echo(text)
