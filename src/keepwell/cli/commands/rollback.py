"""`keepwell rollback`: an earlier version once more."""

from pathlib import Path

import click

from keepwell.cli import options, terminal


@click.command(
    short_help="Apply an earlier version again.",
    epilog="\b\nExample: keepwell rollback --why 'Half of the portfolio turned red'\n"
    "Example: keepwell rollback 9c1b --why 'Back to the scorecard of May'",
)
@click.argument("version", required=False)
@options.with_reason
@options.in_project
@options.as_json
def rollback(version: str | None, *, why: str, folder: Path, json_wanted: bool) -> None:
    """Apply VERSION again, named by its beginning; without one, the version before the present one.

    It needs no approval: it had its own when it was first applied. The working files stay as they are.
    """
    from keepwell.runs.rollback import rollback as run
    from keepwell.store.actor import actor

    done = run(folder, version, why=why, actor=actor())
    if json_wanted:
        from keepwell.cli.json_forms import of_applied

        terminal.show_json(of_applied(done.applied, done.before))
        return
    click.echo(f"Scores go by version {done.applied.version} again.")
    click.echo("The working files are as they were: keepwell plan shows how they differ.")
