"""`keepwell explain`: why an account has its score, why it moved, and what would turn it green."""

from datetime import date, datetime
from pathlib import Path

import click

from keepwell.cli import options, terminal
from keepwell.cli.opening import opened


@click.command(
    short_help="Explain a score: reasons, trend, moves, remedies.",
    epilog="\b\nExample: keepwell explain A-0012\nExample: keepwell explain 'Northwind GmbH' --since 2025-05-01",
)
@click.argument("account")
@click.option(
    "--since", type=options.Instant(), help="Explain the change since then. Default: 28 days before."
)
@options.as_of
@options.for_purpose
@options.of_working
@options.in_project
@options.as_json
def explain(
    *,
    account: str,
    since: datetime | date | None,
    asked: datetime | date | None,
    purpose: str | None,
    working: bool,
    folder: Path,
    json_wanted: bool,
) -> None:
    """Explain the score of ACCOUNT, named by its id or its name.

    Shows what the score is made of, its trend, why it moved, and the smallest changes that would turn it green; and beside it
    what the project's models say, and why.
    """
    with opened(folder, working=working) as (project, warehouse):
        from keepwell.runs.explain import explain as run

        with terminal.progress() as progress:
            explanation = run(
                project,
                warehouse,
                account,
                options.instant(since, project),
                as_of=options.instant(asked, project),
                purpose=purpose,
                progress=progress,
            )
        from keepwell.runs.predict import beside

        models = beside(project, warehouse, account, as_of=options.instant(asked, project))
    if json_wanted:
        from keepwell.cli.json_forms import of_explanation

        terminal.show_json(of_explanation(explanation, project.simulated, models))
        return
    from keepwell.cli.screens.account import screen

    terminal.show(
        *screen(explanation, models, currency=project.currency, zone=project.zone),
        simulated=project.simulated,
    )
