"""`keepwell simulate`: what the journeys would have done over the last days, before anything is sent."""

import csv
from dataclasses import asdict, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from keepwell.cli import options, terminal

if TYPE_CHECKING:
    from keepwell.project import Project
    from keepwell.runs.outreach.replay.replayed import Replayed

DAYS = 30


@click.command(
    short_help="Show what the journeys would have done, before anything is sent.",
    epilog="\b\nExample: keepwell simulate\n"
    "Example: keepwell simulate --days 90 --journey adoption_rescue\n"
    "Example: keepwell simulate --csv simulated.csv",
)
@click.option(
    "--days",
    type=click.IntRange(1, 366),
    default=DAYS,
    show_default=True,
    help="How many days of the past the journeys are led through.",
)
@click.option(
    "--journey", metavar="NAME", help="Tell of one journey only; the others compete with it all the same."
)
@click.option("--applied", is_flag=True, help="Use the applied version instead of the files as they are now.")
@click.option(
    "--csv",
    "table",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Also write all that would have happened, a row each.",
)
@options.in_project
@options.as_json
def simulate(
    *, days: int, journey: str | None, applied: bool, table: Path | None, folder: Path, json_wanted: bool
) -> None:
    """Lead the portfolio through its last days with the journeys of the working files: whom they would have begun for, who would have got what and
    when, who not and why, and how much would have fallen to whom.

    Everything that lives journeys for real does so here, in a store of its own that is thrown away: nothing is sent, and nothing is kept. The rules
    of outreach.yml count, whether or not it turns outreach on.
    """
    from keepwell.cli.opening import opened
    from keepwell.project.key import secret
    from keepwell.runs.outreach.holding import named
    from keepwell.runs.outreach.live import LOTS
    from keepwell.runs.outreach.replay.replaying import replay
    from keepwell.store import engine
    from keepwell.store.address import address

    with opened(folder, working=not applied) as (project, warehouse), terminal.progress() as progress:
        if journey is not None:
            named(project.journeys, journey)
        store = engine.existing(address(folder))
        found = replay(project, warehouse, store, secret(folder, LOTS), days, progress=progress)
    shown = found if journey is None else found.of(journey)
    if table is not None:
        _write(shown, table)
    if json_wanted:
        terminal.show_json(_form(project, shown))
        return
    from keepwell.cli.screens.replays import screen

    terminal.show(*screen(shown), simulated=project.simulated)


def _write(found: "Replayed", table: Path) -> None:
    """A row for each thing that would have happened. No cell begins a formula."""
    import io

    from keepwell.runs.export import replacing
    from keepwell.runs.outreach.replay.replayed import Happened
    from keepwell.runs.spreadsheets import harmless

    names = [each.name for each in fields(Happened)]
    text = io.StringIO()
    rows = csv.writer(text)
    rows.writerow(names)
    for each in found.happened:
        row = asdict(each) | {"at": each.at.isoformat()}
        rows.writerow([harmless(row[name]) for name in names])
    with replacing(table) as stream:
        stream.write(text.getvalue().encode())


def _form(project: "Project", found: "Replayed") -> dict[str, Any]:
    from keepwell.cli.json_forms import marked

    form = {
        "first": found.first,
        "last": found.last,
        "bases": found.bases,
        "journeys": [asdict(each) for each in found.courses],
        "load": asdict(found.load),
        "held": [
            {"journey": each.journey, "at": each.put_at, "accounts": each.accounts, "cause": str(each.cause)}
            for each in found.holds
        ],
        "assumed": list(found.assumed),
        "needed": list(found.needed),
    }
    return marked(form, project.simulated)
