"""`keepwell turn`: lets days pass in a simulated project."""

from dataclasses import asdict
from pathlib import Path

import click

from keepwell.cli import options, terminal


@click.command(
    short_help="Turn the clock of a simulated project.",
    epilog="\b\nExample: keepwell turn\nExample: keepwell turn --days 3",
)
@click.option(
    "--days", type=click.IntRange(1, 366), default=1, show_default=True, help="How many days are to pass."
)
@options.in_project
@options.as_json
def turn(*, days: int, folder: Path, json_wanted: bool) -> None:
    """Let days pass in the invented firm of a simulated project: each of them is scored, and its journeys live through it, hour by hour.

    The clock stands at ten in the morning then, for the server too, and runs on from there. It is refused where customers are real.
    """
    from keepwell.cli.json_forms import marked
    from keepwell.cli.opening import opened
    from keepwell.runs.outreach.turning import turn as run

    with opened(folder) as (project, warehouse), terminal.progress() as progress:
        passed = run(folder, warehouse, days, progress=progress)
    if json_wanted:
        terminal.show_json(marked(asdict(passed), project.simulated))
        return
    now = passed.now.astimezone(project.zone)
    click.echo(
        f"It is {now:%A, %d %B %Y, %H:%M} now. {passed.begun:,} accounts began a journey, {passed.held:,} are held for a "
        f"person, {passed.sent:,} messages went."
    )
