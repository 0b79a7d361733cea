"""`keepwell monitor`: has the score drifted since it was applied?"""

from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import click

from keepwell.cli import options, terminal
from keepwell.cli.main import BREACH
from keepwell.cli.opening import opened


@click.command(
    short_help="Tell what has drifted since the score was applied.",
    epilog="\b\nExample: keepwell monitor\nExample: keepwell monitor --since 2025-04-01 --json\n"
    "Example: keepwell monitor --reviewed 'Went through the largest moves; nothing to change'",
)
@click.option(
    "--since", type=options.Instant(), help="The day to compare with. Default: when the version was applied."
)
@click.option(
    "--reviewed", metavar="TEXT", help="Note that people have reviewed the score, and what they found."
)
@options.as_of
@options.of_working
@options.in_project
@options.as_json
def monitor(
    *,
    since: datetime | date | None,
    reviewed: str | None,
    asked: datetime | date | None,
    working: bool,
    folder: Path,
    json_wanted: bool,
) -> int:
    """Tell what has drifted since the score was applied: signals, scores, bands, feeds, and how well it tells what happens.

    Exits with 3 if a limit of governance.yml (`monitor:`) is passed, for cron and CI; a mistake exits with 1. What chance alone could
    do is no breach. With --reviewed it exits with 0, also where a limit is passed: somebody has seen it, and it is shown all the same.
    """
    with opened(folder, working=working) as (project, warehouse):
        from keepwell.runs.monitor import monitor as run

        with terminal.progress() as progress:
            found = run(
                project,
                warehouse,
                as_of=options.instant(asked, project),
                since=options.instant(since, project),
                progress=progress,
            )
        if reviewed is not None:
            from keepwell.runs.reviews import reviewed as noted
            from keepwell.store.actor import actor

            noted(project, note=reviewed, actor=actor())
            found = tuple(replace(each, review_due=None) for each in found)
    if json_wanted:
        from keepwell.cli.json_forms import marked
        from keepwell.runs.monitor import of_monitored

        terminal.show_json([marked(of_monitored(each), project.simulated) for each in found])
    else:
        from keepwell.cli.screens.monitored import screen

        parts = [part for each in found for part in screen(each, zone=project.zone)]
        terminal.show(*parts, simulated=project.simulated)
    return BREACH if reviewed is None and any(each.breaches for each in found) else 0
