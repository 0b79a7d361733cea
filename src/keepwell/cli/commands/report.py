"""`keepwell report`: one page that opens offline."""

from datetime import date, datetime
from pathlib import Path

import click

from keepwell.cli import options, terminal
from keepwell.cli.opening import opened


@click.command(
    short_help="Write a report as one page that opens offline.",
    epilog="\b\nExample: keepwell report -o report.html",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    default=Path("report.html"),
    show_default=True,
    help="The file to write.",
)
@options.as_of
@options.for_purpose
@options.of_working
@options.in_project
@options.as_json
def report(
    *,
    output: Path,
    asked: datetime | date | None,
    purpose: str | None,
    working: bool,
    folder: Path,
    json_wanted: bool,
) -> None:
    """Write a report as one self-contained page: portfolio, movers, accounts to act on, reasons, data health."""
    with opened(folder, working=working) as (project, warehouse):
        from keepwell.runs.export import replacing
        from keepwell.runs.reporting import report_of
        from keepwell.web.report.page import html

        with terminal.progress() as progress:
            made = report_of(
                project, warehouse, options.instant(asked, project), purpose, progress, kept=not working
            )
            page = html(made).encode()
    with replacing(output) as stream:
        stream.write(page)
    if json_wanted:
        from keepwell.cli.json_forms import marked

        said = {"report": str(output), "as_of": made.portfolio.as_of, "purpose": made.portfolio.purpose}
        terminal.show_json(marked(said, project.simulated))
        return
    click.echo(f"Wrote {output} ({len(page) / 1e6:.1f} MB); it opens in any browser, offline.")
    if project.simulated:
        click.echo(terminal.SIMULATED)
