"""`keepwell score`: every account scored, as a portfolio or as data."""

import sys
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from keepwell.cli import options, terminal
from keepwell.cli.opening import opened
from keepwell.errors import UserError

if TYPE_CHECKING:
    from keepwell.project import Project
    from keepwell.runs.export import Format
    from keepwell.scoring.scores import Scores
    from keepwell.warehouse.protocol import Warehouse

TABLE = "table"
FORMATS = (TABLE, "json", "csv", "parquet", "xlsx")
SHOWN = 10


@click.command(
    short_help="Score every account, and show the portfolio.",
    epilog="\b\nExample: keepwell score --segment enterprise\n"
    "Example: keepwell score --as-of 2025-06-30 -o scores.xlsx",
)
@options.as_of
@click.option(
    "--format", "form", type=click.Choice(FORMATS), help="Default: table, or what the file's ending says."
)
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="Write to this file.")
@options.for_purpose
@click.option("--segment", metavar="NAME", help="Only accounts of this segment.")
@click.option("--owner", metavar="NAME", help="Only accounts that this person looks after.")
@click.option(
    "--limit",
    type=click.IntRange(min=1),
    help=f"At most so many accounts, the ones to act on first. Default: {SHOWN} in a table, else all.",
)
@options.of_working
@options.in_project
@options.as_json
def score(
    *,
    asked: datetime | date | None,
    form: str | None,
    output: Path | None,
    purpose: str | None,
    segment: str | None,
    owner: str | None,
    limit: int | None,
    working: bool,
    folder: Path,
    json_wanted: bool,
) -> None:
    """Score every account, keep the scores, and show the portfolio.

    Health is shown unless --purpose says otherwise. All purposes are scored and kept; those of --working are not kept.
    """
    chosen = _format(form, output, json_wanted)
    with opened(folder, working=working) as (project, warehouse):
        from keepwell.runs.purposes import definition
        from keepwell.runs.score import score as run

        wanted = definition(project, purpose or project.purposes()[0]).purpose if project.scorecards else ""
        with terminal.progress() as progress:
            results = run(project, warehouse, options.instant(asked, project), progress, kept=not working)
        scores = next(each for each in results if each.purpose == wanted)
        within = _within(scores, segment, owner)
        if chosen is None:
            _show(project, warehouse, scores, within=within, limit=limit or SHOWN, output=output)
        else:
            _write(project, scores, within=within, limit=limit, form=chosen, output=output)


def _format(form: str | None, output: Path | None, json_wanted: bool) -> "Format | None":
    from keepwell.runs.export import Format

    if json_wanted and form not in (None, "json"):
        raise click.UsageError(f"--json and --format {form} exclude each other.")
    if json_wanted:
        return Format.JSON
    if form is not None:
        chosen = None if form == TABLE else Format(form)
    else:
        chosen = None if output is None else Format.of(output)
        if output is not None and chosen is None and output.suffix not in ("", ".txt"):
            raise click.UsageError(f"What is {output.suffix}? Name a format: --format {'|'.join(FORMATS)}.")
    if chosen is not None and chosen.binary and output is None and sys.stdout.isatty():
        raise click.UsageError(f"{chosen} is not for a terminal: name a file with -o scores.{chosen}.")
    return chosen


def _within(scores: "Scores", segment: str | None, owner: str | None) -> list[int] | None:
    from keepwell.project.report import hint
    from keepwell.runs.standings import among

    segments = {scores.observed.segments[place] for place in range(len(scores))}
    for what, asked, known in (
        ("segment", segment, segments),
        ("owner", owner, set(scores.who.owners) - {""}),
    ):
        if asked is not None and asked not in known:
            raise UserError(f"no account has the {what} {asked!r}", do=hint(asked, sorted(known)))
    return None if segment is None and owner is None else among(scores, segment, owner)


def _show(
    project: "Project",
    warehouse: "Warehouse",
    scores: "Scores",
    *,
    within: Sequence[int] | None,
    limit: int,
    output: Path | None,
) -> None:
    from keepwell.cli.screens import hints, portfolio
    from keepwell.runs import grid
    from keepwell.runs.data_health import data_health
    from keepwell.runs.portfolio import portfolio as sum_up
    from keepwell.runs.standings import standings

    whole = sum_up(standings(scores, within), scores.purpose, scores.as_of)
    first = [scores[place.position] for place in whole.to_act[:limit]]
    said = hints.hints(data_health(project, warehouse, scores.as_of), project.zone, scores.notes)
    day = grid.day_of(scores.as_of, project.zone)
    parts = portfolio.screen(
        whole,
        first,
        project=project.name,
        currency=project.currency,
        zone=project.zone,
        since=day if day < scores.as_of else grid.before(day, 1, project.zone),
        hints=said,
    )
    terminal.show(*parts, simulated=project.simulated, output=output)


def _write(
    project: "Project",
    scores: "Scores",
    *,
    within: Sequence[int] | None,
    limit: int | None,
    form: "Format",
    output: Path | None,
) -> None:
    from keepwell.runs.export import replacing, write
    from keepwell.runs.portfolio import portfolio as sum_up
    from keepwell.runs.standings import standings

    chosen = scores if within is None else [scores[position] for position in within]
    if limit is not None:
        whole = sum_up(standings(scores, within), scores.purpose, scores.as_of)
        first = [place.position for place in whole.to_act]
        rest = [place.position for place in whole.scored if place not in set(whole.to_act)]
        chosen = [scores[position] for position in (first + rest)[:limit]]
    if output is None:
        write(chosen, form, sys.stdout.buffer, simulated=project.simulated)
        sys.stdout.buffer.flush()
        return
    with replacing(output) as stream:
        write(chosen, form, stream, simulated=project.simulated)
    terminal.note(
        f"Wrote {len(chosen):,} scores to {output}." + (f" {terminal.SIMULATED}" if project.simulated else "")
    )
